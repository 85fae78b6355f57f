"""What the script says and a conflict of two devices: axe-core finds nothing, and they stand on a narrow screen."""

import pytest
from playwright.async_api import expect
from test_web_axe import found, with_axe
from test_web_layout import stands
from web_site import SHIPPED, on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

CSI = SHIPPED["csi"]


@pytest.mark.parametrize("language", CSI.languages)
async def test_axe_finds_nothing_when_the_network_is_lost_and_back(site, chromium, language):
    link = await site.invite(CSI)
    async with with_axe(chromium) as page:
        await page.goto(f"{link}/closing?lang={language}")
        await page.context.set_offline(True)
        await expect(page.get_by_role("status")).not_to_be_empty()
        await page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        assert await found(page) == []
        lost = await page.get_by_role("status").text_content()
        await page.context.set_offline(False)
        await expect(page.get_by_role("status")).not_to_have_text(lost)
        assert await found(page) == []


async def answer_differently(link, language, *devices):
    """Both open the page before one of them has answered it: the last one sees the conflict."""
    for page in devices:
        await page.goto(f"{link}/closing?lang={language}")
    for number, page in enumerate(devices):
        await page.get_by_role("textbox").fill(f"words of device {number} " * 12)
        await page.get_by_role("button").click()
    await expect(devices[-1].get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize("language", CSI.languages)
async def test_axe_finds_nothing_on_a_page_with_a_conflict(site, chromium, language):
    link = await site.invite(CSI)
    async with on_a_phone(chromium) as phone, with_axe(chromium) as tablet:
        await answer_differently(link, language, phone, tablet)
        assert await found(tablet) == []


@pytest.mark.parametrize("language", CSI.languages)
async def test_a_conflict_stands_on_a_narrow_screen_without_network_too(site, chromium, language):
    link = await site.invite(CSI)
    async with on_a_phone(chromium) as phone, on_a_phone(chromium, width=320) as tablet:
        await answer_differently(link, language, phone, tablet)
        await stands(tablet, 320)
        await tablet.context.set_offline(True)
        await expect(tablet.get_by_role("status")).not_to_be_empty()
        await stands(tablet, 320)
