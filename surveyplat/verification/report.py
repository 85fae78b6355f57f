"""A report verified by itself: opened within bounds, then sealed, consistent, recomputed."""

import json
from pathlib import Path

from surveyplat.audit.notes import PublicKey
from surveyplat.errors import SurveyplatError
from surveyplat.reports.attachments import BUNDLE
from surveyplat.reports.bundle import TEMPLATE_VERSION
from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.sealing import VERSION, seal_version
from surveyplat.verification.consistent import check_consistency
from surveyplat.verification.frozen_rows import FrozenRows
from surveyplat.verification.opening import Opened, bounded, opened
from surveyplat.verification.recomputed import check_numbers
from surveyplat.verification.sealing_step import check_sealed
from surveyplat.verification.superseded import Corrections, superseded
from surveyplat.verification.verdicts import Step, Verdict


def verify_report(report: bytes, *, key: PublicKey | None = None, snapshots: Path | None = None) -> tuple[Step, ...]:
    """The three levels in order, each with what was found; only the first that ends it where nothing can be read."""
    return verify(report, key=key, rows=None if snapshots is None else FrozenRows(snapshots)).steps


def verify(
    report: bytes,
    *,
    key: PublicKey | None = None,
    rows: FrozenRows | None = None,
    corrections: Corrections | None = None,
) -> Verdict:
    """The same with rows that several reports are computed from: what was scored for one is not scored again.

    ``corrections`` are those known at hand: a report whose period was corrected since is told so, and stays verified.
    """
    with bounded():
        try:
            found = opened(report)
        except SurveyplatError as error:
            return Verdict((Step("sealed", "failed", str(error)),))
        return Verdict(_steps(found, key, rows), _notes(found, corrections or {}))


def _notes(report: Opened, corrections: Corrections) -> tuple[str, ...]:
    """None of a bundle that cannot be read: its step says so."""
    try:
        return superseded(json.loads(report.bundle), corrections)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ()


def _steps(report: Opened, key: PublicKey | None, rows: FrozenRows | None) -> tuple[Step, ...]:
    version = report.template_version
    if version is not None and version != TEMPLATE_VERSION:
        told = f"the report was drawn by templates of version {version}, this program has {TEMPLATE_VERSION}"
        why = f"{told}: verify it with the release that made it"
        return (
            _older_seal(report, key),
            Step("consistent", "not_checked", why),
            Step("recomputed", "not_checked", why),
        )
    try:
        bundle = bundle_from_json(report.bundle.decode("utf-8", errors="replace"))
    except (SurveyplatError, RecursionError) as error:
        return check_sealed(report, "", key), Step("consistent", "failed", f"{BUNDLE}: {error}")
    sealed = check_sealed(report, bundle.key_name, key)
    consistent = check_consistency(report, bundle, is_signed=sealed.outcome == "passed")
    return sealed, consistent, check_numbers(bundle, rows)


def _older_seal(report: Opened, key: PublicKey | None) -> Step:
    """The seal of a report that another release made, as far as this one reads such seals."""
    if report.sealed is not None and seal_version(report.sealed.seal) not in (VERSION, None):
        return Step("sealed", "not_checked", "another release sealed it: verify it with the release that made it")
    return check_sealed(report, "", key)
