"""A survey is filled with the keyboard alone, and each control says to a screen reader what it is for."""

import re

import pytest
from playwright.async_api import expect
from web_site import ARABIC, SHIPPED, as_read, on_a_phone, refuse

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

CSI = SHIPPED["csi"]
FOCUS = """() => {
    const control = document.activeElement
    const shown = control.closest('.choice') ?? control
    const outline = getComputedStyle(shown)
    return {
        what: control.name || control.tagName, value: control.value ?? '',
        outline: outline.outlineStyle === 'solid' ? outline.outlineWidth : '',
        seen: shown.getBoundingClientRect().top >= 0 && shown.getBoundingClientRect().bottom <= innerHeight,
    }
}"""


@pytest.fixture
async def page(chromium):
    async with on_a_phone(chromium) as opened:
        yield opened


async def tabbed_through(page):
    """Everything that the Tab key reaches from the page's beginning to its end, in order, each with its outline."""
    reached = []
    while True:
        await page.keyboard.press("Tab")
        focus = await page.evaluate(FOCUS)
        if focus["what"] == "BODY":
            return reached
        reached.append(focus)


async def test_tab_reaches_every_question_once_in_order_and_shows_where_it_is(site, page):
    link = await site.invite(CSI)
    await page.goto(f"{link}/closing?lang=en")
    reached = await tabbed_through(page)
    assert [focus["what"] for focus in reached] == ["A", *(item.id for item in CSI.pages[-1].items), "BUTTON", "A"]
    assert {focus["outline"] for focus in reached} == {"3px"}
    assert all(focus["seen"] for focus in reached)


async def test_a_page_is_filled_and_sent_without_a_pointer(site, page):
    link = await site.invite(ARABIC)
    await page.goto(f"{link}?lang=en")
    await page.get_by_role("link", name="Start").focus()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/only"))
    await page.locator('[name="overall"]').first.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Tab", "Space", "Tab"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("radio", name="3")).to_be_checked()
    await expect(page.get_by_role("checkbox", name="Cars")).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.type("Everything was fine")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
async def test_the_error_summary_has_the_focus_and_leads_to_each_field(site, chromium, javascript):
    link = await site.invite(ARABIC)
    async with on_a_phone(chromium, java_script_enabled=javascript) as page:
        await page.goto(f"{link}/only?lang=en")
        await page.get_by_role("button").click()
        summary = page.get_by_role("alert")
        await expect(summary).to_be_focused()
        await expect(summary).to_have_accessible_name("Please look at this again")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator('[name="overall"]').first).to_be_focused()
        await expect(page.get_by_role("group", name="How satisfied are you overall?")).to_be_in_viewport(ratio=0.1)
        await expect(page.locator("legend").first).to_be_in_viewport(ratio=1)
        await summary.get_by_role("link", name="Your comments").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("textbox")).to_be_focused()


async def test_the_title_of_a_refused_page_begins_with_the_word_error(site, page):
    link = await site.invite(ARABIC)
    await page.goto(f"{link}/only?lang=en")
    await page.get_by_role("button").click()
    await expect(page).to_have_title(re.compile("^Error: Your visit"))


@pytest.mark.parametrize("study", SHIPPED)
async def test_every_choice_is_named_by_its_label_within_a_group_named_by_its_question(site, page, study):
    definition = SHIPPED[study]
    for sight in await site.sights(definition):
        for language in definition.languages:
            await page.goto(f"{sight.address}?lang={language}")
            for item in sight.items:
                await named_by_its_wording(page, definition, item, language)


async def named_by_its_wording(page, definition, item, language):
    question = as_read(item.text[language])
    if item.type in ("rating", "recommendation"):
        scale = definition.scale_of(item)
        options = [f"{point} {scale.labels.get(point, {}).get(language, '')}".strip() for point in scale.points]
        named = await named_radios(page, question)
        assert named[: len(options)] == options
        assert len(named) == len(options) + (scale.dont_know is not None)
    elif item.type in ("single", "multiple", "problems"):
        role = "radio" if item.type == "single" else "checkbox"
        group = page.get_by_role("group", name=question).filter(has=page.locator(f"[name='{item.id}']"))
        for choice in item.problems if item.type == "problems" else item.choices:
            name = as_read(choice.text[language])
            assert await group.get_by_role(role, name=name, exact=True).count() == 1
    elif item.type in ("text", "number"):
        assert await page.get_by_role("textbox", name=question).count() == 1
    elif item.type == "consent":
        assert await page.get_by_role("checkbox", name=question, exact=True).count() == 1


async def named_radios(page, question):
    """The names that a screen reader reads out within the group of a question, in order."""
    snapshot = await page.get_by_role("group", name=question).aria_snapshot()
    return re.findall(r'- radio "([^"]+)"', snapshot)


async def test_a_text_field_is_described_by_its_limit_and_by_its_error(site, chromium):
    link = await site.invite(ARABIC)
    async with on_a_phone(chromium, bypass_csp=True) as page:
        await page.goto(f"{link}/only?lang=en")
        field = page.get_by_role("textbox", name="Your comments")
        await expect(field).to_have_accessible_description("At most 100 characters")
        await refuse(page)
        await expect(field).to_have_accessible_description(
            "Error: Please shorten this to 100 characters At most 100 characters"
        )
        await expect(field).to_have_attribute("aria-invalid", "true")
