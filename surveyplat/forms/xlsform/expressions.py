"""The expressions of a form: a parser for the part of XPath 1.0 that forms use.

Grammar and precedence follow W3C, "XML Path Language (XPath) Version 1.0" (1999), sections 3.1 to 3.7, with
``${name}`` for an answer. Paths and axes are not part of it. What a function means is not known here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
MOST_TOKENS = 500
MOST_DEPTH = 50
"""Brackets within brackets."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<reference>\$\{[^}]*\})
  | (?P<number>\d+(?:\.\d*)?|\.\d+)
  | (?P<string>"[^"]*"|'[^']*')
  | (?P<path>\.\.|//?|::|[@\[\]|])
  | (?P<self>\.)
  | (?P<name>[A-Za-z_][\w-]*(?::[A-Za-z_][\w-]*)?)
  | (?P<operator><=|>=|!=|[=<>+\-*(),])
)""",
    re.VERBOSE,
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)
"""Binary operators, those that bind least first."""


class BadExpression(ValueError):
    """The text is no expression. ``cause`` says why, ``column`` where, counted from 1."""

    def __init__(self, cause: str, column: int) -> None:
        super().__init__(f"{cause} (character {column})")


@dataclass(frozen=True)
class Number:
    value: int | float


@dataclass(frozen=True)
class String:
    value: str


@dataclass(frozen=True)
class Ref:
    """``${name}``; a name of None is ``.``, the item itself."""

    name: str | None


@dataclass(frozen=True)
class Call:
    """A function with its arguments; ``and`` and ``or`` are calls with all of their parts."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True)
class Binary:
    operator: str
    left: "Expression"
    right: "Expression"


Expression = Number | String | Ref | Call | Binary


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int


def parse(text: str) -> Expression:
    """The expression that ``text`` is. Raises ``BadExpression``."""
    tokens = list(_tokens(text))
    if len(tokens) > MOST_TOKENS:
        raise BadExpression(f"it has more than {MOST_TOKENS} parts", tokens[MOST_TOKENS].column)
    reader = _Reader(tokens, len(text) + 1)
    found = reader.level(0)
    reader.demand_end()
    return found


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            column = place + len(text[place:]) - len(text[place:].lstrip()) + 1
            raise BadExpression(f'"{text[column - 1]}" has no meaning here', column)
        kind = match.lastgroup or ""
        yield _Token(kind, match.group(kind), match.start(kind) + 1)
        place = match.end()


class _Reader:
    """Recursive descent over the tokens: one method a level of precedence."""

    def __init__(self, tokens: Sequence[_Token], end: int) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self._end = end

    def level(self, number: int) -> Expression:
        if number == len(_LEVELS):
            return self._unary()
        found = self.level(number + 1)
        while (operator := self._next_text()) in _LEVELS[number] and self._peek().kind in ("operator", "name"):
            self._place += 1
            found = _joined(operator, found, self.level(number + 1))
        return found

    def demand_end(self) -> None:
        if self._place < len(self._tokens):
            token = self._tokens[self._place]
            raise BadExpression(f'"{token.text}" is not expected here', token.column)

    def _unary(self) -> Expression:
        signs = 0
        while self._next_text() == "-" and self._peek().kind == "operator":
            self._place += 1
            signs += 1
        found = self._primary()
        if signs % 2 == 0:
            return found
        return Number(-found.value) if isinstance(found, Number) else Binary("*", Number(-1), found)

    def _primary(self) -> Expression:
        token = self._peek()
        self._place += 1
        match token.kind:
            case "number":
                value = float(token.text)
                return Number(int(value) if value.is_integer() else value)
            case "string":
                return String(token.text[1:-1])
            case "reference":
                return Ref(token.text[2:-1].strip())
            case "self":
                return Ref(None)
            case "name" if self._next_text() == "(":
                return Call(token.text, self._arguments())
            case "operator" if token.text == "(":
                return self._bracketed()
            case "path":
                raise BadExpression(f'"{token.text}" is a path, and only ${{name}} is read', token.column)
            case "name":
                raise BadExpression(f'"{token.text}" is neither ${{{token.text}}} nor a text in quotes', token.column)
        raise BadExpression(f'"{token.text}" is not expected here', token.column)

    def _bracketed(self) -> Expression:
        self._deeper()
        found = self.level(0)
        self._close()
        return found

    def _arguments(self) -> tuple[Expression, ...]:
        self._place += 1
        self._deeper()
        found: list[Expression] = []
        while self._next_text() != ")":
            if found:
                self._demand(",")
            found.append(self.level(0))
        self._close()
        return tuple(found)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise BadExpression(f"more than {MOST_DEPTH} brackets are open", self._peek().column)

    def _close(self) -> None:
        self._demand(")")
        self._depth -= 1

    def _demand(self, text: str) -> None:
        token = self._peek()
        if token.text != text or token.kind != "operator":
            raise BadExpression(f'"{text}" is expected before "{token.text}"', token.column)
        self._place += 1

    def _peek(self) -> _Token:
        if self._place >= len(self._tokens):
            raise BadExpression("it ends too early", self._end)
        return self._tokens[self._place]

    def _next_text(self) -> str:
        return self._tokens[self._place].text if self._place < len(self._tokens) else ""


def _joined(operator: str, left: Expression, right: Expression) -> Expression:
    if operator not in ("and", "or"):
        return Binary(operator, left, right)
    before = left.arguments if isinstance(left, Call) and left.name == operator else (left,)
    return Call(operator, (*before, right))
