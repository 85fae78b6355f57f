"""A report from its bundle's JSON: what a worker process needs, without the rest of the product."""

from surveyplat.reports.kinds import bundle_from_json
from surveyplat.reports.pdf import make_report


def make_from_json(bundle: bytes) -> bytes:
    """The PDF of what ``canonical_json`` wrote. Raises ``ReportError`` or ``ScoringError`` when it is damaged."""
    return make_report(bundle_from_json(bundle.decode()))
