"""A report that rests on several frozen periods proves each of them, and computes again as many as are at hand."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from verification.forging import log_from
from verification.washing import QUARTERS, Published, attached

from surveyplat.reports.bundle import Bundle, ReportBundle
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.foundations import document_of, foundations
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.seal import sealed, taken_apart
from surveyplat.reports.sealing import prove_foundations, seal_report
from surveyplat.verification.report import verify_report
from surveyplat.verification.verdicts import Step

NEWEST, EARLIER, OLDEST = "2026-Q3", "2026-Q2", "2026-Q1"


def steps_of(published: Published, report: bytes, snapshots: Path | None = None) -> dict[str, Step]:
    steps = verify_report(report, key=published.signer.public, snapshots=snapshots)
    return {step.level: step for step in steps}


def seal_in(report: bytes) -> tuple[bytes, dict[str, Any]]:
    apart = taken_apart(report)
    assert apart is not None
    return apart.made, dict(json.loads(apart.seal))


def of_kind(published: Published, kind: str) -> bytes:
    return published.report if kind == "study" else published.comparison


every_kind = pytest.mark.parametrize("kind", ["study", "comparison"])


@every_kind
def test_every_freeze_is_proved_against_one_signed_checkpoint(published: Published, kind: str) -> None:
    report = of_kind(published, kind)
    _, seal = seal_in(report)
    frozen = [each["entry"] for each in seal["log"]["entries"] if each["entry"]["kind"] == "period_frozen"]
    assert [entry["subject"] for entry in frozen] == [f"wash:{quarter}" for quarter in QUARTERS]
    told = steps_of(published, report)["sealed"].told
    assert all(f"wash:{quarter} as entry " in told for quarter in QUARTERS)


@every_kind
@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_period_whose_proof_fails_is_named(published: Published, kind: str, quarter: str) -> None:
    """One hash on the way of one entry is another; the signatures are all genuine."""
    made, seal = seal_in(of_kind(published, kind))
    held = next(each for each in seal["log"]["entries"] if each["entry"]["subject"] == f"wash:{quarter}")
    held["hashes"][0] = "00" * 32
    step = steps_of(published, sealed(made, json.dumps(seal).encode()))["sealed"]
    assert step.outcome == "failed"
    assert step.told.startswith(f"seal: wash:{quarter}: its freeze is not proved: entry ")


@every_kind
@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_period_whose_proof_is_absent_is_named(published: Published, kind: str, quarter: str) -> None:
    made, seal = seal_in(of_kind(published, kind))
    kept = [each for each in seal["log"]["entries"] if each["entry"]["subject"] != f"wash:{quarter}"]
    seal["log"]["entries"] = kept
    step = steps_of(published, sealed(made, json.dumps(seal).encode()))["sealed"]
    assert step.told.startswith(f"seal: wash:{quarter}: it proves no freeze with the manifest")


def test_an_older_checkpoint_does_not_hold_the_newest_freeze(published: Published) -> None:
    """Genuinely signed, when the log was shorter."""
    made, seal = seal_in(published.report)
    older = published.log.checkpoint(published.signer, 2)
    seal["log"]["checkpoint"] = older
    step = steps_of(published, sealed(made, json.dumps(seal).encode()))["sealed"]
    assert step.outcome == "failed"
    assert "the log has 2 entries, and the earlier checkpoint is of " in step.told


def test_the_root_that_a_report_prints_is_proved(published: Published) -> None:
    """An insider signs a report that prints another root of the log."""
    bundle = bundle_of(published.report)
    assert bundle.log is not None
    forged = replace(bundle, log={**bundle.log, "root": "ab" * 32})
    step = steps_of(published, published.by_an_insider(forged))["sealed"]
    assert step.outcome == "failed"
    assert "does not begin with" in step.told


def test_every_entry_that_a_comparison_prints_is_proved(published: Published) -> None:
    bundle = bundle_of(published.comparison)
    assert isinstance(bundle, ComparisonBundle)
    first, *others = bundle.entries
    forged = replace(bundle, entries=({**first, "recorded_at": "2026-04-01T00:00:00+00:00"}, *others))
    _, seal = seal_in(published.comparison)
    resealed = seal_report(make_report(forged), forged, seal["log"], published.signer)
    step = steps_of(published, resealed)["sealed"]
    assert step.told.startswith(f"seal: entry {first['index']} (period_frozen wash:{OLDEST}) is printed, and the seal")


def test_another_log_of_the_same_name_proves_nothing_of_other_rows(published: Published) -> None:
    """An insider writes a log in which a quarter was frozen with other rows, and signs everything."""
    bundle = bundle_of(published.report)
    frozen = foundations(document_of(bundle))
    entries = [
        ("period_frozen", each.subject, {"manifest_hash": each.manifest_hash, "rows_hash": "00" * 32})
        for each in reversed(frozen)
    ]
    forged = replace(bundle, log=None)
    proofs = prove_foundations(log_from(entries), forged, published.signer)
    step = steps_of(published, seal_report(make_report(forged), forged, proofs, published.signer))["sealed"]
    assert step.told == f"seal: wash:{NEWEST}: the report names other rows than those that were frozen"


# what is printed of a period, and what the report rests on


def without_oldest(bundle: ReportBundle) -> ReportBundle:
    return replace(bundle, rests_on=())


def other_rows_printed(bundle: ReportBundle) -> ReportBundle:
    first, second = json.loads(json.dumps(bundle.trend))
    return replace(bundle, trend=({**first, "rows_hash": "00" * 32}, second))


@pytest.mark.parametrize("change", [without_oldest, other_rows_printed])
def test_a_printed_period_without_its_rows_is_named(
    published: Published, change: Callable[[ReportBundle], ReportBundle]
) -> None:
    bundle = bundle_of(published.report)
    assert isinstance(bundle, ReportBundle)
    made = published.by_an_insider(change(bundle))
    step = steps_of(published, made)["sealed"]
    assert step.told == f"trend: {OLDEST} is printed, and the report does not rest on these rows of it"


def test_an_extract_that_differs_from_what_was_frozen_is_found(published: Published) -> None:
    """Its hash is the genuine one, its words are not."""
    bundle = bundle_of(published.report)
    extract = {**bundle.rests_on[0], "cut_off": "2026-01-01T00:00:00+00:00"}
    made = published.by_an_insider(replace(bundle, rests_on=(extract,)))
    step = steps_of(published, made, published.snapshots)["recomputed"]
    assert step.told.startswith(f"trend in {OLDEST}: manifest: cut_off is '2026-01-01")


# computed again, as far as rows are at hand


def only(published: Published, folder: Path, quarters: list[str]) -> Path:
    for quarter in quarters:
        shutil.copytree(published.snapshots / "wash" / quarter, folder / quarter)
    return folder


def outcomes(step: Step) -> dict[str, str]:
    return {part.name: part.outcome for part in step.parts}


def test_with_all_rows_at_hand_every_part_comes_out_again(published: Published) -> None:
    step = steps_of(published, published.report, published.snapshots)["recomputed"]
    assert step.outcome == "passed"
    assert {
        f"scores of {NEWEST}",
        f"comparison with {EARLIER}",
        f"trend in {EARLIER}",
        f"trend in {OLDEST}",
        "customers' words",
        f"questionnaire of {NEWEST}",
        "names of what is measured",
        "dispositions",
    } <= set(outcomes(step))
    assert "Recorded and not computed: names of dealers and regions" in step.told


def test_what_only_matches_the_attachments_is_named_with_the_rows_it_lacks(
    published: Published, tmp_path: Path
) -> None:
    step = steps_of(published, published.report, only(published, tmp_path, [NEWEST, EARLIER]))["recomputed"]
    assert step.outcome == "in_part"
    lacking = [name for name, outcome in outcomes(step).items() if outcome == "not_checked"]
    assert lacking == [f"trend in {OLDEST}"]
    oldest = bundle_of(published.report).rests_on[0]
    assert f"only as attached, not computed: trend in {OLDEST} (" in step.told
    assert f"does not hold {oldest['rows_hash']}.parquet, the rows of wash {OLDEST}" in step.told


def test_the_newest_rows_alone_compute_the_scores_and_no_comparison(published: Published, tmp_path: Path) -> None:
    for report, comparisons in ((published.report, [EARLIER]), (published.comparison, [EARLIER, OLDEST])):
        folder = only(published, tmp_path / str(len(comparisons)), [NEWEST])
        step = steps_of(published, report, folder)["recomputed"]
        found = outcomes(step)
        assert step.outcome == "in_part"
        assert found[f"scores of {NEWEST}"] == "passed"
        assert {found[f"comparison with {quarter}"] for quarter in comparisons} == {"not_checked"}


def test_without_the_newest_rows_only_what_needs_none_of_them_is_computed(published: Published, tmp_path: Path) -> None:
    step = steps_of(published, published.report, only(published, tmp_path, [OLDEST]))["recomputed"]
    passed = {name for name, outcome in outcomes(step).items() if outcome == "passed"}
    assert f"trend in {OLDEST}" in passed
    assert not any(name.startswith(("scores", "comparison", "customers")) for name in passed)


def test_no_rows_at_hand_compute_nothing(published: Published, tmp_path: Path) -> None:
    step = steps_of(published, published.report, tmp_path)["recomputed"]
    assert step.outcome == "not_checked"


@pytest.mark.parametrize("place", [0, 1])
def test_a_comparison_with_any_of_its_periods_is_computed_again(published: Published, place: int) -> None:
    bundle = bundle_of(published.comparison)
    assert isinstance(bundle, ComparisonBundle)
    if place == 0:
        forged: Bundle = replace(bundle, comparison=moved(bundle.comparison))
    else:
        [side] = bundle.further
        forged = replace(bundle, further=({**side, "comparison": moved(side["comparison"])},))
    step = steps_of(published, published.by_an_insider(forged), published.snapshots)["recomputed"]
    assert step.outcome == "failed"
    assert step.told.startswith(f"comparison with {(EARLIER, OLDEST)[place]}: /indices/0/change is ")


def test_names_that_the_questionnaire_does_not_give_are_found(published: Published) -> None:
    """An insider calls the shine speed; the rows know no names."""
    bundle = bundle_of(published.report)
    made = published.by_an_insider(replace(bundle, labels={**bundle.labels, "look": "Pace"}))
    step = steps_of(published, made, published.snapshots)["recomputed"]
    assert step.told == "names of what is measured: /look is 'Pace', and 'Look' comes out"


def moved(comparison: Any) -> Any:
    held = json.loads(json.dumps(comparison))
    held["indices"][0]["change"] += 3
    return held


def bundle_of(report: bytes) -> Bundle:
    return bundle_from_json(attached(report, "bundle.json").decode())
