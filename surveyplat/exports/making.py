"""One export: the files of a format, made beside their place, so that nothing stands there before it is recorded."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from itertools import chain
from pathlib import Path

import polars as pl

from surveyplat.errors import ExportError
from surveyplat.exports.codebook import COLUMNS, codebook_csv, codebook_lines, make_codebook
from surveyplat.exports.codebook_content import codebook_pdf
from surveyplat.exports.frozen_rows import FrozenRows
from surveyplat.exports.spreadsheet_texts import write_csv
from surveyplat.exports.spss import write_spss
from surveyplat.exports.triple_s import write_triple_s
from surveyplat.exports.wanted import Format, Subject, Wanted
from surveyplat.exports.workbook import Progress, Sheet, write_workbook

_ROW_GROUP = 65_536


def file_names(rows: FrozenRows, wanted: Wanted, output: Path) -> tuple[Path, ...]:
    """Where the files go: beside each other in ``output``, a folder, or under its own name, a file.

    Raises ``ExportError`` when the file's ending is not the format's, or its folder is not there.
    """
    if output.is_dir():
        words = rows.language if wanted.has_labels else ""
        stem = "-".join(part for part in (rows.name, wanted.file_word, words) if part)
        return tuple(output / f"{stem}{ending}" for ending in wanted.endings)
    if output.suffix.lower() != wanted.endings[0]:
        fix = f"End its name with {wanted.endings[0]}, or name a folder that there is"
        raise ExportError(f"{output}: this is no name for {wanted.format}. {fix}")
    if not output.parent.is_dir():
        raise ExportError(f"{output}: there is no folder {output.parent}. Make it first, or name another one")
    return (output, *(output.with_suffix(ending) for ending in wanted.endings[1:]))


@dataclass(frozen=True)
class Made:
    """Files that are whole and not yet in their place: draft -> place, SHA-256 by ending; how many rows they hold."""

    drafts: Mapping[Path, Path]
    hashes: Mapping[str, str]
    rows: int

    def lay(self) -> None:
        """Move the files to their place, over whatever had their names."""
        for draft, place in self.drafts.items():
            draft.replace(place)

    def drop(self) -> None:
        """Take away what was not laid."""
        for draft in self.drafts:
            draft.unlink(missing_ok=True)


def make_export(
    rows: FrozenRows, published: pl.DataFrame | None, wanted: Wanted, places: tuple[Path, ...], progress: Progress
) -> Made:
    """Write the export's files under other names in the folder where they belong, readable by their owner alone.

    ``published`` is the table of an export of published numbers, and None for rows and codebooks.
    """
    drafts = {place.with_name(f".{place.name}.{os.getpid()}.draft"): place for place in places}
    for draft in drafts:
        draft.touch(mode=0o600)
    made = Made(drafts, {}, 0)
    try:
        count = _write(_Job(rows, published, wanted, tuple(drafts), progress))
    except BaseException:
        made.drop()
        raise
    return Made(drafts, {place.suffix: _hash(draft) for draft, place in drafts.items()}, count)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class _Job:
    rows: FrozenRows
    published: pl.DataFrame | None
    wanted: Wanted
    drafts: tuple[Path, ...]
    progress: Progress

    @property
    def file(self) -> Path:
        return self.drafts[0]


def _write(job: _Job) -> int:
    """Write the files; gives the number of rows, or of variables in a codebook."""
    if job.wanted.subject == Subject.CODEBOOK:
        return _write_codebook(job)
    if job.published is not None:
        return _write_table(job, (job.published,), job.published.height, ())
    return _write_rows(job)


def _write_rows(job: _Job) -> int:
    rows, with_texts = job.rows, job.wanted.with_texts
    match job.wanted.format:
        case Format.TRIPLE_S:
            return write_triple_s(job.file, job.drafts[1], rows, job.progress, with_texts=with_texts)
        case Format.SAV:
            chosen = rows.chosen(with_texts=with_texts)
            title = f"{rows.title} {rows.name}"
            write_spss(job.file, rows.frame(with_texts=with_texts), chosen, title=title, moment=rows.frozen_at)
            return rows.count
        case Format.XLSX:
            lines = list(codebook_lines(make_codebook(rows)))
            codebook = Sheet("codebook", COLUMNS, lines, len(lines))
            return _write_table(job, rows.slices(with_texts=with_texts), rows.count, (codebook,))
        case _:
            return _write_table(job, rows.slices(with_texts=with_texts), rows.count, ())


def _write_codebook(job: _Job) -> int:
    codebook = make_codebook(job.rows)
    as_pdf = job.wanted.format == Format.CODEBOOK_PDF
    job.file.write_bytes(codebook_pdf(codebook) if as_pdf else codebook_csv(codebook))
    return len(codebook.entries)


def _write_table(job: _Job, pieces: Iterable[pl.DataFrame], count: int, further: tuple[Sheet, ...]) -> int:
    """A table of ``count`` rows in its own kind of file; only a workbook has room for ``further`` sheets."""
    match job.wanted.format:
        case Format.CSV:
            write_csv(job.file, pieces, count, job.progress)
        case Format.PARQUET:
            about = {"surveyplat": json.dumps(_about(job), ensure_ascii=False, sort_keys=True)}
            whole = pl.concat(pieces)
            whole.write_parquet(job.file, compression="zstd", row_group_size=_ROW_GROUP, metadata=about)
        case _:
            first = _sheet(str(job.wanted.subject), iter(pieces), count)
            write_workbook(job.file, (first, *further), job.rows.frozen_at, job.progress)
    return count


def _about(job: _Job) -> dict[str, str]:
    """What a Parquet file says of itself."""
    manifest = job.rows.manifest
    names = ("study", "period", "rows_hash", "definition_hash", "definition_version")
    about = {name: str(manifest[name]) for name in names} | {"subject": str(job.wanted.subject)}
    if job.wanted.subject == Subject.ROWS:
        about["rows"] = "as frozen" if job.rows.protection is None else "protected"
    return about


def _sheet(name: str, pieces: Iterator[pl.DataFrame], count: int) -> Sheet:
    """A table that comes in pieces as a sheet, whose rows are made one by one."""
    first = next(pieces)
    return Sheet(name, first.columns, (row for piece in chain((first,), pieces) for row in piece.iter_rows()), count)
