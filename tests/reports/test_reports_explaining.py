"""Explanations: the printed arithmetic adds up, it is the published numbers', and plain polars and numpy agree."""

import re
from dataclasses import replace
from math import exp, sqrt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from explaining_cast import (
    ANSWERS_OF,
    ELIGIBLE,
    INCOMPLETE,
    UNUSABLE,
    Lived,
    explained,
    formulas,
    live,
    step,
)
from scipy.stats import beta
from scipy.stats import t as student

from surveyplat.errors import InvalidInput
from surveyplat.reports.blocks import Paragraph, Table
from surveyplat.reports.explaining.adding_up import LEAST_ANSWERS, grouped
from surveyplat.reports.explaining.evidence import ScalePoint
from surveyplat.reports.explaining.steps import Explanation, Formula
from surveyplat.reports.reasons import reason_text
from surveyplat.scoring.reasons import Reason

EVERY_NUMBER = [
    {},
    {"dealer": "D01"},
    {"dealer": "D02"},
    {"item": "kind"},
    {"item": "noise"},
    {"category": "driving"},
    {"rate": "nps"},
    {"rate": "csat"},
    {"rate": "solved"},
]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live(tmp_path_factory.mktemp("explaining"))


def numbers(text: str) -> list[float]:
    """The numbers of a line, signs of subtraction left out."""
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.?\d*", text)]


def texts(explanation: Explanation) -> list[str]:
    found = [explanation.title, explanation.summary]
    for part in (part for each in explanation.steps for part in each.parts):
        if isinstance(part, Paragraph | Formula):
            found.append(part.text)
        else:
            found += [cell for row in part.rows for cell in row.cells]
    return found


def table(explanation: Explanation, name: str) -> Table:
    return next(part for part in step(explanation, name).parts if isinstance(part, Table))


def degrees_of_freedom(explanation: Explanation) -> float:
    (sentence,) = [text for text in texts(explanation) if "distribution with" in text]
    return numbers(sentence)[0]


def weighted(rows: pl.DataFrame) -> np.ndarray:
    return np.array([max(ELIGIBLE[dealer], ANSWERS_OF[dealer]) / ANSWERS_OF[dealer] for dealer in rows["dealer"]])


def own_index(row: dict[str, int]) -> float | None:
    """One respondent's index by the book: factors with an answer, half of the weight at least."""
    advisor = [(row[name] - 1) / 9 for name in ("kind", "clear") if row[name] > 0]
    facility = [(row["clean"] - 1) / 9] if row["clean"] > 0 else []
    if 2 * len(advisor) / 2 + len(facility) < 1.5:
        return None
    parts = [(weight, sum(held) / len(held)) for weight, held in ((2, advisor), (1, facility)) if held]
    return 1000 * sum(weight * score for weight, score in parts) / sum(weight for weight, _ in parts)


def indices(rows: pl.DataFrame) -> list[float | None]:
    return [own_index(row) for row in rows.iter_rows(named=True)]


def test_events_and_exclusions_lead_to_the_frozen_rows(lived: Lived) -> None:
    (line,) = formulas(explained(lived), "events")
    responses, *left_out, rows = numbers(line)
    assert responses - sum(left_out) == rows == lived.rows.height
    assert left_out == [41, 7]


def test_a_dealers_weight_is_its_events_by_its_answers(lived: Lived) -> None:
    (line,) = formulas(explained(lived, dealer="D02"), "weighting")
    eligible, answers, weight, *_ = numbers(line)
    assert (eligible, answers) == (ELIGIBLE["D02"], ANSWERS_OF["D02"])
    assert weight == pytest.approx(eligible / answers, abs=5e-5)


def test_the_lightest_and_heaviest_weight_and_dealers_without_answers_are_named(lived: Lived) -> None:
    explanation = explained(lived)
    assert [numbers(line)[2] for line in formulas(explanation, "weighting")] == [1.0, 4.0167]
    assert any("D05 with 7 events" in text for text in texts(explanation))


@pytest.mark.parametrize("dealer", [None, "D01", "D02"])
def test_factors_add_up_to_the_index_and_to_what_plain_python_makes_of_the_rows(
    lived: Lived, dealer: str | None
) -> None:
    explanation = explained(lived, **({} if dealer is None else {"dealer": dealer}))
    first, *moved = formulas(explanation, "index")
    weight_a, score_a, weight_f, score_f, added = numbers(first)
    assert weight_a * score_a + weight_f * score_f == pytest.approx(added, abs=0.011)
    value = added
    if moved:
        (line,) = moved
        start, shift, value = numbers(line)
        assert start == added
        assert start + (-shift if "−" in line else shift) == pytest.approx(value, abs=1e-9)
    rows = lived.rows if dealer is None else lived.rows.filter(pl.col("dealer") == dealer)
    own, weights = indices(rows), weighted(rows)
    used = [(index, weight) for index, weight in zip(own, weights, strict=True) if index is not None]
    plain = sum(index * weight for index, weight in used) / sum(weight for _, weight in used)
    assert value == pytest.approx(plain, abs=0.0051)
    assert f"{value:,.2f}" in explanation.title


def test_respondents_who_left_out_a_factor_or_have_no_index_are_counted(lived: Lived) -> None:
    (sentence,) = [text for text in texts(explained(lived)) if "left out a whole factor" in text]
    assert numbers(sentence)[:2] == [INCOMPLETE, 1]
    assert f"{UNUSABLE} more answered too little" in sentence


def test_items_of_a_dealer_are_the_means_of_its_rows(lived: Lived) -> None:
    rows = lived.rows.filter(pl.col("dealer") == "D02")
    cells = {row.cells[0].strip(): row.cells for row in table(explained(lived, dealer="D02"), "factors").rows}
    for item in ("kind", "clear", "clean"):
        answered = rows.filter(pl.col(item) > 0)[item]
        _, _, base, scale, mean, points = cells[item]
        assert (int(base), scale) == (len(answered), "1–10")
        assert float(mean) == pytest.approx(answered.mean(), abs=5.1e-4)
        assert float(points) == pytest.approx((answered.mean() - 1) / 9 * 1000, abs=5.1e-3)


def test_the_standard_error_of_a_dealer_follows_from_its_customers(lived: Lived) -> None:
    (line,) = formulas(explained(lived, dealer="D01"), "error")
    units, _, one, squares, error = numbers(line)
    assert sqrt(units / (units - one) * squares) == pytest.approx(error, abs=6e-4)
    rows = lived.rows.filter(pl.col("dealer") == "D01")
    own = indices(rows)
    mean = np.mean([index for index in own if index is not None])
    count = sum(index is not None for index in own)
    u = dict.fromkeys(rows["customer"], 0.0)
    for customer, index in zip(rows["customer"], own, strict=True):
        u[customer] += 0.0 if index is None else (index - mean) / count
    assert units == len(u)
    spread = np.array(list(u.values()))
    assert squares == pytest.approx(((spread - spread.mean()) ** 2).sum(), rel=1e-5)


@pytest.mark.parametrize("wanted", [{}, {"dealer": "D02"}, {"item": "kind"}, {"rate": "nps"}])
def test_the_printed_place_error_and_t_give_the_printed_interval(lived: Lived, wanted: dict[str, str]) -> None:
    explanation = explained(lived, **wanted)
    place, _, reach, limits = formulas(explanation, "interval")
    p, centre = (
        float(re.search(r"= ([\d.]+);", place)[1]),
        float(re.search(r"= (−?[\d.]+)$", place)[1].replace("−", "-")),
    )
    assert centre == pytest.approx(np.log(p / (1 - p)), abs=2e-5)
    t, widened, _, printed_reach = numbers(reach)
    assert t * widened / (p * (1 - p)) == pytest.approx(printed_reach, abs=3e-5)
    lowest, span = {"item": (1, 9), "rate": (-100, 200)}.get(next(iter(wanted), ""), (0, 1000))
    ends = [lowest + span / (1 + exp(-(centre + sign * printed_reach))) for sign in (-1, 1)]
    printed = re.search(r"= (−?[\d.,]+) and (−?[\d.,]+)$", limits).groups()
    digits = 3 if "item" in wanted else 2
    shown = [float(end.replace("−", "-").replace(",", "")) for end in printed]
    assert shown == pytest.approx(ends, abs=0.51 * 10**-digits + 1e-5 * span)


def test_the_widened_error_follows_from_its_printed_formula(lived: Lived) -> None:
    explanation = explained(lived, dealer="D02")
    place, ends, _, _ = formulas(explanation, "interval")
    p = float(re.search(r"= ([\d.]+);", place)[1])
    estimate = next(score.index.score for score in lived.scores.dealers if score.dealer == "D02")
    n, s = estimate.effective_base, estimate.std_error / 1000
    q = (n * p + 0.01) / (n + 0.02)
    total = (n - 1) * n * s**2 + n * (p - q) ** 2 + 0.01 * (q**2 + (1 - q) ** 2)
    assert numbers(ends)[-1] == pytest.approx(sqrt(total / (n - 0.98) / (q * (1 - q)) * p * (1 - p) / n), abs=2e-7)


def test_points_that_few_gave_are_taken_together_with_their_neighbours() -> None:
    counts = (1, 0, 2, 9, 3, 5, 4)
    groups = grouped([ScalePoint(point, count, 0.0) for point, count in enumerate(counts, start=1)])
    assert [[each.point for each in group] for group in groups] == [[1, 2, 3, 4], [5, 6, 7]]
    assert not grouped([])
    assert len(grouped([ScalePoint(1, 2, 0.0)])) == 1


def test_an_items_mean_follows_from_the_counted_answers(lived: Lived) -> None:
    explanation = explained(lived, item="kind")
    rows = lived.rows.filter(pl.col("kind") > 0)
    for label, count, weight_of_points in (row.cells for row in table(explanation, "answers").rows):
        first, last = (numbers(label) * 2)[0], numbers(label)[-1]
        inside = rows.filter(pl.col("kind").is_between(first, last))
        assert int(count) == inside.height >= LEAST_ANSWERS
        assert numbers(weight_of_points)[0] == pytest.approx(weighted(inside).sum(), abs=0.0051)
    total, weight, mean = numbers(formulas(explanation, "answers")[0])
    assert total == pytest.approx((rows["kind"].to_numpy() * weighted(rows)).sum(), abs=0.0051)
    assert weight == pytest.approx(weighted(rows).sum(), abs=0.0051)
    assert mean == pytest.approx(total / weight, abs=5.1e-4)


@pytest.mark.parametrize("rate", ["csat", "solved"])
def test_a_share_is_the_weight_of_those_who_count(lived: Lived, rate: str) -> None:
    explanation = explained(lived, rate=rate)
    inside, weight, hundred, value = numbers(formulas(explanation, "answers")[0])
    best = 9 if rate == "csat" else 8
    assert inside == pytest.approx(weighted(lived.rows.filter(pl.col("overall") >= best)).sum(), abs=0.0051)
    assert hundred * inside / weight == pytest.approx(value, abs=0.0051)
    counted, limits = formulas(explanation, "interval")
    n, p = float(re.search(r"² = ([\d.]+)", counted)[1]), float(re.search(r"p = ([\d.]+)", counted)[1])
    ends = 100 * beta.ppf(0.025, n * p, n * (1 - p) + 1), 100 * beta.ppf(0.975, n * p + 1, n * (1 - p))
    assert [float(each) for each in re.findall(r"([\d.]+)%", limits)] == pytest.approx(ends, abs=0.006)


def test_nps_is_promoters_less_detractors_by_weight(lived: Lived) -> None:
    promoters, detractors, weight, _, value = numbers(formulas(explained(lived, rate="nps"), "answers")[0])
    assert promoters == pytest.approx(weighted(lived.rows.filter(pl.col("recommend") >= 9)).sum(), abs=0.0051)
    assert detractors == pytest.approx(weighted(lived.rows.filter(pl.col("recommend") <= 6)).sum(), abs=0.0051)
    assert abs((promoters - detractors) / weight * 100) == pytest.approx(value, abs=0.0051)


@pytest.mark.parametrize(
    ("wanted", "problems"), [({"category": "driving"}, ["noise", "heavy"]), ({"item": "noise"}, ["noise"])]
)
def test_pp100_is_the_weight_of_problems_by_that_of_vehicles(
    lived: Lived, wanted: dict[str, str], problems: list[str]
) -> None:
    explanation = explained(lived, **wanted)
    ticked = lived.rows.select(problems).to_numpy().sum(axis=1)
    (sentence,) = [text for text in texts(explanation) if "counts twice" in text]
    assert numbers(sentence) == [lived.rows.height, ticked.sum()]
    counted, weight, _, value = numbers(formulas(explanation, "problems")[0])
    assert counted == pytest.approx((weighted(lived.rows) * ticked).sum(), abs=0.0051)
    assert counted / weight * 100 == pytest.approx(value, abs=0.0051)
    shown, t, error, _, low, high = numbers(formulas(explanation, "interval")[0])
    assert [low, high] == pytest.approx([shown * exp(sign * t * error / shown) for sign in (-1, 1)], abs=0.015)


def test_a_change_in_points_is_written_out_with_both_intervals(lived: Lived) -> None:
    explanation = explained(lived, dealer="D01")
    first, low, high, statistic = formulas(explanation, "change")
    after, was, change = numbers(first)[:3]
    assert after - was == pytest.approx(change, abs=0.0151)
    d, a, edge_a, edge_b, b, end = [each for each in numbers(low) if each != 2]
    assert d - sqrt((a - edge_a) ** 2 + (edge_b - b) ** 2) == pytest.approx(end, abs=0.02)
    d, edge_a, a, b, edge_b, end = [each for each in numbers(high) if each != 2]
    assert d + sqrt((edge_a - a) ** 2 + (b - edge_b) ** 2) == pytest.approx(end, abs=0.02)
    published = next(change for change in lived.comparison.dealers if change.id == "D01")
    distance, margin, t, tested = numbers(statistic)
    assert distance / margin * t == pytest.approx(tested, abs=0.002)
    assert 2 * student.sf(tested, degrees_of_freedom(explanation)) == pytest.approx(published.p_value, rel=0.02)
    assert change == pytest.approx(published.change, abs=0.0051)
    assert "changed clearly" in explanation.summary
    assert any("the dealers' indices, 2 tested" in text for text in texts(explanation))


def test_a_ratio_of_rates_is_written_out_with_the_error_of_its_logarithm(lived: Lived) -> None:
    explanation = explained(lived, category="cabin")
    ratio_line, error_line, limits, statistic = formulas(explanation, "change")
    after, was, ratio = numbers(ratio_line)[:3]
    assert after / was == pytest.approx(ratio, abs=1e-3)
    first, a, second, b, error = [each for each in numbers(error_line) if each != 2]
    assert sqrt((first / a) ** 2 + (second / b) ** 2) == pytest.approx(error, abs=2e-5)
    _, t, _, low, high = numbers(limits)
    assert t == pytest.approx(student.ppf(0.975, degrees_of_freedom(explanation)), abs=2e-4)
    assert [low, high] == pytest.approx([ratio * exp(sign * t * error) for sign in (-1, 1)], abs=2e-3)
    published = next(change for change in lived.comparison.pp100_categories if change.id == "cabin")
    p = 2 * student.sf(numbers(statistic)[-1], degrees_of_freedom(explanation))
    assert p == pytest.approx(published.p_value, rel=0.01)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_withheld_number_is_explained_without_what_it_follows_from(lived: Lived, language: str) -> None:
    explanation = explained(lived, language, dealer="D03")
    assert [each.id for each in explanation.steps] == ["events", "weighting", "rules", "proof"]
    said = " ".join(texts(explanation))
    assert "12" in said
    assert "30" in said
    rows = lived.rows.filter(pl.col("dealer") == "D03")
    value = np.mean([index for index in indices(rows) if index is not None])
    assert not [text for text in re.findall(r"\d+\.\d+", said) if abs(float(text) - value) < 5]


@pytest.mark.parametrize(("language", "words"), [("en", "for the sake of another"), ("zh-Hans", "为保护另一个数字")])
def test_a_number_withheld_for_anothers_sake_says_so_and_tells_nothing_of_it(
    lived: Lived, language: str, words: str
) -> None:
    (beside,) = (each for each in lived.scores.dealers if each.index.score.suppressed == "complementary")
    explanation = explained(lived, language, dealer=beside.dealer)
    assert [each.id for each in explanation.steps] == ["events", "weighting", "rules", "proof"]
    assert any(words in text for text in texts(explanation))
    rows = lived.rows.filter(pl.col("dealer") == beside.dealer)
    value = np.mean([index for index in indices(rows) if index is not None])
    said = " ".join(texts(explanation))
    assert not [text for text in re.findall(r"\d+\.\d+", said) if abs(float(text) - value) < 5]


@pytest.mark.parametrize("wanted", EVERY_NUMBER)
def test_both_languages_print_the_same_numbers_in_the_same_steps(lived: Lived, wanted: dict[str, str]) -> None:
    english, chinese = explained(lived, **wanted), explained(lived, "zh-Hans", **wanted)
    assert [each.id for each in english.steps] == [each.id for each in chinese.steps]
    for each in english.steps:
        ours = [numbers(line.replace("Q2 2026", "")) for line in formulas(english, each.id)]
        assert ours == [numbers(line.replace("2026年第二季度", "")) for line in formulas(chinese, each.id)]
    assert not any("{" in text for explanation in (english, chinese) for text in texts(explanation))


def test_files_and_hashes_prove_it(lived: Lived) -> None:
    facts = dict(row.cells for row in table(explained(lived), "proof").rows)
    assert Path(facts["Frozen rows"]) == lived.path
    assert facts["Hash of the rows"] == lived.scores.snapshot_hash
    assert facts["Hash of the questionnaire"] == "d" * 64


def test_without_a_frozen_period_before_there_is_no_change(lived: Lived) -> None:
    explanation = explained(lived, compared=False)
    assert any("not frozen" in text for text in texts(explanation))
    assert not formulas(explanation, "change")


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_refused_comparison_is_explained_by_its_reasons(lived: Lived, language: str) -> None:
    names = {"before": "unweighted", "after": "post_stratified_by_dealer"}
    refused = replace(lived.comparison, verdict="refuse", reasons=(Reason("weighting", names=names),), indices=())
    explanation = explained(replace(lived, comparison=refused), language)
    assert not formulas(explanation, "change")
    (part,) = step(explanation, "change").parts
    assert isinstance(part, Paragraph)
    assert reason_text(refused.reasons[0], language, str) in part.text


def test_a_number_withheld_in_the_period_before_has_no_change(lived: Lived) -> None:
    (change,) = lived.comparison.indices
    untold = replace(change, change=None, ci_low=None, ci_high=None, p_value=None, p_adjusted=None)
    explanation = explained(replace(lived, comparison=replace(lived.comparison, indices=(untold,))))
    assert not formulas(explanation, "change")
    assert any("withheld in one of the two periods" in text for text in texts(explanation))


def test_answers_without_a_population_count_once(tmp_path: Path) -> None:
    explanation = explained(live(tmp_path, None), dealer="D01")
    assert any("every answer counts once" in text for text in texts(explanation))
    assert not formulas(explanation, "weighting")


def test_answers_that_are_all_alike_leave_the_share_that_may_answer_otherwise(tmp_path: Path) -> None:
    alike = live(tmp_path, altered=lambda rows: rows.with_columns(overall=pl.lit(9, dtype=pl.Int16)))
    mean = explained(alike, item="overall")
    (sentence,) = [text for text in texts(mean) if "All answers are alike" in text]
    unseen, (low, high) = numbers(sentence)[-1], numbers(formulas(mean, "interval")[0])
    assert [low, high] == pytest.approx([9 - unseen * 8, 9 + unseen], abs=6e-4)
    share = explained(alike, rate="csat")
    n = numbers(next(text for text in texts(share) if "n is the effective base" in text))[0]
    (limits,) = formulas(share, "interval")
    assert float(re.findall(r"([\d.]+)%", limits)[0]) == pytest.approx(100 * beta.ppf(0.025, n, 1), abs=0.006)


def test_a_problem_that_nobody_reported_has_the_exact_upper_limit(tmp_path: Path) -> None:
    quiet = live(tmp_path, altered=lambda rows: rows.with_columns(glare=pl.lit(0, dtype=pl.Int16)))
    explanation = explained(quiet, category="cabin")
    (sentence,) = [text for text in texts(explanation) if "exact Poisson limit" in text]
    low, high = numbers(formulas(explanation, "interval")[0])
    assert [low, high] == pytest.approx([0, -np.log(0.025) / numbers(sentence)[-2] * 100], abs=0.0051)
    assert any("neither period has a problem" in text for text in texts(explanation))


def test_a_simple_random_sample_has_wilsons_interval(tmp_path: Path) -> None:
    alone = live(tmp_path, None, lambda rows: rows.with_columns(dealer=pl.lit(""), customer=pl.lit("")))
    (sentence,) = [text for text in texts(explained(alone, rate="csat")) if "Wilson" in text]
    p, n, z, low, high = numbers(sentence)
    centre, half = (p + z * z / (2 * n)), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    ends = [100 * (centre + sign * half) / (1 + z * z / n) for sign in (-1, 1)]
    assert [low, high] == pytest.approx(ends, abs=0.0051)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"dealer": "D1"}, "Did you mean D01"),
        ({"item": "knid"}, "Did you mean kind"),
        ({"category": "drivin"}, "Did you mean driving"),
        ({"rate": "npx"}, "Did you mean nps"),
        ({"rate": "nps", "dealer": "D01"}, "for all dealers together"),
        ({"rate": "nps", "item": "kind"}, "one number is explained at a time"),
    ],
)
def test_what_is_not_published_is_refused_with_a_suggestion(lived: Lived, wanted: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        explained(lived, **wanted)
