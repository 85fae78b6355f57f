"""axe-core finds nothing on any page of any study, in any language, in the light and in the dark."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from anyio import create_task_group
from web_site import SHIPPED, fill_to_the_end, on_a_phone, refuse

from surveyplat.forms.items import InformationItem
from surveyplat.web.chrome import LANGUAGES
from surveyplat.web.layout import notice

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

AXE = Path(__file__).parent / "axe" / "axe.min.js"
EVERY_RULE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations", "incomplete"],
    "preload": False,
}
CONTRAST = {**EVERY_RULE, "runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}}
FEWEST_RULES_THAT_APPLY = 15
TABS = 3


def with_axe(chromium):
    """A page into which axe can be put: the policy that forbids scripts is switched off in this browser only."""
    return on_a_phone(chromium, axe=AXE, bypass_csp=True)


@pytest.fixture(scope="module")
async def tabs(chromium):
    """A few pages of one module, so that the browser has something to do while another one is loading."""
    async with AsyncExitStack() as opened:
        yield [await opened.enter_async_context(with_axe(chromium)) for _ in range(TABS)]


@pytest.fixture
def page(tabs):
    return tabs[0]


async def found(page):
    """What axe reports of the page, and what it could not decide about contrast, which alone changes in the dark."""
    await page.emulate_media(color_scheme="light")
    light = await page.evaluate("rules => axe.run(document, rules)", EVERY_RULE)
    assert len(light["passes"]) >= FEWEST_RULES_THAT_APPLY
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate("rules => axe.run(document, rules)", CONTRAST)
    assert dark["passes"]
    undecided = [finding for finding in light["incomplete"] if finding["id"] == "color-contrast"]
    findings = [*light["violations"], *undecided, *dark["violations"], *dark["incomplete"]]
    return [f"{page.url} {finding['id']}: {node['html'][:300]}" for finding in findings for node in finding["nodes"]]


async def found_on(tabs, addresses):
    """What axe reports of all these pages."""
    waiting, reports = list(addresses), []

    async def look(tab):
        while waiting:
            await tab.goto(waiting.pop())
            reports.extend(await found(tab))

    async with create_task_group() as together:
        for tab in tabs:
            together.start_soon(look, tab)
    return reports


async def test_axe_sees_what_is_wrong_with_a_page(page):
    await page.goto("about:blank")
    await page.set_content("<p style='color:#ccc'>pale</p><input><a href='#'></a><ul><p>x</p></ul>")
    result = await page.evaluate("rules => axe.run(document, rules)", EVERY_RULE)
    assert {"color-contrast", "label", "link-name", "html-has-lang", "list", "region"} <= {
        fault["id"] for fault in result["violations"]
    }


@pytest.mark.parametrize("study", SHIPPED)
async def test_axe_finds_nothing_on_any_page_of_a_study(site, tabs, study):
    definition = SHIPPED[study]
    places = [await site.invite(definition), *(sight.address for sight in await site.sights(definition))]
    addresses = [f"{place}?lang={language}" for place in places for language in definition.languages]
    assert await found_on(tabs, addresses) == []


@pytest.mark.parametrize("study", SHIPPED)
async def test_axe_finds_nothing_on_a_page_full_of_errors(site, page, study):
    definition = SHIPPED[study]
    sight = (await site.sights(definition))[-1]
    faulty = [item for item in sight.items if not isinstance(item, InformationItem)]
    for language in definition.languages:
        await page.goto(f"{sight.address}?lang={language}")
        await refuse(page)
        assert await page.locator(".errors li").count() == len(faulty)
        assert await found(page) == []


async def test_axe_finds_nothing_on_the_receipt(site, page):
    link = await site.invite(SHIPPED["csi"])
    await fill_to_the_end(page, link)
    for language in SHIPPED["csi"].languages:
        await page.goto(f"{link}/receipt?lang={language}")
        assert await found(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_axe_finds_nothing_on_a_notice(site, page, language):
    await page.goto(f"{site.address}/s/unknown?lang={language}")
    assert await found(page) == []
    busy = {"again": "POST", "fields": [("overall", "7")]}
    for kind, offer in (("busy", busy), ("busy", {"again": "GET"}), ("too_large", {}), ("broken", {})):
        answer = notice(kind, language, synthetic=True, status=503, **offer)
        await page.goto("about:blank")
        await page.set_content(answer.content)
        assert await found(page) == []
