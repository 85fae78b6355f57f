"""The kinds of reports: what each is called in its document, and how its content is decided."""

import json

from surveyplat.errors import ReportError
from surveyplat.reports.blocks import Content
from surveyplat.reports.bundle import Bundle, ReportBundle, bundle_from_document
from surveyplat.reports.comparing.bundle import ComparisonBundle
from surveyplat.reports.dealer_bundle import DealerBundle
from surveyplat.reports.sheets.blocks import Sheet
from surveyplat.reports.sheets.bundle import A3Bundle

KINDS: tuple[type[Bundle], ...] = (ReportBundle, DealerBundle, ComparisonBundle, A3Bundle)


def content_of(bundle: Bundle) -> Content | Sheet:
    """The whole report as data. Raises ``ScoringError`` or ``ReportError`` when the bundle's documents are damaged.

    Only the sections of the bundle's own kind are loaded, so that a first report does not wait for those of the others.
    """
    match bundle:
        case ReportBundle():
            from surveyplat.reports.content import build_content

            return build_content(bundle)
        case DealerBundle():
            from surveyplat.reports.dealer_content import build_dealer_content

            return build_dealer_content(bundle)
        case ComparisonBundle():
            from surveyplat.reports.comparing.content import comparison_content

            return comparison_content(bundle)
        case A3Bundle():
            from surveyplat.reports.sheets.content import sheet_of

            return sheet_of(bundle)
        case _:
            raise ReportError(f"bundle: no report is made of a {type(bundle).__name__}")


def bundle_from_json(text: str) -> Bundle:
    """Read what ``canonical_json`` wrote, of whatever kind. Raises ``ReportError`` when it is none."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ReportError(f"bundle: it is not JSON ({error}). Build it again from the snapshot.") from error
    named = document.get("kind") if isinstance(document, dict) else None
    kind = next((kind for kind in KINDS if kind.kind == named), None)
    if kind is None:
        raise ReportError(f"bundle: {named!r} is no kind of report. Build it again from the snapshot.")
    return bundle_from_document(kind, document)
