"""What may be asked for: which format holds what."""

from dataclasses import dataclass
from enum import StrEnum

from surveyplat.errors import ExportError


class Format(StrEnum):
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
    ROWS = "rows"
    CODEBOOK = "codebook"


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

    def __post_init__(self) -> None:
        if self.format in ONLY_ROWS and self.subject != Subject.ROWS:
            raise ExportError(f"{self.format}: it holds rows, not {self.subject}. Choose csv, xlsx or parquet")
        if (self.format in CODEBOOKS) != (self.subject == Subject.CODEBOOK):
            raise ExportError(f"{self.format}: it cannot hold {self.subject}. Leave --rows and --results away")
        if self.with_texts and self.subject != Subject.ROWS:
            raise ExportError(f"--with-texts: {self.subject} have no texts of respondents. Say --rows as well")

    @property
    def has_labels(self) -> bool:
        """Whether its files hold words of one language, beside names and codes."""
        return self.subject == Subject.CODEBOOK or (self.subject == Subject.ROWS and self.format not in _BARE)

    @property
    def file_word(self) -> str:
        """What its files are called: a Triple-S file with data is no CSV file of rows."""
        return str(self.format) if self.format == Format.TRIPLE_S else str(self.subject)

    @property
    def endings(self) -> tuple[str, ...]:
        """Of its files, the one that a program opens first."""
        return _ENDINGS.get(self.format, (f".{self.format}",))


def subject_of(format_: Format, subject: Subject | None) -> Subject:
    """What is exported when nothing is said: the published results, or all that the format can hold."""
    if subject is not None:
        return subject
    if format_ in CODEBOOKS:
        return Subject.CODEBOOK
    return Subject.ROWS if format_ in ONLY_ROWS else Subject.RESULTS
