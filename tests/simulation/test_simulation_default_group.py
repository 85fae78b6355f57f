"""The one sample that the default seed draws: the planted changes stand out, and chance adds none beside them."""

from collections import defaultdict
from datetime import timedelta
from statistics import mean, variance

import pytest

from surveyplat.simulation.behaviour import Behaviour
from surveyplat.simulation.group import DEFAULT_SEED
from surveyplat.simulation.truths import CHANGE_ON, planted_truths

TRUTHS = planted_truths()


def _z(before, after):
    return (mean(after) - mean(before)) / (variance(before) / len(before) + variance(after) / len(after)) ** 0.5


@pytest.fixture(scope="module")
def service_means(csi, events):
    """Dealer -> (before, after): each respondent's weighted mean of the attributes answered, in scale points."""
    weights = {
        item: factor.weight / len(factor.items)
        for factor in csi.measurement.indices[0].factors
        for item in factor.items
    }
    behaviour = Behaviour(DEFAULT_SEED, csi)
    means = defaultdict(lambda: ([], []))
    for event in events:
        survey = behaviour.answers_for(event) if event.kind == "service" else None
        if survey is None or not survey.complete:
            continue
        answers = {item: answer for page in survey.pages for item, answer in page.answers.items()}
        usable = {item: weight for item, weight in weights.items() if isinstance(answers.get(item), int)}
        mean_point = sum(weight * answers[item] for item, weight in usable.items()) / sum(usable.values())
        means[event.dealer.code][event.occurred_at.date() >= CHANGE_ON].append(mean_point)
    return means


@pytest.fixture(scope="module")
def problem_counts(iqs, events):
    """Category -> (before, after): problems ticked on each saved page of it."""
    behaviour = Behaviour(DEFAULT_SEED, iqs)
    counts = defaultdict(lambda: ([], []))
    for event in events:
        survey = behaviour.answers_for(event) if event.kind == "sale" else None
        changed = event.occurred_at.date() + timedelta(days=90) >= CHANGE_ON
        for page in survey.pages if survey else ():
            for item, ticked in page.answers.items():
                if item in iqs.measurement.categories:
                    counts[item][changed].append(len(ticked))
    return counts


def test_the_improver_has_120_answers_a_quarter_and_its_gain_stands_out(service_means):
    before, after = service_means[TRUTHS.dealer.dealer]
    assert min(len(before), len(after)) >= 120
    assert _z(before, after) > 4
    assert 1000 / 9 * (mean(after) - mean(before)) == pytest.approx(90, abs=30)


def test_no_other_dealer_seems_to_change(service_means):
    large = {dealer: both for dealer, both in service_means.items() if min(map(len, both)) >= 30}
    assert set(service_means) - set(large) == set(TRUTHS.suppressed_dealers)
    assert all(abs(_z(*both)) < 2 for dealer, both in large.items() if dealer != TRUTHS.dealer.dealer)


def test_the_planted_category_stands_out_and_no_other_seems_to_change(problem_counts):
    changes = {category: _z(*both) for category, both in problem_counts.items()}
    assert changes.pop(TRUTHS.category.category) > 4
    assert all(abs(z) < 2 for z in changes.values())
