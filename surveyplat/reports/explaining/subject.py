"""Which published number is to be explained, and where scoring keeps it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from surveyplat.errors import Fault, InvalidInput
from surveyplat.forms.spelling import did_you_mean
from surveyplat.scoring.columns import index_column, item_column, problem_column
from surveyplat.scoring.results import Estimate, IndexScore, Pp100Cell, Pp100Score, StudyScores

Kind = Literal["index", "item", "rate", "pp100"]


@dataclass(frozen=True)
class Wanted:
    """What was asked for by name; nothing stands for the study's first index, or its PP100."""

    dealer: str | None = None
    item: str | None = None
    category: str | None = None
    rate: str | None = None
    model: str | None = None
    build_month: str | None = None


@dataclass(frozen=True)
class Subject:
    """One published number: ``group`` says which breakdown of PP100 it belongs to.

    It is total, category, problem, model or build_month.
    """

    kind: Kind
    id: str
    estimate: Estimate
    dealer: str | None = None
    group: str = ""

    @property
    def column(self) -> str:
        """The column of scoring's tabulation that the number is read from."""
        if self.kind == "index":
            return index_column(self.id)
        if self.kind == "item":
            return item_column(self.id)
        if self.kind == "rate":
            return f"rate/{self.id}"
        return problem_column(self.group, "" if self.group == "total" else self.id)


def subject_of(scores: StudyScores, wanted: Wanted) -> Subject:
    """The number that is wanted. Raises ``InvalidInput`` for unknown names and for what is not published together."""
    faults = list(_contradictions(wanted))
    if faults:
        raise InvalidInput(faults)
    if wanted.item is not None:
        return _item(scores, wanted.item)
    for option, group, name in _breakdowns(wanted):
        if name is not None:
            cells = () if scores.pp100 is None else _cells(scores.pp100)[group]
            cell = cells[_place(option, name, [cell.id for cell in cells])]
            return Subject("pp100", cell.id, cell.pp100, group=group)
    if wanted.rate is not None:
        rate = scores.rates[_place("--rate", wanted.rate, [rate.id for rate in scores.rates])]
        return Subject("rate", rate.id, rate.rate)
    return _headline(scores, wanted.dealer)


def index_of(scores: StudyScores, subject: Subject) -> IndexScore:
    """The index that a subject of the kind "index" is."""
    if subject.dealer is not None:
        return next(score.index for score in scores.dealers if score.dealer == subject.dealer)
    return next(index for index in scores.indices if index.id == subject.id)


def cell_of(pp100: Pp100Score, subject: Subject) -> Pp100Cell:
    """The cell that a subject of the kind "pp100" is."""
    if subject.dealer is not None:
        return next(cell for cell in pp100.dealers if cell.id == subject.dealer)
    return next(cell for cell in _cells(pp100)[subject.group] if cell.id == subject.id)


def _cells(pp100: Pp100Score) -> dict[str, tuple[Pp100Cell, ...]]:
    return {
        "total": (pp100.total,),
        "category": pp100.categories,
        "problem": pp100.problems,
        "model": pp100.models,
        "build_month": pp100.build_months,
    }


def _breakdowns(wanted: Wanted) -> Iterator[tuple[str, str, str | None]]:
    """The options that name a cell of PP100: option, breakdown, what was named."""
    yield "--category", "category", wanted.category
    yield "--model", "model", wanted.model
    yield "--build-month", "build_month", wanted.build_month


def _contradictions(wanted: Wanted) -> Iterator[Fault]:
    cells = {option: name for option, _, name in _breakdowns(wanted)}
    named = {"--item": wanted.item, **cells, "--rate": wanted.rate}
    given = [option for option, value in named.items() if value is not None]
    if len(given) > 1:
        yield Fault("one-number", " ".join(given), "one number is explained at a time", f"Keep one of {given}")
    if given and wanted.dealer is not None:
        cause = "items, rates and the parts of PP100 are published for all dealers together"
        yield Fault("not-by-dealer", f"--dealer {given[0]}", cause, f"Leave out --dealer, or {given[0]}")


def _headline(scores: StudyScores, dealer: str | None) -> Subject:
    if scores.indices:
        if dealer is None:
            return Subject("index", scores.indices[0].id, scores.indices[0].score)
        place = _place("--dealer", dealer, [score.dealer for score in scores.dealers])
        return Subject("index", scores.indices[0].id, scores.dealers[place].index.score, dealer)
    if scores.pp100 is not None:
        if dealer is None:
            return Subject("pp100", "total", scores.pp100.total.pp100, group="total")
        place = _place("--dealer", dealer, [cell.id for cell in scores.pp100.dealers])
        return Subject("pp100", "total", scores.pp100.dealers[place].pp100, dealer, "total")
    options = [f"--rate {rate.id}" for rate in scores.rates] + [f"--item {item.id}" for item in scores.items[:3]]
    cause = f"{scores.study} has no index and no PP100{'' if dealer is None else ', and nothing by dealer'}"
    raise InvalidInput([Fault("no-headline", scores.study, cause, f"Name a number: {', '.join(options)}")])


def _item(scores: StudyScores, name: str) -> Subject:
    """An item's mean, or the rate of one problem."""
    problems = () if scores.pp100 is None else scores.pp100.problems
    known = [item.id for item in scores.items] + [cell.id for cell in problems]
    place = _place("--item", name, known)
    if place < len(scores.items):
        return Subject("item", name, scores.items[place].mean)
    return Subject("pp100", name, problems[place - len(scores.items)].pp100, group="problem")


def _place(option: str, name: str, known: Iterable[str]) -> int:
    names = list(known)
    if name in names:
        return names.index(name)
    listed = f"There are {', '.join(names[:30])}" if names else "This study has none"
    fault = Fault("unknown-name", option, f"no number is published for {name}", f"{did_you_mean(name, names)}{listed}")
    raise InvalidInput([fault])
