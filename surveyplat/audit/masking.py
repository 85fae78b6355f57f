"""Verbatims without their personal data: what identifies a person or a car becomes a typed mark such as ``[phone]``.

A doubtful run of digits is masked rather than kept: a lost figure costs a reader little, a published number costs the
customer much. Detection runs on a copy in which full-width letters and digits are plain, so positions stay the same.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import phonenumbers

KINDS = ("url", "email", "vin", "id", "plate", "phone", "name")
"""The marks, in the order of precedence: where two finds overlap, both are masked under the first one's mark."""

_MARK = re.compile(rf"\[(?:{'|'.join(KINDS)})\]")

_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACELESS = rf"\u2e80-\u30ff{_HAN}\uac00-\ud7af"
"""Scripts whose sentences run into an address or a name without a space."""

_LETTER = rf"[^\W_{_SPACELESS}]"
_LOCAL = rf"(?:{_LETTER}|[_.%+'-])"
_LABEL = rf"(?:{_LETTER}|-)+"
_SITE = r"(?<![a-z0-9@.-])(?:[a-z0-9-]+\.)+(?:com|cn|net|org|info|top|me|io)(?![a-z0-9@])(?:[/?#][!-~]*)?"
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"

_PATTERNS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("url", r"(?:https?://|www\.)[!-~]+"),
        ("url", _SITE),
        ("email", rf"(?<!{_LOCAL}){_LOCAL}*@{_LABEL}(?:\.{_LABEL})+"),
        ("vin", r"(?<![a-z0-9])(?=[a-z]*[0-9])[a-hj-npr-z0-9]{17}(?![a-z0-9])"),
        ("id", r"(?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[\dx](?!\d)"),
        ("id", r"(?<!\d)(?:\d{15,19}|\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?)(?!\d)"),
        ("plate", rf"{_PROVINCE}[a-z][ ·•.・-]?(?=[a-z0-9]{{0,5}}[0-9])[a-z0-9]{{4,6}}[挂学警港澳]?"),
        ("plate", r"使\d{6}|\d{6}使"),
        ("phone", r"(?<!\d)(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"),
        ("phone", r"(?<!\d)(?:\(0\d{2,3}\)|0\d{2,3})[ -]?\d{3,4}[ -]?\d{4}(?!\d)"),
        ("phone", r"(?<!\d)[48]00(?:[ -]?\d{3}[ -]?\d{4}|[ -]?\d{4}[ -]?\d{3})(?!\d)"),
        ("phone", r"\+\d(?:[ ().-]{0,2}\d){6,14}(?!\d)"),
    )
)

_TITLES_AFTER = "先生|女士|小姐|太太|经理|总|老师|师傅|哥|姐"
_TITLES_BEFORE = "Mr|Mrs|Ms|Miss|Mx|Dr|Prof"
_FEWEST_DIGITS_OF_A_PHONE = 7
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


@dataclass(frozen=True)
class _Find:
    start: int
    end: int
    kind: str


def mask(text: str, names: Iterable[str] = ()) -> str:
    """``text`` with every find replaced by its mark; masking a masked text changes nothing.

    Found are web and mail addresses, vehicle identification numbers, identity and card numbers, Chinese number plates,
    phone numbers (Chinese, and international with a plus sign or in the form that ``phonenumbers`` holds valid) and
    ``names``, the customer's own: in full, in parts, and as a family name with a title.
    """
    patterns = (*_PATTERNS, *(("name", pattern) for pattern in _name_patterns(names)))
    masked = _mask_once(text, patterns)
    while masked != text:
        text, masked = masked, _mask_once(masked, patterns)
    return masked


def _mask_once(text: str, patterns: Sequence[tuple[str, re.Pattern[str]]]) -> str:
    """One pass over what stands between the marks. A replaced find may uncover another beside it, hence the repeats."""
    pieces: list[str] = []
    position = 0
    for mark in _MARK.finditer(text):
        pieces += [_mask_piece(text[position : mark.start()], patterns), mark.group()]
        position = mark.end()
    return "".join([*pieces, _mask_piece(text[position:], patterns)])


def _mask_piece(text: str, patterns: Sequence[tuple[str, re.Pattern[str]]]) -> str:
    plain = text.translate(_FULL_WIDTH)
    finds = [_Find(*match.span(), kind) for kind, pattern in patterns for match in pattern.finditer(plain)]
    masked, position = [], 0
    for find in _joined([*finds, *_phone_numbers(plain)]):
        masked += [text[position : find.start], f"[{find.kind}]"]
        position = find.end
    return "".join([*masked, text[position:]])


def _phone_numbers(text: str) -> Iterator[_Find]:
    if sum(map(str.isdigit, text)) >= _FEWEST_DIGITS_OF_A_PHONE:
        for match in phonenumbers.PhoneNumberMatcher(text, "CN"):
            yield _Find(match.start, match.end, "phone")


def _joined(finds: Sequence[_Find]) -> list[_Find]:
    """Overlapping finds as one that covers them all, under the kind that takes precedence."""
    joined: list[_Find] = []
    for find in sorted(finds, key=lambda find: (find.start, find.end)):
        if joined and find.start < joined[-1].end:
            last = joined.pop()
            find = _Find(last.start, max(last.end, find.end), min(last.kind, find.kind, key=KINDS.index))
        joined.append(find)
    return joined


def _name_patterns(names: Iterable[str]) -> Iterator[re.Pattern[str]]:
    for name in names:
        together = re.sub(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])", "", name.translate(_FULL_WIDTH))
        yield from map(_chinese_name, re.findall(rf"[{_HAN}][{_HAN}·]*", together))
        words = [word for word in re.findall(rf"(?:{_LETTER}|['’-])+", together) if any(map(str.isalpha, word))]
        if len("".join(words)) > 1:
            yield _spelt_name(words)


def _chinese_name(name: str) -> re.Pattern[str]:
    """The full name, the given name when it has two characters, and the family name of one or two with a title."""
    given = [name[1:]] if len(name) > 2 else []
    families = [name[:2], name[:1]] if len(name) > 2 else [name[:1]]
    spaced = [r"\s*".join(map(re.escape, part)) for part in (name, *given) if len(part) > 1]
    titled = [rf"{re.escape(family)}(?:{_TITLES_AFTER})" for family in families]
    return re.compile("|".join([*spaced, *titled]))


def _spelt_name(words: Sequence[str]) -> re.Pattern[str]:
    """The full name in either order, a word after a title, and each word of three letters or more by itself."""
    escaped = [re.escape(word) for word in words]
    full = [r"[\s,.]*".join(order) for order in (escaped, escaped[::-1]) if len(words) > 1]
    titled = rf"(?:{_TITLES_BEFORE})[\s.]*(?:{'|'.join(escaped)})"
    alone = [re.escape(word) for word in words if len(word) > 2]
    forms = "|".join([*full, titled, *alone])
    return re.compile(rf"(?<!{_LETTER})(?:{forms})(?!{_LETTER})", re.IGNORECASE)
