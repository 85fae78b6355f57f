"""A report bundle in, the bytes of a PDF out. Nothing is decided here; see ``content`` for what is said."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf

from surveyplat.reports.attachments import attach, pdf_date
from surveyplat.reports.blocks import Content
from surveyplat.reports.bundle import Bundle, report_id
from surveyplat.reports.kinds import content_of
from surveyplat.reports.pages import lay_out
from surveyplat.reports.sheets.blocks import Sheet
from surveyplat.reports.sheets.drawing import lay_out_sheet
from surveyplat.reports.tagging import write_structure

CREATOR = "surveyplat"


def make_report(bundle: Bundle) -> bytes:
    """The PDF of a bundle: A4, all fonts embedded, the same bytes for the same bundle.

    Raises ``ReportError`` or ``ScoringError`` when the bundle's documents are damaged.
    """
    moment = datetime.fromisoformat(bundle.as_of)
    return make_document(content_of(bundle), report_id(bundle), moment, lambda pdf: attach(pdf, bundle))


def make_document(
    content: Content | Sheet, identity: str, moment: datetime, attach_to: Callable[[Pdf], None] | None = None
) -> bytes:
    """The PDF of any content, tagged, with its metadata and dates; ``identity`` stands on every page.

    The same arguments give the same bytes: the identifier in the file depends on what it holds alone.
    """
    pages, structure = lay_out_sheet(content, identity) if isinstance(content, Sheet) else lay_out(content, identity)
    target = BytesIO()
    with Pdf.open(BytesIO(pages)) as pdf:
        pdf.Root.Lang = content.language
        pdf.Root.PageMode = Name.UseOutlines
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        write_structure(pdf, structure)
        if isinstance(content, Content) and not content.cover.is_masthead:
            pdf.Root.PageLabels = _labels()
        if attach_to is not None:
            attach_to(pdf)
        _describe(pdf, content, moment)
        pdf.save(target, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return target.getvalue()


def _labels() -> Dictionary:
    """Page numbers as they are printed: the cover, which is not counted, is i."""
    return Dictionary(Nums=Array([0, Dictionary(S=Name.r), 1, Dictionary(S=Name.D)]))


def _describe(pdf: Pdf, content: Content | Sheet, moment: datetime) -> None:
    stamp = moment.isoformat()
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = content.title
        metadata["dc:description"] = content.subject
        metadata["dc:language"] = {content.language}
        metadata["xmp:CreatorTool"] = CREATOR
        metadata["xmp:CreateDate"] = stamp
        metadata["xmp:ModifyDate"] = stamp
        metadata["pdf:Producer"] = CREATOR
    date = pdf_date(moment)
    pdf.docinfo = pdf.make_indirect(
        Dictionary(
            Title=content.title,
            Subject=content.subject,
            Creator=CREATOR,
            Producer=CREATOR,
            CreationDate=date,
            ModDate=date,
        )
    )
