"""Whether a report's numbers come out again from the frozen rows, part by part.

Computed again: scores, comparisons, each point of a trend, effects of actions, customers' words chosen by lot, what
became of everybody asked, the names of everything measured, the finding that a sheet starts from. Recorded, and so only
signed: names of dealers and regions, plans of actions with owners and days, entries of the log.
"""

from collections.abc import Iterator

from surveyplat.errors import SnapshotMissing
from surveyplat.reports.bundle import Bundle
from surveyplat.verification.consistent import BROKEN
from surveyplat.verification.differences import as_json, first_difference
from surveyplat.verification.frozen_rows import FrozenRows
from surveyplat.verification.report_parts import Source, parts_from_attachments, parts_from_rows
from surveyplat.verification.verdicts import Part, Step

_RECORDED = "Recorded and not computed: names of dealers and regions, actions with owners and days, entries of the log"


def check_numbers(bundle: Bundle, rows: FrozenRows | None) -> Step:
    """Compute again whatever the rows at hand allow; what they do not allow is named, with what it would take."""
    if not bundle.definition:
        return Step("recomputed", "not_checked", "the bundle holds no questionnaire to compute by")
    attached = tuple(_checked(parts_from_attachments(bundle)))
    computed = () if rows is None else tuple(_checked(parts_from_rows(bundle, rows)))
    parts = (*computed, *attached)
    wrong = next((part for part in parts if part.outcome == "failed"), None)
    if wrong is not None:
        return Step("recomputed", "failed", f"{wrong.name}: {wrong.told}", parts)
    if rows is None:
        return Step("recomputed", "not_checked", "name the folder of the frozen rows (--snapshots)", parts)
    return _summed_up(computed, parts)


def _summed_up(computed: tuple[Part, ...], parts: tuple[Part, ...]) -> Step:
    held = [part for part in computed if part.outcome == "passed"]
    lacking = [part for part in computed if part.outcome == "not_checked"]
    if not held:
        return Step("recomputed", "not_checked", _reasons(lacking), parts)
    told = f"comes out again: {', '.join(part.name for part in parts if part.outcome == 'passed')}"
    if lacking:
        beware = f"only as attached, not computed: {', '.join(part.name for part in lacking)} ({_reasons(lacking)})"
        return Step("recomputed", "in_part", f"{told}; {beware}. {_RECORDED}", parts)
    return Step("recomputed", "passed", f"{told}. {_RECORDED}", parts)


def _reasons(lacking: list[Part]) -> str:
    return "; ".join(dict.fromkeys(part.told for part in lacking)) or "there is nothing in it to compute"


def _checked(sources: Iterator[Source]) -> Iterator[Part]:
    try:
        for source in sources:
            yield _part(source)
    except BROKEN as error:
        yield Part("bundle", "failed", f"nothing can be computed from it ({error})")


def _part(source: Source) -> Part:
    try:
        difference = first_difference(as_json(source.told), as_json(source.compute()))
    except SnapshotMissing as lacking:
        return Part(source.name, "not_checked", str(lacking))
    except BROKEN as error:
        return Part(source.name, "failed", str(error))
    return Part(source.name, "passed") if difference is None else Part(source.name, "failed", difference)
