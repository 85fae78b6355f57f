"""The planted truths, found again in large samples by calculations of their own."""

import json
from statistics import mean, stdev

import numpy as np
import pytest
from scipy import integrate, stats

from surveyplat.simulation.group import DEFAULT_SEED, dealer_group
from surveyplat.simulation.problems import CATEGORY_PP100, PRONENESS_SHAPE, ProblemModel, proneness_factors
from surveyplat.simulation.randomness import stream
from surveyplat.simulation.satisfaction import AttributeModel, SatisfactionModel, dealer_levels
from surveyplat.simulation.truths import planted_truths, truths_document, write_truths

TRUTHS = planted_truths()
WEIGHTS = {"quality": 22, "pickup": 20, "facility": 20, "advisor": 19, "initiation": 19}


def _index(definition, opinion):
    """A respondent's index on 1,000 points, from the published weights."""
    items = {factor.id: factor.items for factor in definition.measurement.indices[0].factors}
    within = {factor: mean((opinion[item] - 1) / 9 for item in of_factor) for factor, of_factor in items.items()}
    return 1000 * sum(WEIGHTS[factor] * share for factor, share in within.items()) / sum(WEIGHTS.values())


def _visits(events, dealer):
    return [event for event in events if event.kind == "service" and event.dealer.code == dealer]


def _indices(definition, model, visits, repetitions, *, changed):
    return [
        _index(definition, model.opinion(visit, stream(repetition, visit.event_id), changed=changed))
        for repetition in range(repetitions)
        for visit in visits
    ]


def test_one_dealer_gains_90_points_of_the_service_index(csi, events):
    model, visits = SatisfactionModel(DEFAULT_SEED, csi), _visits(events, TRUTHS.dealer.dealer)
    before = _indices(csi, model, visits, 3, changed=False)
    after = _indices(csi, model, visits, 3, changed=True)
    gains = [second - first for first, second in zip(before, after, strict=True)]
    assert stdev(gains) / len(gains) ** 0.5 < 0.5
    assert mean(gains) == pytest.approx(90.0, abs=1.5)
    assert mean(before) == pytest.approx(TRUTHS.dealer.before, abs=12)


def test_the_closed_form_of_the_mean_index_gives_the_levels_that_were_asked_for(csi):
    attributes = AttributeModel(csi, csi.measurement.indices[0])
    for level in (TRUTHS.dealer.before, 780.0, TRUTHS.dealer.after):
        assert attributes.expected_index(attributes.shift_for(level)) == pytest.approx(level, abs=1e-6)


def test_the_closed_form_of_the_mean_index_agrees_with_counting(csi):
    attributes = AttributeModel(csi, csi.measurement.indices[0])
    rng = np.random.default_rng(5)
    counted = []
    for _ in range(20_000):
        latent = attributes.deviations(1.1 * rng.standard_normal(), rng) - 0.3
        counted.append(_index(csi, dict(zip(attributes.items, attributes.scale_points(latent), strict=True))))
    error = stdev(counted) / len(counted) ** 0.5
    assert mean(counted) == pytest.approx(attributes.expected_index(-0.3), abs=4 * error)


def test_every_other_dealer_stays_as_it_was(csi, events):
    model = SatisfactionModel(DEFAULT_SEED, csi)
    others = [event for event in events if event.kind == "service" and event.dealer.code != TRUTHS.dealer.dealer]
    for visit in others[::100]:
        before = model.opinion(visit, stream(1, visit.event_id), changed=False)
        assert before == model.opinion(visit, stream(1, visit.event_id), changed=True)


def test_dealers_differ_by_25_points_of_standard_deviation():
    levels = dealer_levels(DEFAULT_SEED, dealer_group())
    others = [level for dealer, level in levels.items() if dealer != TRUTHS.dealer.dealer]
    assert len(levels) == 24
    assert stdev(others) == pytest.approx(25, abs=1)
    assert mean(others) == pytest.approx(780, abs=1e-6)


def _lmg_shares(attributes, outcome, permutations=300):
    """Shapley shares of R2, averaged over random orders of entry."""
    correlation = np.corrcoef(np.column_stack([attributes, outcome]).T)
    count, rng = attributes.shape[1], np.random.default_rng(11)
    gained = np.zeros(count)
    for _ in range(permutations):
        order, explained = rng.permutation(count), 0.0
        for size in range(1, count + 1):
            entered = order[:size]
            with_outcome = correlation[entered, count]
            grown = with_outcome @ np.linalg.solve(correlation[np.ix_(entered, entered)], with_outcome)
            gained[entered[-1]] += grown - explained
            explained = grown
    return gained / gained.sum()


def test_one_attribute_drives_overall_satisfaction_far_ahead_and_performs_worst(csi, events):
    model = SatisfactionModel(DEFAULT_SEED, csi)
    visits = [event for event in events if event.kind == "service"][::3]
    opinions = [model.opinion(visit, stream(2, visit.event_id), changed=False) for visit in visits]
    names = csi.measurement.drivers[0].attributes
    attributes = np.array([[opinion[name] for name in names] for opinion in opinions], dtype=float)
    shares = _lmg_shares(attributes, np.array([opinion["overall"] for opinion in opinions], dtype=float))
    planted = names.index(TRUTHS.driver.item)
    assert shares[planted] > 0.30
    assert shares[planted] > 3 * np.delete(shares, planted).max()
    means = attributes.mean(axis=0)
    assert means[planted] < np.delete(means, planted).min() - 1


@pytest.mark.parametrize("rate", [0.001, 0.03, 0.12, 0.5])
def test_the_chance_of_a_problem_averages_to_its_rate_over_the_proneness_of_vehicles(rate):
    factor = proneness_factors(np.array([rate]))[0]
    density = stats.gamma(PRONENESS_SHAPE, scale=1 / PRONENESS_SHAPE).pdf
    # g = t^5 takes away the density's pole at 0, which the quadrature would not like.
    averaged, _ = integrate.quad(lambda t: (1 - np.exp(-factor * t**5)) * density(t**5) * 5 * t**4, 0, 2.6)
    assert averaged == pytest.approx(rate, abs=1e-8)


@pytest.fixture(scope="module")
def problem_counts(iqs, events):
    """Problems per vehicle and category, shape (vehicles, categories), before and after, of the same vehicles."""
    model = ProblemModel(DEFAULT_SEED, iqs)
    sales = [event for event in events if event.kind == "sale"]
    return {
        changed: np.array(
            [
                [len(opinion[category]) for category in iqs.measurement.categories]
                for sale in sales
                for repetition in range(3)
                for opinion in [model.opinion(sale, stream(repetition, sale.event_id), changed=changed)]
            ]
        )
        for changed in (False, True)
    }


def test_one_category_goes_from_12_to_24_problems_per_100_vehicles(iqs, problem_counts):
    planted = list(iqs.measurement.categories).index(TRUTHS.category.category)
    for changed, expected in ((False, 12.0), (True, 24.0)):
        counts = problem_counts[changed][:, planted]
        # Three answers of one vehicle share its proneness, so the effective base is at least a third of the answers.
        error = 100 * counts.std() / (len(counts) / 3) ** 0.5
        assert 100 * counts.mean() == pytest.approx(expected, abs=3 * error)
        assert error < 1.0


def test_every_other_category_keeps_its_problems(iqs, problem_counts):
    planted = list(iqs.measurement.categories).index(TRUTHS.category.category)
    before, after = (np.delete(problem_counts[changed], planted, axis=1) for changed in (False, True))
    assert np.array_equal(before, after)


def test_categories_have_their_declared_rates_about_130_in_total(iqs, problem_counts):
    rates = dict(zip(iqs.measurement.categories, 100 * problem_counts[False].mean(axis=0), strict=True))
    assert set(rates) == set(CATEGORY_PP100)
    assert rates == pytest.approx(CATEGORY_PP100, abs=2.0)
    assert sum(CATEGORY_PP100.values()) == 130
    assert sum(rates.values()) == pytest.approx(130, abs=7)


def test_problem_counts_of_vehicles_are_over_dispersed(problem_counts):
    totals = problem_counts[False].sum(axis=1)
    assert totals.var() > 1.5 * totals.mean()


def test_owners_with_more_problems_are_less_satisfied(iqs, events):
    model = ProblemModel(DEFAULT_SEED, iqs)
    sales = [event for event in events if event.kind == "sale"][:1000]
    opinions = [model.opinion(sale, stream(3, sale.event_id), changed=False) for sale in sales]
    problems = [sum(len(answer) for answer in opinion.values() if isinstance(answer, list)) for opinion in opinions]
    assert np.corrcoef(problems, [opinion["overall"] for opinion in opinions])[0, 1] < -0.3


def test_the_truths_say_that_they_are_synthetic_and_can_be_written_as_json(tmp_path):
    path = write_truths(tmp_path, TRUTHS)
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document == json.loads(json.dumps(truths_document(TRUTHS)))
    assert "synthetic" in document["note"]
    assert document["dealer"]["after"] - document["dealer"]["before"] == document["dealer"]["gain"] == 90
    assert (document["category"]["before"], document["category"]["after"]) == (12, 24)
    assert document["suppressed_dealers"] == [dealer.code for dealer in dealer_group() if dealer.visits == 60]
