"""Every page of every study is light, whole in one request, and weighs what the documentation says."""

import re
from pathlib import Path

import cast
import pytest
from litestar.testing import AsyncTestClient
from typer.testing import CliRunner

from surveyplat.app import create_app
from surveyplat.cli.main import app
from surveyplat.forms.loading import load_definitions
from surveyplat.forms.weighing import page_weights, requests_of
from surveyplat.shipped import shipped_folder

SHIPPED = load_definitions([shipped_folder("questionnaires")])
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "page-weights.md"


@pytest.fixture(scope="module")
def weights():
    return page_weights(SHIPPED)


def test_no_page_weighs_more_than_14_kilobytes_or_takes_a_second_request(weights):
    assert [weight for weight in weights if weight.compressed > 14_336 or weight.requests != 1] == []


def test_every_page_of_every_study_is_weighed_in_every_language(weights):
    weighed = {(weight.study, weight.page, weight.language) for weight in weights}
    for definition in SHIPPED:
        pages = {"introduction", "receipt", *(page.id for page in definition.asked)}
        wanted = {(definition.study, page, language) for page in pages for language in definition.languages}
        assert wanted <= weighed
    assert len(weighed) == len(weights)
    assert any(weight.page.endswith(" with errors") for weight in weights)


def test_the_heaviest_page_comes_first(weights):
    assert [weight.compressed for weight in weights] == sorted((w.compressed for w in weights), reverse=True)


@pytest.mark.parametrize(
    ("html", "requests"),
    [
        ("<p>alone</p>", 1),
        ('<link rel="icon" href="data:,"><style>a{background:url(data:,)}</style><p>url(words)</p>', 1),
        ('<link rel="stylesheet" href="/a.css"><script src="/a.js"></script><img src="data:,">', 3),
        ("<style>@import '/a.css';p{background:url(/a.png)}</style>", 3),
        ('<a href="/next">no request by itself</a>', 1),
    ],
)
def test_what_a_page_loads_from_outside_is_counted(html, requests):
    assert requests_of(html) == requests


@pytest.mark.anyio
async def test_the_server_sends_what_was_weighed(db, settings, weights):
    (csi,) = (definition for definition in SHIPPED if definition.study == "csi")
    invited = await cast.invite(db, settings, csi)
    expected = {w.page: w for w in weights if (w.study, w.language) == ("csi", "en")}
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as browser:
        for page in csi.pages:
            answer = await browser.get(f"/s/{invited.token}/{page.id}?lang=en")
            assert len(answer.content) == expected[page.id].raw
            assert int(answer.headers["content-length"]) == pytest.approx(expected[page.id].compressed, abs=30)


def test_the_documented_weights_are_those_of_the_pages(weights):
    row = re.compile(r"\| (\w+) \| ([\w ]+) \| ([\w-]+) \| ([\d,]+) \| ([\d,]+) \| (\d+) \|")
    documented = {
        found[:3]: tuple(int(figure.replace(",", "")) for figure in found[3:])
        for found in row.findall(DOCUMENT.read_text(encoding="utf-8"))
    }
    again = "the pages changed: run surveyplat weigh --output docs/page-weights.md"
    keys = {(w.study, w.page, w.language): w for w in weights}
    assert documented.keys() == keys.keys(), again
    for key, (raw, compressed, requests) in documented.items():
        weight = keys[key]
        assert (raw, requests) == (weight.raw, weight.requests), again
        # Another build of zlib may find a few bytes more or less.
        assert compressed == pytest.approx(weight.compressed, rel=0.02), again


def test_a_file_is_weighed_as_a_study_is():
    file = Path(__file__).with_name("definitions") / "order.yaml"
    printed = CliRunner().invoke(app, ["weigh", str(file)])
    assert printed.exit_code == 0
    assert set(re.findall(r"│ (\w+) +│ [a-z]", printed.output)) == {"order"}


def test_weigh_prints_each_page_and_writes_the_document(tmp_path):
    printed = CliRunner().invoke(app, ["weigh", "csi"])
    assert printed.exit_code == 0
    assert "closing with errors" in printed.output
    assert "0 of them over the limit of 14,336 bytes" in printed.output
    written = CliRunner().invoke(app, ["weigh", "csi", "--output", str(tmp_path / "weights.md")])
    assert written.exit_code == 0
    assert "| csi | closing with errors | en | " in (tmp_path / "weights.md").read_text(encoding="utf-8")
    refused = CliRunner().invoke(app, ["weigh", "csi", "--output", str(tmp_path / "absent" / "weights.md")])
    assert "cannot be written" in str(refused.exception)
