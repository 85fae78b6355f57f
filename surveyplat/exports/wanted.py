"""What may be asked for: which format holds what."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from surveyplat.errors import ExportError


class Format(StrEnum):
    """The kinds of files, as ``--format`` names them."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    SAV = "sav"
    CODEBOOK_PDF = "codebook-pdf"
    CODEBOOK_CSV = "codebook-csv"
    TRIPLE_S = "triple-s"


class Subject(StrEnum):
    """What is exported: the numbers that are published, the rows that they come from, or what the rows mean."""

    RESULTS = "results"
    COMPARISON = "comparison"
    DEALERS = "dealers"
    ROWS = "rows"
    CODEBOOK = "codebook"


PUBLISHED = (Subject.RESULTS, Subject.COMPARISON, Subject.DEALERS)
"""What is scored, and withheld where its base is too small."""
ONLY_ROWS = (Format.SAV, Format.TRIPLE_S)
_BARE = (Format.CSV, Format.PARQUET)
CODEBOOKS = (Format.CODEBOOK_PDF, Format.CODEBOOK_CSV)
_ENDINGS = {
    Format.CODEBOOK_PDF: (".pdf",),
    Format.CODEBOOK_CSV: (".csv",),
    Format.TRIPLE_S: (".xml", ".csv"),
}


@dataclass(frozen=True)
class Wanted:
    """What to export. Raises ``ExportError`` when the format cannot hold it."""

    format: Format
    subject: Subject
    with_texts: bool = False
    as_frozen: bool = False
    """Rows under the snapshot's own pseudonyms, of every dealer, in the snapshot's order."""

    def __post_init__(self) -> None:
        if self.format in ONLY_ROWS and self.subject != Subject.ROWS:
            raise ExportError(f"{self.format}: it holds rows, not {self.subject}. Choose csv, xlsx or parquet")
        if (self.format in CODEBOOKS) != (self.subject == Subject.CODEBOOK):
            raise ExportError(f"{self.format}: it cannot hold {self.subject}. Say only the format")
        if self.with_texts and self.subject != Subject.ROWS:
            raise ExportError(f"--with-texts: no texts of respondents belong to {self.subject}. Say --rows as well")
        if self.as_frozen and self.subject != Subject.ROWS:
            raise ExportError(f"--as-frozen: no rows of single responses belong to {self.subject}. Say --rows as well")

    @property
    def has_labels(self) -> bool:
        """Whether its files hold words of one language, beside names and codes."""
        worded = self.subject in (Subject.CODEBOOK, Subject.COMPARISON)
        return worded or (self.subject == Subject.ROWS and self.format not in _BARE)

    @property
    def file_word(self) -> str:
        """What its files are called: rows as frozen do not take the place of protected ones."""
        word = str(self.format) if self.format == Format.TRIPLE_S else str(self.subject)
        return f"{word}-as-frozen" if self.as_frozen else word

    @property
    def endings(self) -> tuple[str, ...]:
        """Of its files, the one that a program opens first."""
        return _ENDINGS.get(self.format, (f".{self.format}",))


def subject_of(format_: Format, asked: Sequence[Subject]) -> Subject:
    """What is exported: what was asked for, else the published results, or all that the format can hold.

    Raises ``ExportError`` when more than one thing was asked for.
    """
    if len(asked) > 1:
        said = ", ".join(f"--{subject}" for subject in asked)
        raise ExportError(f"{said}: a file holds one of them. Say one, and export again for the other")
    if asked:
        return asked[0]
    if format_ in CODEBOOKS:
        return Subject.CODEBOOK
    return Subject.ROWS if format_ in ONLY_ROWS else Subject.RESULTS
