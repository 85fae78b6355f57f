"""What the pass counts to tell how good answers are: each check's flags, and the first index and PP100 without them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from surveyplat.scoring.answer_quality import Flags, Lines, speeding, straight_lining
from surveyplat.scoring.arrays import BoolArray, CodeArray, IntArray
from surveyplat.scoring.columns import index_column, problem_column
from surveyplat.scoring.duplicates import Vectors, copied_rows, hardly_by_chance, vectors_of, vectors_told
from surveyplat.scoring.moments import CodedColumn, Column
from surveyplat.scoring.plan import ScoringPlan
from surveyplat.scoring.quality_plan import QualityPlan
from surveyplat.scoring.snapshot import Answers, Inventory, Piece, read_columns, read_piece
from surveyplat.scoring.with_and_without import columns_without
from surveyplat.scoring.workers import Workers

FULL_MARKS_COLUMN = "quality/full_marks"


def quality_column(check: str) -> str:
    """``check`` is speeding, straight_lining, duplicates, or any."""
    return f"quality/{check}"


def compared_columns(plan: ScoringPlan) -> tuple[str, ...]:
    """The measures that are told with and without the flagged answers: the first index, and PP100 in total."""
    indices = tuple(index_column(index.id) for index in plan.indices[:1])
    return (*indices, problem_column("total")) if plan.problems else indices


@dataclass(frozen=True)
class Checked:
    """One piece's flags; the check of ``full_marks`` flags nobody."""

    speeding: Flags
    lines: Lines
    duplicates: Flags

    @property
    def any(self) -> Flags:
        checks = (self.speeding, self.lines.flags, self.duplicates)
        flagged: BoolArray = np.logical_or.reduce([check.flagged for check in checks])
        told: BoolArray = np.logical_or.reduce([check.told for check in checks])
        return Flags(flagged, told)


def quality_columns(
    plan: ScoringPlan,
    piece: Piece,
    answers: Answers,
    copied: IntArray,
    measured: Iterable[Column | CodedColumn],
) -> Iterator[Column | CodedColumn]:
    """Flags by check, and what is ``measured`` without the flagged; nothing where a plan has no quality section.

    ``copied`` are the snapshot's rows that ``copies_across`` found.
    """
    if plan.quality is None:
        return
    checked = _checked(plan, plan.quality, piece, answers, copied)
    flags = {"speeding": checked.speeding, "straight_lining": checked.lines.flags, "duplicates": checked.duplicates}
    for name, check in {**flags, "any": checked.any}.items():
        yield CodedColumn(quality_column(name), _coded(check))
    yield CodedColumn(FULL_MARKS_COLUMN, _coded(Flags(checked.lines.full_marks, checked.lines.flags.told)))
    wanted = compared_columns(plan)
    for column in measured:
        if isinstance(column, Column) and column.id in wanted:
            yield from columns_without(column, checked.any.flagged)


def _coded(flags: Flags) -> CodeArray:
    return np.where(flags.told, flags.flagged, np.int16(-1)).astype(np.int16)


def _checked(plan: ScoringPlan, quality: QualityPlan, piece: Piece, answers: Answers, copied: IntArray) -> Checked:
    seconds = [page.column for page in quality.pages]
    frame = read_columns(piece, [*seconds, *(["language"] if seconds else []), *_KEYS[: 2 * quality.days]])
    size = len(answers.model_of_row)
    return Checked(
        speeding=_speeding(quality, frame, size),
        lines=_lines(plan, quality, answers),
        duplicates=_duplicates(plan, frame, piece, answers, copied) if quality.days and plan.items else _nobody(size),
    )


_KEYS = ("dealer", "occasion_on")


def _nobody(size: int) -> Flags:
    return Flags(np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_))


def _speeding(quality: QualityPlan, frame: pl.DataFrame, size: int) -> Flags:
    """In the language of the answer; nothing is told of a language that the questionnaire does not have."""
    if not quality.pages:
        return _nobody(size)
    languages = sorted({language for page in quality.pages for language in page.seconds})
    places = list(range(len(languages)))
    place = frame["language"].replace_strict(languages, places, default=-1, return_dtype=pl.Int64).to_numpy()
    least = [np.array([*(page.seconds.get(name, 0.0) for name in languages), 0.0]) for page in quality.pages]
    spent = [frame[page.column].to_numpy() for page in quality.pages]
    return speeding(spent, [of_page[place] for of_page in least])


def _lines(plan: ScoringPlan, quality: QualityPlan, answers: Answers) -> Lines:
    """A response is flagged for a line through any of its batteries."""
    best = {item.id: item.maximum for item in plan.items}
    nobody = _nobody(len(answers.model_of_row))
    flagged, told, full = nobody.flagged, nobody.told, nobody.flagged
    for battery in quality.batteries:
        lines = straight_lining([answers.codes[item] for item in battery], best[battery[0]])
        flagged, told, full = flagged | lines.flags.flagged, told | lines.flags.told, full | lines.full_marks
    return Lines(Flags(flagged, told), full & ~flagged)


def _duplicates(plan: ScoringPlan, frame: pl.DataFrame, piece: Piece, answers: Answers, copied: IntArray) -> Flags:
    """Copies within the piece, and those of its rows that are copies of another piece's."""
    codes = [answers.codes[item.id] for item in plan.items]
    found, told = _vectors(codes, frame, piece, answers)
    suspect = found.repeated
    suspect = suspect.chosen(hardly_by_chance(codes, suspect.row - piece.start))
    across = copied[(copied >= piece.start) & (copied < piece.stop)]
    flagged = np.zeros(len(told), dtype=np.bool_)
    flagged[np.union1d(copied_rows(suspect), across) - piece.start] = True
    return Flags(flagged, told)


def _vectors(
    codes: Sequence[CodeArray], frame: pl.DataFrame, piece: Piece, answers: Answers
) -> tuple[Vectors, BoolArray]:
    """Of a known dealer and day: answers of people whose dealer is not known have no dealer in common.

    A customer's rows of a dealer stand together in one piece: their first row is the customer's number.
    """
    known = (frame["dealer"].fill_null("") != "") & frame["occasion_on"].is_not_null()
    told: BoolArray = vectors_told(codes) & known.to_numpy()
    day = frame["occasion_on"].to_physical().cast(pl.Int64).fill_null(0).to_numpy()
    unit = answers.rows.unit_of_row
    starts = None if unit is None else np.flatnonzero(np.diff(unit, prepend=-1))
    customer = (np.arange(len(told)) if starts is None or unit is None else starts[unit]) + piece.start
    return vectors_of(codes, answers.rows.cell_of_row, customer, day, told, piece.start), told


def copies_across(plan: ScoringPlan, inventory: Inventory, workers: Workers) -> IntArray:
    """The rows, in order, that are copies among the dealers whose answers stand in several pieces: one small pass.

    Memory: 40 bytes for each answer of such a dealer.
    """
    parts = list(_parts_of_dealers(inventory))
    if plan.quality is None or not plan.quality.days or not plan.items or not parts:
        return np.zeros(0, dtype=np.int64)
    return copied_rows(workers.merged("copied answers", partial(_vectors_of_part, plan), parts))


def _parts_of_dealers(inventory: Inventory) -> Iterator[Piece]:
    """For each piece at whose border a dealer is cut in two, its rows of that dealer as a piece of their own."""
    stops = np.cumsum(inventory.dealer_rows)
    starts = stops - np.array(inventory.dealer_rows)
    for piece in inventory.pieces:
        last = int(np.searchsorted(stops, piece.stop))
        for cell in sorted({piece.first_cell, last}):
            if inventory.dealers[cell] and (starts[cell] < piece.start or stops[cell] > piece.stop):
                start, stop = max(int(starts[cell]), piece.start), min(int(stops[cell]), piece.stop)
                yield Piece(piece.path, start, stop, cell, piece.models)


def _vectors_of_part(plan: ScoringPlan, part: Piece) -> Vectors:
    answers, frame = read_piece(part, plan.items), read_columns(part, _KEYS)
    codes = [answers.codes[item.id] for item in plan.items]
    found, _ = _vectors(codes, frame, part, answers)
    return found.chosen(hardly_by_chance(codes, found.row - part.start))
