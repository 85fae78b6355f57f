"""One export: the files of a format, made beside their place, so that nothing stands there before it is recorded."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import polars as pl

from surveyplat.errors import ExportError
from surveyplat.exports.codebook import COLUMNS, codebook_csv, codebook_lines, make_codebook
from surveyplat.exports.codebook_content import codebook_pdf
from surveyplat.exports.frozen_rows import FrozenRows
from surveyplat.exports.result_rows import result_frame
from surveyplat.exports.spreadsheet_texts import harmless_frame
from surveyplat.exports.spss import write_spss
from surveyplat.exports.triple_s import write_triple_s
from surveyplat.exports.wanted import Format, Subject, Wanted
from surveyplat.exports.workbook import Progress, Sheet, write_workbook

_SLICE = 5_000


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
    rows: FrozenRows, results: Mapping[str, Any] | None, wanted: Wanted, places: tuple[Path, ...], progress: Progress
) -> Made:
    """Write the export's files under other names in the folder where they belong, readable by their owner alone.

    ``results`` is the results document, which an export of results needs.
    """
    drafts = {place.with_name(f".{place.name}.{os.getpid()}.draft"): place for place in places}
    for draft in drafts:
        draft.touch(mode=0o600)
    made = Made(drafts, {}, 0)
    try:
        count = _WRITERS[wanted.subject](_Job(rows, results, wanted, places, tuple(drafts), progress))
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
    results: Mapping[str, Any] | None
    wanted: Wanted
    places: tuple[Path, ...]
    drafts: tuple[Path, ...]
    progress: Progress

    @property
    def file(self) -> Path:
        return self.drafts[0]


def _write_results(job: _Job) -> int:
    frame = result_frame(job.results or {})
    _write_table(job, frame, ())
    return frame.height


def _write_rows(job: _Job) -> int:
    rows, with_texts = job.rows, job.wanted.with_texts
    if job.wanted.format == Format.TRIPLE_S:
        return write_triple_s(job.file, job.drafts[1], job.places[1].name, rows, with_texts=with_texts)
    frame = rows.frame(with_texts=with_texts)
    if job.wanted.format == Format.SAV:
        chosen = rows.chosen(with_texts=with_texts)
        write_spss(job.file, frame, chosen, title=f"{rows.title} {rows.name}", moment=rows.frozen_at)
    else:
        lines = list(codebook_lines(make_codebook(rows))) if job.wanted.format == Format.XLSX else []
        _write_table(job, frame, (Sheet("codebook", COLUMNS, lines, len(lines)),))
    return frame.height


def _write_codebook(job: _Job) -> int:
    codebook = make_codebook(job.rows)
    as_pdf = job.wanted.format == Format.CODEBOOK_PDF
    job.file.write_bytes(codebook_pdf(codebook) if as_pdf else codebook_csv(codebook))
    return len(codebook.entries)


_WRITERS: Mapping[Subject, Callable[[_Job], int]] = {
    Subject.RESULTS: _write_results,
    Subject.ROWS: _write_rows,
    Subject.CODEBOOK: _write_codebook,
}


def _write_table(job: _Job, frame: pl.DataFrame, further: tuple[Sheet, ...]) -> None:
    """A table of its own kind of file; only a workbook has room for ``further`` sheets."""
    match job.wanted.format:
        case Format.CSV:
            harmless_frame(frame).write_csv(job.file, include_bom=True, line_terminator="\r\n")
        case Format.PARQUET:
            about = {"surveyplat": json.dumps(_about(job), ensure_ascii=False, sort_keys=True)}
            frame.write_parquet(job.file, compression="zstd", metadata=about)
        case _:
            first = Sheet(str(job.wanted.subject), frame.columns, _sliced(frame), frame.height)
            write_workbook(job.file, (first, *further), job.rows.frozen_at, job.progress)


def _about(job: _Job) -> dict[str, str]:
    """What a Parquet file says of itself."""
    manifest = job.rows.manifest
    names = ("study", "period", "rows_hash", "definition_hash", "definition_version")
    return {name: str(manifest[name]) for name in names} | {"subject": str(job.wanted.subject)}


def _sliced(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows one by one, made a slice at a time."""
    for piece in frame.iter_slices(_SLICE):
        yield from piece.iter_rows()
