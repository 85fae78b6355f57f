"""A real browser on a phone-sized screen fills a survey, with and without JavaScript."""

import json
import re

import cast
import pytest
from playwright.async_api import expect

from surveyplat.forms.loading import load_definition
from surveyplat.shipped import shipped_folder
from surveyplat.storage.database import open_database
from surveyplat.storage.tables import Response
from surveyplat.web.server_process import running_server

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

CSI = load_definition(shipped_folder("questionnaires") / "csi.yaml")


@pytest.fixture
def server(server_environment):
    with running_server(server_environment) as running:
        yield running


async def on_a_phone(chromium, **options):
    context = await chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, **options)
    page = await context.new_page()
    page.requests_made = []
    page.on("request", lambda request: page.requests_made.append(request.url))
    page.on("console", lambda message: page.requests_made.append(message.text) if "Policy" in message.text else None)
    return page


async def choose(page, item, value):
    await page.locator(f'label:has(input[name="{item}"][value="{value}"])').tap()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
async def test_a_customer_fills_a_survey_on_a_phone(db, settings, server, chromium, javascript):
    invited = await cast.invite(db, settings, CSI)
    page = await on_a_phone(chromium, java_script_enabled=javascript)
    await page.goto(f"{server.address}/s/{invited.token}")
    await page.get_by_role("link", name="开始填写").tap()
    for number, questions in enumerate(CSI.pages, start=1):
        await expect(page.get_by_text(f"第 {number} 页，共 {len(CSI.pages)} 页")).to_be_visible()
        for item in questions.items:
            if item.type in ("rating", "recommendation"):
                await choose(page, item.id, 9)
        if questions.id == "closing":
            await page.get_by_role("textbox").fill("等候时间太长 <b>")
        await page.get_by_role("button").tap()
    await expect(page.get_by_role("heading", name="谢谢您")).to_be_visible()
    async with open_database(settings.database_url) as fresh:
        (row,) = await fresh.read(Response.select())
    assert row["state"] == "complete"
    assert row["receipt"] in await page.content()
    answers = json.loads(row["answers"])
    assert answers["comment"] == "等候时间太长 <b>"
    assert {answers[item] for item in answers if item != "comment"} == {9}
    assert len(answers) == 21
    assert all(url.startswith((server.address, "data:")) for url in page.requests_made)


async def test_back_and_another_device_show_what_was_answered(db, settings, server, chromium):
    invited = await cast.invite(db, settings, CSI)
    phone = await on_a_phone(chromium)
    await phone.goto(f"{server.address}/s/{invited.token}/initiation")
    await choose(phone, "booking_ease", 3)
    await phone.get_by_role("button").tap()
    await expect(phone).to_have_url(re.compile("/advisor"))
    await phone.go_back()
    await expect(phone.locator('input[name="booking_ease"][value="3"]')).to_be_checked()

    tablet = await on_a_phone(chromium)
    await tablet.goto(f"{server.address}/s/{invited.token}")
    await tablet.get_by_role("link", name="继续填写").tap()
    await expect(tablet).to_have_url(re.compile(r"/advisor\?lang=zh-Hans$"))
    await tablet.get_by_role("link", name="English").tap()
    await tablet.get_by_role("link", name="Back").tap()
    await expect(tablet.get_by_role("heading", level=1)).to_have_text(CSI.pages[0].title["en"])
    await expect(tablet.locator('input[name="booking_ease"][value="3"]')).to_be_checked()
