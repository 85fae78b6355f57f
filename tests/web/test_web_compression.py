"""A page is compressed for whoever accepts it, and for nobody else."""

import gzip
import re
import zlib

import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.forms.loading import load_definition
from surveyplat.shipped import shipped_folder
from surveyplat.web.compression import GZIP_LEVEL, compressed

pytestmark = pytest.mark.anyio

CSI = load_definition(shipped_folder("questionnaires") / "csi.yaml")


@pytest.fixture
async def browser(settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as client:
        yield client


async def asked_for(browser, path, encoding, **request):
    """The answer and its body as it travelled; ``encoding`` None asks without the header."""
    built = browser.build_request(request.pop("method", "GET"), path, **request)
    built.headers.pop("accept-encoding", None)
    if encoding is not None:
        built.headers["accept-encoding"] = encoding
    answer = await browser.send(built, stream=True)
    return answer, b"".join([part async for part in answer.aiter_raw()])


def without_stamp(page):
    """The page without what is new in every showing of it."""
    return re.sub(rb'name="stamp" value="[^"]*"', b"", page)


async def test_a_browser_gets_every_page_compressed(db, settings, browser):
    invited = await cast.invite(db, settings, CSI)
    for path in (f"/s/{invited.token}", f"/s/{invited.token}/initiation", "/s/unknown"):
        answer, body = await asked_for(browser, path, "gzip, deflate, br")
        plain, plain_body = await asked_for(browser, path, None)
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"].lower() == "accept-encoding"
        assert int(answer.headers["content-length"]) == len(body) < len(plain_body) / 2
        assert without_stamp(gzip.decompress(body)) == without_stamp(plain_body)
        assert answer.status_code == plain.status_code


async def test_a_refused_page_is_compressed_too(db, settings, browser):
    invited = await cast.invite(db, settings, CSI)
    path = f"/s/{invited.token}/closing"
    answer, body = await asked_for(browser, path, "gzip", method="POST", data={"overall": "forged"})
    assert (answer.status_code, answer.headers["content-encoding"]) == (422, "gzip")
    assert b"error-overall" in gzip.decompress(body)


@pytest.mark.parametrize("encoding", [None, "identity", "br", "br, gzip;q=0"])
async def test_a_client_that_does_not_accept_gzip_gets_plain_text(db, settings, browser, encoding):
    invited = await cast.invite(db, settings, CSI)
    answer, body = await asked_for(browser, f"/s/{invited.token}/initiation", encoding)
    assert "content-encoding" not in answer.headers
    assert body.startswith(b"<!doctype html>")
    assert int(answer.headers["content-length"]) == len(body)


async def test_no_page_sets_a_cookie_on_which_the_decision_to_compress_rests(db, settings, browser):
    invited = await cast.invite(db, settings, CSI)
    for path in (f"/s/{invited.token}", f"/s/{invited.token}/initiation", "/s/unknown"):
        assert "set-cookie" not in (await browser.get(path)).headers


@pytest.mark.parametrize("body", [b"", b"plain", b"<style>a{}</style><p>" + b"words " * 200, b"</style>" * 3])
def test_a_page_that_begins_like_others_is_compressed_as_if_it_were_the_only_one(body):
    alone = zlib.compress(body, GZIP_LEVEL, wbits=31)
    assert [compressed(body), compressed(body)] == [alone, alone]
