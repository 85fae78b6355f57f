"""axe-core finds nothing in what the script says, nor in a conflict of two devices."""

import pytest
from playwright.async_api import expect
from test_web_axe import found, with_axe
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


@pytest.mark.parametrize("language", CSI.languages)
async def test_axe_finds_nothing_on_a_page_with_a_conflict(site, chromium, language):
    link = await site.invite(CSI)
    async with on_a_phone(chromium) as phone, with_axe(chromium) as tablet:
        for page in (phone, tablet):
            await page.goto(f"{link}/closing?lang={language}")
        for page, text in ((phone, "good"), (tablet, "bad")):
            await page.get_by_role("textbox").fill(text)
            await page.get_by_role("button").click()
        await expect(tablet.get_by_role("alert")).to_be_visible()
        assert await found(tablet) == []
