"""What the check calls impossible is impossible, and nothing else: every answer to small questionnaires is tried."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveyplat.forms.evaluation import Facts, holds
from surveyplat.forms.language import Definition
from surveyplat.forms.routing import on_path, route
from surveyplat.forms.rule_checking import rule_faults
from surveyplat.forms.yaml_positions import PlacedFault, parse

DONT_KNOW = {"missing": "dont_know"}
ANSWERS: dict[str, list[Any]] = {
    "rated": [None, DONT_KNOW, 1, 2],
    "chosen": [None, "a", "b"],
    "ticked": [None, [], ["x"], ["none"]],
    "amount": [None, 0, 1],
    "agreed": [None, True, False],
}
"""Every answer that can be given to the items that rules speak of."""
EXAMPLES = 15
FIRST_PAGE = ("rated", "chosen", "ticked")
_NAMED = {"zh-Hans": "字", "en": "Words"}


def _comparisons(items: tuple[str, ...], calculated: bool) -> st.SearchStrategy[dict[str, Any]]:
    code, point, amount = st.sampled_from(["a", "b"]), st.sampled_from([1, 2]), st.sampled_from([0, 1])
    ordered = st.sampled_from(["equals", "differs", "at_least", "at_most", "above", "below"])
    kinds = {
        "rated": st.one_of(st.tuples(ordered, point), st.tuples(st.just("dont_know"), st.booleans()), _listed(point)),
        "chosen": st.one_of(st.tuples(st.sampled_from(["equals", "differs"]), code), _listed(code)),
        "ticked": st.tuples(st.just("includes"), st.sampled_from(["x", "none"])),
        "amount": st.tuples(ordered, amount),
        "agreed": st.tuples(st.just("equals"), st.booleans()),
    }
    answered = st.tuples(st.just("answered"), st.booleans())
    made = [_compared("answer", name, st.one_of(kinds[name], answered)) for name in items]
    tier = st.tuples(st.sampled_from(["equals", "differs"]), st.sampled_from(["high", "low"]))
    return st.one_of(made + [_compared("calculated", "tier", tier)] * calculated)


def _listed(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, list[Any]]]:
    return st.tuples(st.sampled_from(["one_of", "none_of"]), st.lists(values, min_size=1, max_size=2, unique=True))


def _compared(source: str, name: str, operator: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[Any]:
    return operator.map(lambda chosen: {source: name, chosen[0]: chosen[1]})


def _conditions(items: tuple[str, ...], calculated: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    def grouped(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(parts, min_size=1, max_size=3)
        return st.tuples(st.sampled_from(["all", "any", "none"]), several).map(lambda group: {group[0]: group[1]})

    return st.recursive(_comparisons(items, calculated), grouped, max_leaves=5)


def _maybe(conditions: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | conditions


@st.composite
def _questionnaires(draw: st.DrawFn) -> dict[str, Any]:
    first, later = _conditions(FIRST_PAGE), _conditions(tuple(ANSWERS))
    rule = _conditions(FIRST_PAGE, calculated=False)
    choice = {"choose": [{"when": draw(rule), "then": "high"}, {"when": draw(rule), "then": "low"}]}
    tier = choice | draw(st.sampled_from([{}, {"otherwise": "low"}]))
    second = [
        _item("amount", "number", minimum=0, maximum=1, show=draw(_maybe(first))),
        _item("agreed", "consent", show=draw(_maybe(first))),
    ]
    block = {
        "type": "block",
        "id": "block",
        "show": draw(_maybe(later)),
        "items": [_text("inner", draw(_maybe(later)))],
    }
    checks = [{"that": draw(later), "message": _NAMED, "at": "third_stays"}]
    return _definition(
        [
            _page("one", _FIRST, end=_end(draw(_maybe(first)))),
            _page("two", [*second, _text("second_stays")], show=draw(_maybe(first)), end=_end(draw(_maybe(later)))),
            _page("three", [block, _text("third_stays")], show=draw(_maybe(later)), checks=checks),
            _page("four", [_text("outer", draw(_maybe(later))), _text("fourth_stays")]),
        ],
        tier,
        draw(later),
    )


_FIRST: list[dict[str, Any]] = []


def _item(name: str, kind: str, **keys: Any) -> dict[str, Any]:
    return {"id": name, "type": kind, "text": _NAMED} | {key: value for key, value in keys.items() if value is not None}


def _text(name: str, show: Any = None) -> dict[str, Any]:
    return _item(name, "text", show=show)


def _choices(*codes: str) -> list[dict[str, Any]]:
    return [{"code": code, "text": _NAMED} | ({"exclusive": True} if code == "none" else {}) for code in codes]


_FIRST += [
    _item("rated", "rating", scale="two"),
    _item("chosen", "single", choices=_choices("a", "b")),
    _item("ticked", "multiple", choices=_choices("x", "none")),
]


def _page(name: str, items: list[Any], **keys: Any) -> dict[str, Any]:
    return {"id": name, "title": _NAMED, "items": items} | {key: value for key, value in keys.items() if value}


def _end(when: Any) -> Any:
    return when and {"when": when}


def _definition(pages: list[Any], tier: Any, quota: Any) -> dict[str, Any]:
    return {
        "surveyplat": 1,
        "study": "tiny",
        "version": "1",
        "title": _NAMED,
        "languages": ["zh-Hans", "en"],
        "minutes": 3,
        "introduction": _NAMED,
        "thanks": _NAMED,
        "scales": {"two": {"minimum": 1, "maximum": 2, "labels": {}, "dont_know": _NAMED}},
        "pages": pages,
        "calculated": {"tier": tier},
        "quotas": [{"id": "few", "when": quota, "limit": 1, "thanks": _NAMED}],
        "measurement": {},
        "fieldwork": {"trigger": "service", "delay_days": 0, "expires_days": 30, "occasion": "event"},
    }


@dataclass
class _Tried:
    """Every combination of answers, with the path that each leads to and what is counted on it."""

    definition: Definition

    @cached_property
    def everything(self) -> list[Facts]:
        ways = product(*ANSWERS.values())
        answered = (
            {name: answer for name, answer in zip(ANSWERS, way, strict=True) if answer is not None} for way in ways
        )
        return [Facts(answers, calculated=self.definition.calculated) for answers in answered]

    @cached_property
    def paths(self) -> list[tuple[Any, Facts]]:
        """Each path once, with the answers on it."""
        found = {}
        for facts in self.everything:
            path = route(self.definition, facts, "seed")
            counted = on_path(path, facts.answers)
            found[json.dumps(counted, sort_keys=True)] = (path, Facts(counted, calculated=self.definition.calculated))
        return list(found.values())

    def shown(self) -> set[str]:
        return {item for path, _ in self.paths for page in path.pages for item in page.item_ids}

    def truths(self, condition: Any, page: str | None) -> set[bool | None]:
        """What a condition amounts to on the paths over a page, or on all of them."""
        return {holds(condition, facts) for path, facts in self.paths if page is None or path.page(page)}


def _faults(plain: dict[str, Any]) -> list[PlacedFault]:
    root, faults = parse(json.dumps(plain).encode())
    assert root is not None
    assert faults == []
    return list(rule_faults(root))


def _never_shown(faults: list[PlacedFault], definition: Definition) -> set[str]:
    """The items that the faults say are never shown: by themselves, or with their block or page."""
    owners = {fault.cause.split(" ")[0] for fault in faults if fault.code == "always-hidden"}
    lost = {fault.cause.split(" ")[5].strip(",:") for fault in faults if fault.code == "unreachable"}
    found: set[str] = set()
    unreachable = False
    for page in definition.asked:
        unreachable = unreachable or page.id in lost
        for entry in page.entries:
            names = {page.id, entry.item.id} | ({entry.group.id} if entry.group else set())
            if unreachable or names & owners:
                found.add(entry.item.id)
    return found


@settings(max_examples=EXAMPLES, deadline=None)
@given(_questionnaires())
def test_an_item_is_called_never_shown_exactly_when_no_answers_show_it(plain: dict[str, Any]) -> None:
    definition, faults = Definition.model_validate(plain), _faults(plain)
    asked = {item.id for _, item in definition.items()}
    assert {fault.code for fault in faults} <= {"always-hidden", "unreachable", "contradictory-rule", "rule-always"}
    assert _never_shown(faults, definition) == asked - _Tried(definition).shown()


@settings(max_examples=EXAMPLES, deadline=None)
@given(_questionnaires())
def test_ends_checks_and_quotas_are_called_impossible_exactly_when_no_answers_satisfy_them(
    plain: dict[str, Any],
) -> None:
    definition, faults = Definition.model_validate(plain), _faults(plain)
    tried, shown = _Tried(definition), _Tried(definition).shown()
    for page in definition.asked:
        if not shown & {item.id for item in page.items}:
            continue
        if page.end and page.end.when:
            never = any(f"after page {page.id} by this" in fault.cause for fault in faults)
            assert never == (True not in tried.truths(page.end.when, page.id))
        for check in page.checks:
            causes = " ".join(fault.cause for fault in faults)
            truths = tried.truths(check.that, page.id)
            assert ("no answers ever satisfy this check" in causes) == (True not in truths)
            assert ("no answers ever fail this check" in causes) == (False not in truths and True in truths)
    never = any("quota few" in fault.cause for fault in faults)
    quota = definition.quotas[0].when
    assert never == (True not in tried.truths(quota, None))


def _shows(definition: Definition) -> Iterator[tuple[str, Any]]:
    for page in definition.pages:
        for part in (page, *page.items):
            if part.show is not None:
                yield part.id, part.show


@settings(max_examples=EXAMPLES, deadline=None)
@given(_questionnaires())
def test_a_condition_that_is_said_to_decide_nothing_is_never_false(plain: dict[str, Any]) -> None:
    definition, faults = Definition.model_validate(plain), _faults(plain)
    tried, shows = _Tried(definition), dict(_shows(definition))
    for fault in faults:
        owner = fault.cause.rsplit(" ", 1)[1]
        if fault.code == "rule-always" and owner in shows:
            assert False not in {holds(shows[owner], facts) for facts in tried.everything}
