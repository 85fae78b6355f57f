"""Driver decomposition and derived indices beside relaimpo, and the ECSI data of real customers beside seminr."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from reference_cases import load_case, load_table

from surveyplat.scoring.lmg import lmg
from surveyplat.scoring.plan import DerivedIndexPlan, DriverPlan, Factor, IndexPlan, ScaleItem, ScoringPlan
from surveyplat.scoring.results import StudyScores
from surveyplat.scoring.snapshot import SnapshotSource
from surveyplat.scoring.study import score_study

QUALITY = tuple(f"PERQ{number}" for number in range(1, 8))


@pytest.mark.parametrize(
    ("name", "file", "outcome"), [("L1", "swiss.csv", "Fertility"), ("L5", "attitude.csv", "rating")]
)
def test_lmg_is_relaimpo(name: str, file: str, outcome: str, reference_data: Path) -> None:
    case = load_case(reference_data, name)
    table = load_table(reference_data, file)
    attributes = [column for column in table if column and column != outcome]
    covariance = np.cov(np.array([table[column] for column in (*attributes, outcome)]))
    values, r_squared = lmg(covariance[None])
    expected = case.reference.get("lmg", case.reference)
    assert case.agrees("R2", r_squared[0])
    for attribute, value in zip(attributes, values[0], strict=True):
        assert value == pytest.approx(expected[attribute.replace(".", "")], rel=case.tolerance)


@pytest.fixture(scope="module")
def mobile_phones(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> StudyScores:
    """The 250 customers of the ECSI mobile-phone survey, scored as a study."""
    path = tmp_path_factory.mktemp("ecsi") / "ecsi.parquet"
    answers = pl.read_csv(reference_data / "data" / "seminr_mobi.csv").cast(pl.Int16)
    keys = pl.DataFrame({"response_id": [f"r{row:03d}" for row in range(answers.height)]})
    blank = [pl.lit("").alias(name) for name in ("dealer", "customer", "model")]
    keys.with_columns(blank).hstack(answers).write_parquet(path)
    plan = ScoringPlan(
        study="ecsi",
        definition_hash="0" * 64,
        items=tuple(ScaleItem(name, 1, 10) for name in answers.columns),
        indices=(
            IndexPlan(
                "satisfaction", tuple(Factor(f"CUSA{number}", 1.0, (f"CUSA{number}",)) for number in (1, 2, 3)), 100.0
            ),
        ),
        drivers=(DriverPlan("quality", "CUSA1", QUALITY),),
        derived_indices=(
            DerivedIndexPlan("quality_minmax", "quality", "minmax"),
            DerivedIndexPlan("quality_times100", "quality", "times100"),
        ),
    )
    return score_study(plan, SnapshotSource(path, "0" * 64, "2005", None))


def test_equal_weight_index_of_real_customers_is_seminrs(mobile_phones: StudyScores, reference_data: Path) -> None:
    case = load_case(reference_data, "P1")
    (index,) = mobile_phones.indices
    assert case.agrees("equal_w_index", index.score.value)
    assert index.score.unweighted_base == 250


def test_index_derived_from_lmg_weights_is_relaimpos(mobile_phones: StudyScores, reference_data: Path) -> None:
    case = load_case(reference_data, "Q2")
    minmax, times100 = mobile_phones.derived_indices
    assert case.agrees("w", [minmax.weights[item] for item in QUALITY])
    assert case.agrees("index_minmax", minmax.score.value)
    assert case.agrees("index_x100", times100.score.value)


def test_regression_by_statsmodels_has_the_decomposed_r_squared(mobile_phones: StudyScores) -> None:
    (driver,) = mobile_phones.drivers
    assert driver.r_squared == pytest.approx(driver.r_squared_regression, abs=1e-10)
    assert sum(importance.lmg for importance in driver.importances) == pytest.approx(driver.r_squared, rel=1e-10)
