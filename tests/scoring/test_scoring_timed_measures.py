"""Measures by dealer and week or month: one pass that adds up to the period's scores, whatever the pieces."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scoring_cast import service_answers, service_plan, source, write_snapshot

from surveyplat.errors import ScoringError
from surveyplat.scoring import snapshot
from surveyplat.scoring.calendars import Calendar
from surveyplat.scoring.comparison_passes import Side
from surveyplat.scoring.design import ratios_by_cell
from surveyplat.scoring.plan import RatePlan
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.study import score_study
from surveyplat.scoring.study_effects import effect_on
from surveyplat.scoring.timed_measures import TimedCounts, count_in_time, timed_measures
from surveyplat.scoring.workers import ALONE

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
MONTHS, WEEKS = Calendar("month", FIRST, LAST), Calendar("week", FIRST, LAST)
PLAN = service_plan(drivers=(), derived_indices=(), rates=(RatePlan("loud", ("noise",), (1,)),))


def dated(folder: Path, rows: int, population: Mapping[str, int] | None = None, empty: int = 0) -> Side:
    """Answers of three dealers on days all over the quarter; the first ``empty`` rows have no day."""
    path = write_snapshot(
        folder / "dated.parquet",
        service_answers(rows),
        dealer=[f"D{row % 3}" for row in range(rows)],
        customer=[f"c{row // 2:05}" for row in range(rows)],
    )
    days = [FIRST + timedelta(days=(7 * row) % 92) for row in range(rows)]
    column = pl.Series("occasion_on", [None] * empty + days[empty:], dtype=pl.Date)
    pl.read_parquet(path).with_columns(column).write_parquet(path)
    return Side(PLAN, source(path, population))


def month_values(counts: TimedCounts, column: str, dealer: str | None = None) -> Sequence[float]:
    return ratios_by_cell(counts.in_time(column, dealer)).value[:, 0].tolist()


def test_a_months_mean_is_that_of_its_rows(tmp_path: Path) -> None:
    side = dated(tmp_path, 600)
    counts = count_in_time(side, MONTHS, ALONE)
    rows = pl.read_parquet(side.source.path).with_columns(month=pl.col("occasion_on").dt.month())
    asked = rows.filter(pl.col("noise") >= 0)
    expected = asked.group_by("month").agg(pl.col("noise").mean()).sort("month")["noise"].to_list()
    assert month_values(counts, "rate/loud") == pytest.approx(expected)
    of_one = asked.filter(pl.col("dealer") == "D1").group_by("month").agg(pl.col("noise").mean()).sort("month")
    assert month_values(counts, "rate/loud", "D1") == pytest.approx(of_one["noise"].to_list())


@pytest.mark.parametrize("calendar", [MONTHS, WEEKS])
def test_weeks_and_months_add_up_to_the_periods_scores(tmp_path: Path, calendar: Calendar) -> None:
    population = {"D0": 900, "D1": 300, "D2": 2000}
    side = dated(tmp_path, 600, population)
    scores = score_study(side.plan, side.source)
    counts = count_in_time(side, calendar, ALONE)
    published = {"csi": scores.indices[0].score, **{rate.id: rate.rate for rate in scores.rates}}
    assert scores.pp100 is not None
    published["pp100"] = scores.pp100.total.pp100
    measures = timed_measures(side.plan)
    assert [measure.id for measure in measures] == ["csi", "nps", "csat", "loud", "pp100"]
    for measure in measures:
        held = counts.in_time(measure.column)
        value = measure.factor * held["wy"].sum() / held["w"].sum()
        assert value == pytest.approx(published[measure.id].value)
        assert held["n"].sum() == published[measure.id].unweighted_base


def test_pieces_merge_to_the_same_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    side = dated(tmp_path, 500)
    whole = count_in_time(side, WEEKS, ALONE)
    monkeypatch.setattr(snapshot, "PIECE_ROWS", 64)
    pieces = count_in_time(side, WEEKS, ALONE)
    assert pieces.sums == pytest.approx(whole.sums)
    assert pieces.units == pytest.approx(whole.units)


def test_responses_without_a_day_are_in_no_week(tmp_path: Path) -> None:
    counts = count_in_time(dated(tmp_path, 300, empty=40), WEEKS, ALONE)
    assert counts.in_time("rate/nps")["n"].sum() == 260
    (tmp_path / "none").mkdir()
    nobody = count_in_time(dated(tmp_path / "none", 90, empty=90), MONTHS, ALONE)
    assert nobody.in_time("rate/nps")["n"].sum() == 0
    assert nobody.in_time("rate/nps", "elsewhere").cells == 3


def test_a_cell_has_dealers_as_cells(tmp_path: Path) -> None:
    side = dated(tmp_path, 600)
    counts = count_in_time(side, MONTHS, ALONE)
    july = ratios_by_cell(counts.in_cell("rate/loud", 0))
    expected = [month_values(counts, "rate/loud", dealer)[0] for dealer in counts.dealers]
    assert july.value[:, 0] == pytest.approx(expected)


def ratio(value: float, base: int) -> Ratio:
    return Ratio(value, 1.0, base - 1, base, float(base), float(base), 0.0, False)


def months_of(dealers: int, base: int, gain: float) -> dict[str, dict[str, Ratio]]:
    """Nine months of dealers that go up and down each in its own way; the first eight gain from the seventh on."""
    rng = np.random.default_rng(5)
    noise = rng.normal(scale=4, size=(9, dealers))
    return {
        f"2026-{month + 1:02}": {
            f"D{dealer:02}": ratio(700 + 5 * dealer + noise[month, dealer] + gain * (dealer < 8 and month >= 6), base)
            for dealer in range(dealers)
        }
        for month in range(9)
    }


TREATED = tuple(f"D{dealer:02}" for dealer in range(8))


def test_a_planted_effect_is_found_with_its_interval() -> None:
    found = effect_on(months_of(20, 40, 30.0), TREATED, "2026-07", np.random.default_rng(1))
    assert found.verdict == "told"
    assert found.effect is not None
    assert found.effect.ci_low is not None
    assert found.effect.ci_high is not None
    assert 20 < found.effect.ci_low < 30 < found.effect.ci_high < 40
    assert (found.months_before, found.months_after) == (6, 3)


def test_an_effect_on_few_answers_is_not_told() -> None:
    few = {
        month: {dealer: ratio(cell.value, 1 if dealer in TREATED else 40) for dealer, cell in held.items()}
        for month, held in months_of(20, 40, 30.0).items()
    }
    found = effect_on(few, TREATED, "2026-07", np.random.default_rng(1))
    assert (found.verdict, found.effect, found.pre_trend) == ("cannot_be_told", None, None)
    assert (found.reasons[0].code, found.reasons[0].values) == ("effect_base", {"found": 24, "least": 30})


def test_the_unknown_dealer_is_no_control() -> None:
    months = {month: {**held, "": ratio(10.0, 500)} for month, held in months_of(20, 40, 30.0).items()}
    found = effect_on(months, TREATED, "2026-07", np.random.default_rng(1))
    assert found == effect_on(months_of(20, 40, 30.0), TREATED, "2026-07", np.random.default_rng(1))


def test_a_month_that_there_is_not_is_named() -> None:
    with pytest.raises(ScoringError, match="2027-01 is none of 2026-01"):
        effect_on(months_of(20, 40, 30.0), TREATED, "2027-01", np.random.default_rng(1))
