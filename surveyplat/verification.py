"""A report verified by itself, without a database: how far its numbers can be believed, and where that ends.

sealed: its bytes were signed, and the freeze that it reports on stands in the audit log. consistent: every page is what
the attached bundle makes, so every printed number equals the attachments. recomputed: the numbers come out again from
the frozen rows, when they are at hand.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from math import isclose
from pathlib import Path
from typing import Any, Literal

from pikepdf import Pdf, PdfError

from surveyplat.audit.freeze import FrozenPeriod
from surveyplat.audit.notes import PublicKey
from surveyplat.audit.snapshot_file import SnapshotFile, verify_snapshot
from surveyplat.errors import ReportError, SurveyplatError
from surveyplat.forms.versions import content_hash, definition_from_json
from surveyplat.reports.attachments import BUNDLE, attachments_of
from surveyplat.reports.bundle import TEMPLATE_VERSION, Bundle, ReportBundle
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.dealer_bundle import DOCUMENT as DEALER_RESULTS
from surveyplat.reports.dealer_bundle import DealerBundle
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report
from surveyplat.reports.printed import printed_pages
from surveyplat.reports.seal import Sealed, taken_apart
from surveyplat.reports.sealing import check_seal
from surveyplat.scored_periods import ScoredPeriod, compare_scored, score_frozen
from surveyplat.scoring.dealer_details import dealer_details
from surveyplat.scoring.dealer_results import dealer_comparison, dealer_results
from surveyplat.scoring.documents import (
    comparison_document,
    plain_document,
    results_document,
    scores_from_document,
)
from surveyplat.scoring.period_control import first_measure
from surveyplat.scoring.results import PeriodComparison
from surveyplat.scoring.workers import ALONE

Level = Literal["sealed", "consistent", "recomputed"]
Outcome = Literal["passed", "failed", "not_checked"]
_SAME = 1e-9
"""Relative difference up to which numbers of another processor are the same ones."""


_BROKEN = (SurveyplatError, ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What a bundle that was put together by somebody else may lead to."""


@dataclass(frozen=True)
class Step:
    level: Level
    outcome: Outcome
    told: str
    """What was found, or the first difference, or what would be needed."""


def verify_report(report: bytes, *, key: PublicKey | None = None, snapshots: Path | None = None) -> tuple[Step, ...]:
    """The three levels in order, each with what was found; only the first that ends it where nothing can be read."""
    apart = _apart(report)
    if isinstance(apart, Step):
        return (apart,)
    made, seal = apart
    bundle = _bundle(made)
    if isinstance(bundle, Step):
        return (bundle,)
    return _seal_step(seal, made, key), _consistent(made, bundle), _recomputed(bundle, snapshots)


def _apart(report: bytes) -> "tuple[bytes, Sealed | None] | Step":
    try:
        apart = taken_apart(report)
    except ReportError as error:
        return Step("sealed", "failed", str(error))
    return (report, None) if apart is None else (apart.made, apart)


def _bundle(made: bytes) -> Bundle | Step:
    with Pdf.open(BytesIO(made)) as pdf:
        if BUNDLE not in pdf.attachments:
            return Step("consistent", "failed", f"{BUNDLE} is not attached any more")
        text = _attached(pdf, BUNDLE)
    if text is None:
        return Step("consistent", "failed", f"{BUNDLE}: {_DAMAGED}")
    version = _template_version(text)
    if version is not None and version != TEMPLATE_VERSION:
        told = f"the report was drawn by templates of version {version}, this program has {TEMPLATE_VERSION}"
        return Step("consistent", "not_checked", f"{told}: verify it with the release that made it")
    try:
        return bundle_from_json(text.decode("utf-8", errors="replace"))
    except SurveyplatError as error:
        return Step("consistent", "failed", f"{BUNDLE}: {error}")


def _template_version(text: bytes) -> str | None:
    try:
        version = json.loads(text).get("template_version")
    except (ValueError, AttributeError):
        return None
    return version if isinstance(version, str) else None


def _seal_step(apart: Sealed | None, made: bytes, key: PublicKey | None) -> Step:
    if apart is None:
        return Step("sealed", "failed" if key else "not_checked", "the report carries no seal")
    if key is None:
        return Step("sealed", "not_checked", "give the publisher's key (--key), as `surveyplat audit key` prints it")
    try:
        with Pdf.open(BytesIO(made)) as pdf:
            proved = check_seal(apart, _attached(pdf, BUNDLE) or b"", key)
    except SurveyplatError as error:
        return Step("sealed", "failed", str(error))
    frozen = ", ".join(f"{entry['subject']} in entry {entry['index']}" for entry in proved.freezes)
    return Step("sealed", "passed", f"signed by {key.name}; in the audit log of {proved.checkpoint.size}: {frozen}")


# consistent


def _consistent(made: bytes, bundle: Bundle) -> Step:
    difference = next(_attachment_differences(made, bundle), None)
    if difference is not None:
        return Step("consistent", "failed", difference)
    try:
        again = make_report(bundle)
    except _BROKEN as error:
        return Step("consistent", "failed", f"{BUNDLE}: no report can be made of it ({error})")
    if again == made:
        return Step("consistent", "passed", "every byte of its pages is what its bundle makes")
    difference = next(_printed_differences(made, again), None)
    if difference is not None:
        return Step("consistent", "failed", difference)
    told = "its text is what its bundle makes, and its bytes are not"
    return Step("consistent", "failed", f"{told}: the file was changed, or made with other versions of the libraries")


def _attachment_differences(made: bytes, bundle: Bundle) -> Iterator[str]:
    wanted = attachments_of(bundle)
    with Pdf.open(BytesIO(made)) as pdf:
        found = {name: _attached(pdf, name) for name in pdf.attachments}
    for name in sorted(wanted.keys() | found.keys()):
        if name not in wanted or name not in found:
            yield f"{name}: the file {'was added' if name in found else 'is not attached any more'}"
        elif (content := found[name]) != wanted[name]:
            yield f"{name}: {_DAMAGED if content is None else _first_of_files(content, wanted[name])}"


_DAMAGED = "its bytes were changed: they can no longer be unpacked"


def _attached(pdf: Pdf, name: str) -> bytes | None:
    """An attached file's content; None where its packed bytes are damaged."""
    try:
        return pdf.attachments[name].get_file().read_bytes()
    except PdfError:
        return None


def _first_of_files(found: bytes, wanted: bytes) -> str:
    try:
        difference = first_difference(json.loads(found), json.loads(wanted))
    except ValueError:
        difference = None
    if difference is not None:
        return difference
    lines = zip(found.splitlines(), wanted.splitlines(), strict=False)
    told = next(((number, line) for number, (line, meant) in enumerate(lines, 1) if line != meant), None)
    return "it is longer or shorter than the bundle's" if told is None else f"line {told[0]} is not the bundle's"


def _printed_differences(made: bytes, again: bytes) -> Iterator[str]:
    """Where the printed text is not what the bundle makes, page by page."""
    try:
        found, wanted = printed_pages(made), printed_pages(again)
    except ReportError as error:
        yield str(error)
        return
    for page, (texts, meant) in enumerate(zip(found, wanted, strict=False), 1):
        for text, other in zip(texts, meant, strict=False):
            if text != other:
                yield f"page {page}: “{text}” is printed, and its bundle gives “{other}”"
        if len(texts) != len(meant):
            yield f"page {page}: {len(texts)} texts are printed, and its bundle gives {len(meant)}"
    if len(found) != len(wanted):
        yield f"{len(found)} pages, and its bundle gives {len(wanted)}"


# recomputed


def _recomputed(bundle: Bundle, snapshots: Path | None) -> Step:
    if snapshots is None:
        return Step("recomputed", "not_checked", "name the folder of the frozen rows (--snapshots)")
    try:
        return _computed_again(bundle, snapshots)
    except SurveyplatError as error:
        return Step("recomputed", "failed", str(error))
    except _BROKEN as error:
        return Step("recomputed", "failed", f"{BUNDLE}: nothing can be computed from it ({error})")


def _computed_again(bundle: Bundle, snapshots: Path) -> Step:
    if not bundle.definition:
        return Step("recomputed", "not_checked", "the bundle holds no questionnaire to compute by")
    after = _scored(bundle.manifest, bundle.definition, snapshots)
    if isinstance(after, Step):
        return after
    difference = first_difference(bundle.results, _plain(_results(bundle, after)))
    if difference is not None:
        return Step("recomputed", "failed", f"results: {difference}")
    if bundle.comparison is None:
        return Step("recomputed", "passed", "every number of the period comes out again from its frozen rows")
    if bundle.before is None:
        return Step("recomputed", "not_checked", "the period's numbers come out again; its comparison was not checked")
    for side in _earlier(bundle):
        step = _compared_again(bundle, after, side, snapshots)
        if step is not None:
            return step
    told = "every number of both periods and of their comparison comes out again"
    if isinstance(bundle, ReportBundle) and len(bundle.trend) > 1:
        told += "; the trend's periods before them are not checked here, but with their own reports"
    return Step("recomputed", "passed", told)


def _earlier(bundle: Bundle) -> Iterator[Mapping[str, Any]]:
    """Every period that the bundle's is compared with: manifest, definition and the comparison."""
    yield {**(bundle.before or {}), "comparison": bundle.comparison}
    if isinstance(bundle, ComparisonBundle):
        yield from bundle.further


def _compared_again(bundle: Bundle, after: ScoredPeriod, side: Mapping[str, Any], snapshots: Path) -> Step | None:
    """None where the comparison comes out again."""
    before = _scored(side["manifest"], side["definition"], snapshots)
    if isinstance(before, Step):
        return before
    compared = compare_scored(_read_back(before), _read_back(after), ALONE)
    difference = first_difference(side["comparison"], _plain(_comparison(bundle, compared)))
    if difference is not None:
        return Step("recomputed", "failed", f"comparison: {difference}")
    difference = _trend_difference(bundle, before)
    return None if difference is None else Step("recomputed", "failed", f"trend: {difference}")


def _trend_difference(bundle: Bundle, before: ScoredPeriod) -> str | None:
    """Where the trend's point of a period is not what its rows give."""
    measured = first_measure(before.scores)
    held = bundle.trend if isinstance(bundle, ReportBundle) else ()
    point = next((each for each in held if each["period"] == before.scores.period), None)
    if point is None or measured is None:
        return None
    again = {"measure": measured[0], "rows_hash": before.frozen.rows_hash, "estimate": asdict(measured[1])}
    return first_difference(point, {"period": before.scores.period, **_plain(again)})


def _results(bundle: Bundle, scored: ScoredPeriod) -> dict[str, Any]:
    """The document of results that the kind of bundle holds."""
    if isinstance(bundle, DealerBundle):
        read = _read_back(scored)
        details = dealer_details(read.side.plan, read.side.source, read.scores, ALONE)
        return plain_document(DEALER_RESULTS, dealer_results(read.scores, details, bundle.dealer))
    return results_document(scored.scores)


def _comparison(bundle: Bundle, compared: PeriodComparison) -> dict[str, Any]:
    if isinstance(bundle, DealerBundle):
        compared = dealer_comparison(compared, bundle.dealer, with_group=bundle.results["group"] is not None)
    return comparison_document(compared)


def _scored(manifest: Mapping[str, Any], definition: str, snapshots: Path) -> ScoredPeriod | Step:
    """The period scored from its rows. Raises ``SurveyplatError`` when rows or questionnaire are not those frozen."""
    rows, name = str(manifest["rows_hash"]), f"{manifest['study']} {manifest['period']}"
    path = next(iter(sorted(snapshots.rglob(f"{rows}.parquet"))), None)
    if path is None:
        return Step("recomputed", "not_checked", f"{snapshots} does not hold {rows}.parquet, the rows of {name}")
    verify_snapshot(SnapshotFile(path, rows, str(manifest["file_hash"])))
    answered = definition_from_json(definition)
    if content_hash(answered) != manifest["definition_hash"]:
        raise ReportError(f"{name}: the attached questionnaire is not the one that was answered")
    frozen = FrozenPeriod(path, _whole(manifest, path), rows, str(manifest["definition_hash"]))
    return ScoredPeriod(frozen, answered, score_frozen(frozen, answered, ALONE))


def _whole(manifest: Mapping[str, Any], rows: Path) -> dict[str, Any]:
    """The manifest itself, or of an extract the one that lies beside the rows. Raises ``ReportError`` for another."""
    if "manifest_hash" not in manifest:
        return dict(manifest)
    beside = rows.with_name("manifest.json")
    text = beside.read_text(encoding="utf-8").strip() if beside.is_file() else ""
    if sha256(text.encode()).hexdigest() != manifest["manifest_hash"]:
        raise ReportError(f"{beside}: it is not the manifest that the report was made with. Restore it beside the rows")
    return dict(json.loads(text))


def _read_back(scored: ScoredPeriod) -> ScoredPeriod:
    """With its scores as they are kept: a comparison is made from kept ones."""
    return ScoredPeriod(scored.frozen, scored.definition, scores_from_document(results_document(scored.scores)))


def _plain(document: Any) -> Any:
    return json.loads(json.dumps(document, allow_nan=False))


def first_difference(found: Any, wanted: Any, place: str = "") -> str | None:
    """The first place at which two JSON values differ, in words; None when they are the same."""
    return next(_differences(found, wanted, place), None)


def _differences(found: Any, wanted: Any, place: str) -> Iterator[str]:
    if isinstance(found, Mapping) and isinstance(wanted, Mapping):
        for name in [*wanted, *(name for name in found if name not in wanted)]:
            if name not in found or name not in wanted:
                yield f"{place}/{name} {'is absent' if name in wanted else 'was added'}"
            else:
                yield from _differences(found[name], wanted[name], f"{place}/{name}")
    elif isinstance(found, list) and isinstance(wanted, list):
        for number, (one, other) in enumerate(zip(found, wanted, strict=False)):
            yield from _differences(one, other, f"{place}/{number}")
        if len(found) != len(wanted):
            yield f"{place} has {len(found)} entries, and {len(wanted)} come out"
    elif not _is_same(found, wanted):
        yield f"{place} is {found!r}, and {wanted!r} comes out"


def _is_same(found: Any, wanted: Any) -> bool:
    if type(found) in (int, float) and type(wanted) in (int, float):
        return isclose(found, wanted, rel_tol=_SAME)
    return bool(found == wanted and type(found) is type(wanted))
