"""Whether what is measured under one definition may be compared with what is measured under another.

A change of what was asked, or of whom, cannot be mended afterwards: *refuse*. A change of what is computed from the
answers can, because both periods can be computed both ways: *bridge*. Everything else is *comparable*, with a warning
where it may still move the answers. Nothing here knows the answers: response rates and samples are judged elsewhere.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isclose
from typing import Literal

from surveyplat.forms.differences import Change, Difference
from surveyplat.forms.language import Definition
from surveyplat.forms.measured_parts import HEADLINES, fieldwork_facets, paths_text, scalars_text
from surveyplat.forms.measuring import Index, LatentModel
from surveyplat.forms.parts import Facet
from surveyplat.forms.rule_texts import rule_text

Verdict = Literal["comparable", "bridge", "refuse"]
VERDICTS: tuple[Verdict, ...] = ("comparable", "bridge", "refuse")
"""From the best to the worst."""

TIMING_DAYS = 14
"""From this many days' difference on, people are asked at another stage of their experience."""

_ASKED = {
    "wording": "wording changed in {languages}",
    "question": "the question above it changed in {languages}",
    "heading": "the title of its page changed in {languages}",
    "lead": "what is read before it changed in {languages}",
    "brand wording": "its wording for {codes} changed in {languages}",
    "asked": "who is asked it changed from {before} to {after}",
    "codes": "scale or codes changed from {before} to {after}",
    "labels": "the answers' labels changed in {languages}",
    "range": "what may be answered changed from {before} to {after}",
    "unit": "the unit changed in {languages}",
}
_SHOWN = {
    "page": "moved from page {before} to page {after}",
    "order": "moved in the order of the questions",
    "hint": "hint changed in {languages}",
    "required": "required changed from {before} to {after}",
    "required when": "when it is required changed from {before} to {after}",
    "checks": "what is checked of it changed from {before} to {after}",
    "order of choices": "the order of its choices changed from {before} to {after}",
    "order of the group": "the order of its group changed from {before} to {after}",
}
_NO_RULE = {"asked": "everybody", "required when": "never", "checks": "nothing", "range": "anything"}
"""What stands for a rule that is not there."""
_MIX = {
    "reminders": "reminders",
    "sampled share": "the share of events that are asked about",
    "most of a dealer": "the most invitations of a dealer",
    "channels": "the channels of invitations",
}
_BOTH_WAYS = "compute both periods both ways"


@dataclass(frozen=True)
class Remark:
    """One reason or warning: a stable ``code``, what it is about, and the sentence for whoever writes definitions."""

    code: str
    text: str
    items: tuple[str, ...] = ()
    """The items and problems that it concerns; none for the whole."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Languages, codes, factors and the like by what they are, for those who say it in another language."""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Standing:
    """The verdict on one measure, with its reasons; warnings do not change it."""

    kind: str
    id: str
    verdict: Verdict
    reasons: tuple[Remark, ...]
    warnings: tuple[Remark, ...]


@dataclass
class _Findings:
    refusals: list[Remark] = field(default_factory=list)
    bridges: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    def standing(self, kind: str, name: str) -> Standing:
        verdict: Verdict = "refuse" if self.refusals else "bridge" if self.bridges else "comparable"
        return Standing(kind, name, verdict, (*self.refusals, *self.bridges), tuple(self.warnings))


@dataclass(frozen=True)
class _Measure:
    """What a number is computed from: its items with the group that each counts towards, shares and rules."""

    items: Mapping[str, str]
    shares: Mapping[str, float] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    outcome: str | None = None
    checklists: tuple[str, ...] = ()


_Name = tuple[str, str]


def standings(before: Definition, after: Definition, asked: Iterable[Difference]) -> tuple[Standing, ...]:
    """The verdict on the survey as a whole, then on each measure of either definition.

    ``asked``: the differences of items and problems. What holds for the whole survey holds for each of its measures.
    """
    changes = {difference.id: difference.changes for difference in asked}
    whole = _survey(before, after)
    old, new = dict(_measures(before)), dict(_measures(after))
    found = [whole.standing("survey", "survey")]
    for kind, name in dict.fromkeys((*old, *new)):
        findings = _Findings([*whole.refusals], [], [*whole.warnings])
        _judge(findings, old.get((kind, name)), new.get((kind, name)), changes)
        found.append(findings.standing(kind, name))
    return tuple(found)


def stays_comparable(whole: Standing, difference: Difference) -> bool:
    """Whether answers to this item or problem may be compared: the same people were asked, and in the same way."""
    asked = difference.status in ("unchanged", "changed") and whole.verdict == "comparable"
    return asked and not any(change.aspect in _ASKED for change in difference.changes)


def _survey(before: Definition, after: Definition) -> _Findings:
    found = _Findings()
    if before.study != after.study:
        found.refusals.append(Remark("studies_differ", f"the studies differ: {before.study}, then {after.study}"))
    old, new = before.fieldwork, after.fieldwork
    if old.trigger != new.trigger:
        cause = f"who is asked changed: after a {old.trigger}, then after a {new.trigger}"
        found.refusals.append(Remark("trigger", cause))
    if old.occasion != new.occasion:
        cause = f"by the {old.occasion} date, then by the {new.occasion} date"
        found.refusals.append(Remark("occasion", f"who belongs to a period changed: {cause}"))
    for code, name, first, second in (
        ("delay", "people are asked", old.delay_days, new.delay_days),
        ("expiry", "links expire", old.expires_days, new.expires_days),
    ):
        if abs(first - second) >= TIMING_DAYS:
            days = {"before": str(first), "after": str(second)}
            cause = f"timing: {name} after {first} days, then after {second}"
            found.warnings.append(Remark(code, cause, names=days))
    if _screening(before) != _screening(after):
        cause = f"who is screened out changed: {_screening(before)}, then {_screening(after)}"
        found.refusals.append(Remark("screening", cause))
    found.warnings += _invited(before, after)
    _languages(found, before.languages, after.languages)
    return found


def _screening(definition: Definition) -> str:
    """Who does not belong to those who are asked: their answers are not scored."""
    ends = {page.written_on: page.end for page in definition.asked if page.end}
    rules = [
        f"after {name} when {rule_text([end.when], definition.calculated) if end.when else 'always'}"
        for name, end in ends.items()
        if end.outcome == "screened_out"
    ]
    return " or ".join(rules) or "nobody"


def _invited(before: Definition, after: Definition) -> Iterator[Remark]:
    """What decides who of the same people comes to answer: it may change their mix."""
    old, new = fieldwork_facets(before.fieldwork), fieldwork_facets(after.fieldwork)
    for facet, words in _MIX.items():
        if old[Facet(facet)] != new[Facet(facet)]:
            cause = f"{words} changed from {old[Facet(facet)]} to {new[Facet(facet)]}"
            yield Remark(facet.replace(" ", "_").replace("'", ""), cause)
    old_quotas, new_quotas = (_quotas(definition) for definition in (before, after))
    for quota in dict.fromkeys((*old_quotas, *new_quotas)):
        if old_quotas.get(quota) != new_quotas.get(quota):
            cause = f"quota {quota} changed from {old_quotas.get(quota, 'none')} to {new_quotas.get(quota, 'none')}"
            yield Remark("quota", cause, names={"quota": quota})


def _quotas(definition: Definition) -> dict[str, str]:
    return {
        quota.id: f"{quota.limit} for each {quota.each}, per {quota.per or 'all time'}, of "
        + (rule_text([quota.when], definition.calculated) if quota.when else "everybody")
        for quota in definition.quotas
    }


def _languages(found: _Findings, before: Collection[str], after: Collection[str]) -> None:
    if not set(before) & set(after):
        cause = "no language in common: the wordings cannot be compared"
        found.refusals.append(Remark("no_common_language", cause))
    for when, some, others in (("before", before, after), ("after", after, before)):
        alone = [language for language in some if language not in others]
        if alone:
            said = ", ".join(alone)
            found.warnings.append(Remark(f"language_{when}", f"asked only {when} in {said}", names={"languages": said}))


def _measures(definition: Definition) -> Iterator[tuple[_Name, _Measure]]:
    measured = definition.measurement
    for index in measured.indices:
        yield ("index", index.id), _index(index)
    drivers = {driver.id: driver for driver in measured.drivers}
    for derived in measured.derived_indices:
        driver = drivers[derived.driver]
        rules = {"target": driver.target, "rescaling": derived.rescaling, "total": f"{derived.total:.15g}"}
        items = dict.fromkeys(driver.attributes, "the attributes")
        yield ("derived index", derived.id), _Measure(items, rules=rules, outcome=driver.target)
    problems = {problem.id: f"{category} ({problem.kind})" for category, problem in definition.problems()}
    if problems:
        checklists = tuple(item.id for _, item in definition.items() if item.type == "problems")
        yield ("pp100", "pp100"), _Measure(problems, checklists=checklists)
    for gap in measured.gaps:
        yield ("gap", gap.id), _Measure({gap.expectation: "what was expected", gap.perception: "what was found"})
    for rate in measured.rates:
        yield ("rate", rate.id), _Measure({rate.item: "the rate"}, rules={"answers": scalars_text(rate.answers)})
    for model in measured.models:
        yield ("model", model.id), _model(model)
    for headline in HEADLINES:
        item = getattr(measured, headline)
        if item is not None:
            yield (headline, headline), _Measure({item: headline})


def _model(model: LatentModel) -> _Measure:
    modes = ", ".join(f"{construct.id} {construct.mode}" for construct in model.constructs)
    rules = {"paths": paths_text(model), "modes": modes, "index": model.index or "none"}
    return _Measure({item: construct.id for construct in model.constructs for item in construct.items}, rules=rules)


def _index(index: Index) -> _Measure:
    whole = sum(factor.weight for factor in index.factors)
    return _Measure(
        items={item: factor.id for factor in index.factors for item in factor.items},
        shares={factor.id: factor.weight / whole for factor in index.factors},
        rules={"total": f"{index.total:.15g}", "usable share": f"{index.usable_share:.15g}"},
        source=index.weights_source,
    )


def _judge(
    found: _Findings, old: _Measure | None, new: _Measure | None, changes: Mapping[str, tuple[Change, ...]]
) -> None:
    if old is None or new is None:
        when = "before" if new is None else "after"
        found.refusals.append(Remark(f"measured_{when}", f"measured only {when}: there is nothing to compare with"))
        return
    common = [item for item in old.items if item in new.items]
    asked = [*common, *([old.outcome] if old.outcome and old.outcome == new.outcome else [])]
    found.refusals += _causes(asked, _ASKED, changes)
    if not common:
        found.refusals.append(Remark("no_common_item", "no item in common"))
    found.bridges += _computed(old, new, common)
    checklists = [item for item in old.checklists if item in new.checklists]
    found.warnings += _causes((*asked, *checklists), _SHOWN, changes)
    if old.source != new.source:
        cause = f"the source of the weights changed from {old.source} to {new.source}"
        found.warnings.append(Remark("weights_source", cause))


def _causes(
    items: Iterable[str], aspects: Mapping[str, str], changes: Mapping[str, tuple[Change, ...]]
) -> Iterator[Remark]:
    """Each cause once, with the items that it concerns."""
    found: dict[str, Remark] = {}
    for item in items:
        for aspect, words in aspects.items():
            ours = [change for change in changes[item] if change.aspect == aspect]
            if ours:
                names = _named(ours)
                cause = words.format(**names)
                known = found.get(cause, Remark(aspect.replace(" ", "_"), cause, (), names))
                found[cause] = replace(known, items=(*known.items, item))
    return (replace(each, text=f"{each.text}: {', '.join(each.items)}") for each in found.values())


def _named(changes: Sequence[Change]) -> dict[str, str]:
    """What the changes of one aspect name: languages and brands, and how it was and is."""
    first = changes[0]
    return {
        "languages": ", ".join(dict.fromkeys(change.language for change in changes if change.language)),
        "codes": ", ".join(dict.fromkeys(change.code for change in changes if change.code)),
        "before": first.before or _NO_RULE.get(first.aspect, "None"),
        "after": first.after or _NO_RULE.get(first.aspect, "None"),
    }


def _computed(old: _Measure, new: _Measure, common: Collection[str]) -> Iterator[Remark]:
    """What is computed otherwise from the same answers."""
    if common and old.items.keys() != new.items.keys():
        yield _other_items(_beside(old, new), _beside(new, old), len(common))
    for item in common:
        factors = {"before": old.items[item], "after": new.items[item]}
        if old.items[item] != new.items[item]:
            cause = f"{item} counts towards {old.items[item]}, then towards {new.items[item]}: {_BOTH_WAYS}"
            yield Remark("counts_towards", cause, (item,), factors)
    shares = [_share(factor, old, new) for factor in dict.fromkeys((*old.shares, *new.shares))]
    if any(shares):
        changed = ", ".join(filter(None, shares))
        yield Remark("weights", f"weights changed, {changed}: show both periods under both sets of weights")
    for rule in old.rules:
        if old.rules[rule] != new.rules[rule]:
            cause = f"{rule} changed from {old.rules[rule]} to {new.rules[rule]}: {_BOTH_WAYS}"
            yield Remark(f"rule_{rule.replace(' ', '_')}", cause)


def _other_items(removed: list[str], added: list[str], common: int) -> Remark:
    beside = (("before", removed), ("after", added))
    sides = [f"only {when} {', '.join(items)}" for when, items in beside if items]
    cause = f"the set of items changed, {'; '.join(sides)}: compare on the {common} in common"
    return Remark("items", cause, (*removed, *added), {"common": str(common)})


def _beside(one: _Measure, other: _Measure) -> list[str]:
    return [item for item in one.items if item not in other.items]


def _share(factor: str, old: _Measure, new: _Measure) -> str:
    """A factor's share of the weight where it changed: weights in other units are the same weights."""
    first, second = old.shares.get(factor, 0.0), new.shares.get(factor, 0.0)
    return "" if isclose(first, second, rel_tol=1e-12) else f"{factor} {first:.1%} then {second:.1%}"
