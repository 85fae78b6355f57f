"""What a report says of whether items mean the same in both periods, in either language."""

from dataclasses import replace

import numpy as np
import pytest
from reports_examples import bundle, service_comparison, service_scores
from reports_texts import texts_of

from surveyplat.reports.content import build_content
from surveyplat.scoring.covariation import covariation_of
from surveyplat.scoring.index_structure import item_moments
from surveyplat.scoring.period_invariance import index_invariance
from surveyplat.scoring.reasons import Reason
from surveyplat.scoring.records.structures import Factor, IndexInvariance, IndexStructure
from surveyplat.scoring.results import PeriodComparison

ITEMS = ("quality_fixed", "quality_thorough", "quality_time")


def structure(seed: int) -> IndexStructure:
    rng = np.random.default_rng(seed)
    cases = rng.normal(size=(400, 1)) + 0.7 * rng.normal(size=(400, 3))
    return IndexStructure("csi", (Factor("quality", ITEMS),), None, item_moments(covariation_of(ITEMS, cases)))


def said(language: str, comparison: PeriodComparison) -> str:
    return " ".join(texts_of(build_content(bundle(service_scores(), comparison, language))))


@pytest.mark.parametrize(("language", "words"), [("en", "mean the same in both periods"), ("zh-Hans", "题项含义相同")])
def test_items_that_mean_the_same_are_told_in_the_method(language: str, words: str) -> None:
    comparison = service_comparison(service_scores())
    assert words not in said(language, comparison)
    assert words in said(language, replace(comparison, invariance=(index_invariance(structure(1), structure(2)),)))
    untested = IndexInvariance("csi", None, (Reason("invariance_untested_items"),))
    assert words not in said(language, replace(comparison, invariance=(untested,)))


@pytest.mark.parametrize(("language", "words"), [("en", "moved by themselves"), ("zh-Hans", "自行移动的题项")])
def test_a_refusal_names_the_items_that_are_answered_another_way(language: str, words: str) -> None:
    why = Reason("means_not_comparable", {"cfi_loss": 0.034, "limit": 0.01}, "quality_fixed")
    refused = PeriodComparison("2026-Q2", "2026-Q3", "refuse", (why,), 0.05, (), (), (), (), ())
    assert words in said(language, refused)
    assert "0.034" in said(language, refused)
