"""Every kind of question on a small telephone: axe finds nothing, nothing scrolls sideways, everything can be hit."""

from pathlib import Path

import pytest
from test_web_axe import AXE, found
from web_site import on_a_phone

from surveyplat.forms.loading import load_definition

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

EVERY_TYPE = load_definition(Path(__file__).parents[1] / "forms" / "definitions" / "every_type.yaml")
SMALLEST_TARGET = 44
MEASURE = """() => [...document.querySelectorAll('form label.choice, form select, form button, form textarea,' +
    'form input[type=text], form input[type=date]')].filter(each => each.checkVisibility())
    .map(each => [each.outerHTML.slice(0, 200), each.getBoundingClientRect()])
    .filter(([, box]) => box.height < LIMIT || box.width < LIMIT || box.right > innerWidth).map(([html]) => html)"""
BAD = {"mileage": "300001", "picked_up": "2026-09-01", "importance__price": "60", "importance__quality": "30"}


async def put_in(page, fields):
    for name, value in fields.items():
        await page.locator(f"[name={name}]").fill(value)


async def send(page):
    async with page.expect_navigation():
        await page.locator("main button").click()


async def too_small(page):
    return await page.evaluate(MEASURE.replace("LIMIT", str(SMALLEST_TARGET)))


async def sideways(page):
    return await page.evaluate("() => document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("language", EVERY_TYPE.languages)
async def test_every_kind_of_question_fits_a_telephone_and_axe_finds_nothing(site, chromium, width, language):
    link = await site.invite(EVERY_TYPE)
    async with on_a_phone(chromium, width=width, axe=AXE, bypass_csp=True) as page:
        await page.goto(f"{link}/questions?lang={language}")
        await page.locator("[name=why][value=other]").check()
        assert await found(page) == []
        assert (await too_small(page), await sideways(page)) == ([], 0)
        await put_in(page, BAD)
        await page.locator("[name=wishes__2]").select_option("care")
        await send(page)
        assert await page.locator(".errors li").count() == 6
        assert await found(page) == []
        assert (await too_small(page), await sideways(page)) == ([], 0)
        for name, value in BAD.items():
            assert await page.locator(f"[name={name}]").input_value() == value


@pytest.mark.parametrize("script", [True, False])
async def test_every_kind_of_question_can_be_answered_to_the_end(site, chromium, script):
    link = await site.invite(EVERY_TYPE)
    async with on_a_phone(chromium, width=320, java_script_enabled=script) as page:
        await page.goto(f"{link}/questions?lang=en")
        await put_in(page, {"mileage": "12000", "picked_up": "2026-09-16", "importance__price": "100"})
        await page.locator("[name=wishes__1]").select_option("room")
        await page.get_by_label("I agree that my answers are stored.").check()
        await page.get_by_label("Elsewhere", exact=True).check()
        await page.get_by_label("“Elsewhere”: please say what").fill("radio")
        await send(page)
        await page.get_by_role("group", name="Polite").get_by_label("Good", exact=False).last.check()
        await page.get_by_role("group", name="Honest").get_by_label("Fair", exact=False).check()
        await send(page)
        await page.get_by_label("Strange noises").check()
        await send(page)
        await page.get_by_label("In the first month").check()
        await send(page)
        assert "/receipt" in page.url


async def test_the_words_of_other_are_asked_for_when_it_is_chosen(site, chromium):
    link = await site.invite(EVERY_TYPE)
    async with on_a_phone(chromium) as page:
        await page.goto(f"{link}/questions?lang=en")
        words = page.locator("[name=why__words]")
        assert not await words.is_visible()
        await page.locator("[name=why][value=other]").check()
        assert await words.is_visible()
        await page.locator("[name=why][value=near]").check()
        assert not await words.is_visible()


async def test_what_belongs_to_a_field_is_read_with_it(site, chromium):
    link = await site.invite(EVERY_TYPE)
    async with on_a_phone(chromium) as page:
        await page.goto(f"{link}/questions?lang=en")
        for name, said in (("consumption", ["The display of the car shows it.", "litres per 100 km"]),):
            ids = (await page.locator(f"[name={name}]").get_attribute("aria-describedby")).split()
            assert [await page.locator(f"#{each}").inner_text() for each in ids] == said
        ids = (await page.locator("fieldset:has([name=wishes__1])").get_attribute("aria-describedby")).split()
        assert ids == ["hint-wishes"]
        await send(page)
        assert await page.locator("[name=agree]").get_attribute("aria-describedby") == "error-agree"
        await page.locator(".errors a").first.click()
        assert await page.evaluate("document.activeElement.name") == "agree"
