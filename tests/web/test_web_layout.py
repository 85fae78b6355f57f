"""Pages stand on any screen: narrow, enlarged, mirrored, printed, with forced colours; every target is large enough."""

from io import BytesIO

import pytest
from PIL import Image
from web_site import ARABIC, SHIPPED, on_a_phone, refuse

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

CSI = SHIPPED["csi"]
MEASURE = """() => ({
    page: document.documentElement.scrollWidth,
    cut: [...document.querySelectorAll('body *')].filter(part =>
        getComputedStyle(part).display !== 'inline' && part.clientWidth &&
        (part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1)
    ).filter(part => !part.matches('textarea, input')).map(part => part.outerHTML.slice(0, 120)),
    squeezed: [...document.querySelectorAll('.choice span')].filter(part =>
        part.offsetWidth < 3 * parseFloat(getComputedStyle(part).fontSize) && part.offsetHeight > 60
    ).map(part => part.outerHTML),
    small: [...document.querySelectorAll('label.choice, button, a, textarea, input[type=text]')].filter(part => {
        const box = part.getBoundingClientRect()
        return part.checkVisibility() && (box.width < 44 || box.height < 44)
    }).map(part => part.outerHTML.slice(0, 120)),
})"""


async def every_address(site, definition):
    places = [await site.invite(definition), *(sight.address for sight in await site.sights(definition))]
    return [f"{place}?lang={language}" for place in places for language in definition.languages]


async def stands(page, width):
    """Nothing is wider than the screen, cut off, a column of letters or smaller than a fingertip, enlarged too."""
    for scale in ("100%", "200%"):
        await page.evaluate("scale => { document.documentElement.style.fontSize = scale }", scale)
        measured = await page.evaluate(MEASURE)
        assert (page.url, scale, measured) == (page.url, scale, {"page": width, "cut": [], "squeezed": [], "small": []})


@pytest.mark.parametrize("study", [*SHIPPED, "rtl"])
async def test_every_page_stands_on_a_narrow_screen_and_with_text_at_twice_its_size(site, chromium, study):
    definition = SHIPPED.get(study, ARABIC)
    async with on_a_phone(chromium, width=320) as page:
        for address in await every_address(site, definition):
            await page.goto(address)
            await stands(page, 320)


@pytest.mark.parametrize("width", [320, 800])
@pytest.mark.parametrize("study", ["csi", "rtl"])
async def test_a_page_full_of_errors_stands_too(site, chromium, study, width):
    definition = SHIPPED.get(study, ARABIC)
    link = await site.invite(definition)
    async with on_a_phone(chromium, width=width, bypass_csp=True) as page:
        for language in definition.languages:
            await page.goto(f"{link}/{definition.asked[-1].id}?lang={language}")
            await refuse(page)
            await stands(page, width)


async def test_the_bar_beside_a_refused_question_begins_above_its_wording(site, chromium):
    link = await site.invite(ARABIC)
    async with on_a_phone(chromium) as page:
        await page.goto(f"{link}/only?lang=en")
        await page.get_by_role("button").click()
        picture = Image.open(BytesIO(await page.locator("fieldset.wrong").screenshot())).convert("RGB")
        at_the_wording, at_the_last_choice = (picture.getpixel((1, y)) for y in (2, picture.height - 3))
        assert at_the_wording == at_the_last_choice == (0xA8, 0x07, 0x1A)


async def test_a_survey_from_right_to_left_is_mirrored(site, chromium):
    link = await site.invite(ARABIC)
    async with on_a_phone(chromium, width=800, bypass_csp=True) as page:
        start = {}
        for language in ("ar", "en"):
            await page.goto(f"{link}/only?lang={language}")
            await refuse(page)
            start[language] = await page.evaluate(
                """() => {
                    const left = selector => document.querySelector(selector).getBoundingClientRect().left
                    const bar = getComputedStyle(document.querySelector('fieldset.wrong'))
                    return {
                        circle_before_number: left('.choice input') < left('.choice b'),
                        button_before_link: left('form button') < left('.go a'),
                        title_before_languages: left('.top span') < left('.top nav'),
                        bar_on_the_left: bar.borderLeftWidth === '4px' && bar.borderRightWidth === '0px',
                        bar_on_the_right: bar.borderRightWidth === '4px' && bar.borderLeftWidth === '0px',
                    }
                }"""
            )
    assert start["en"] == {name: name != "bar_on_the_right" for name in start["en"]}
    assert start["ar"] == {name: name == "bar_on_the_right" for name in start["ar"]}


async def test_a_printed_page_shows_questions_and_choices_dark_on_white_and_no_buttons(site, chromium):
    link = await site.invite(CSI)
    async with on_a_phone(chromium, color_scheme="dark") as page:
        await page.goto(f"{link}/initiation?lang=en")
        await page.emulate_media(media="print")
        assert await page.locator("legend:visible").count() == len(CSI.pages[0].items)
        assert await page.locator(".choice:visible").count() == 11 * len(CSI.pages[0].items)
        assert await page.locator("button:visible").count() == 0
        colours = (
            "({color: getComputedStyle(document.body).color, paper: getComputedStyle(document.body).backgroundColor})"
        )
        assert await page.evaluate(colours) == {"color": "rgb(22, 32, 44)", "paper": "rgb(255, 255, 255)"}


async def test_forced_colours_still_show_what_is_chosen_and_where_the_button_is(site, chromium):
    link = await site.invite(CSI)
    async with on_a_phone(chromium, forced_colors="active") as page:
        await page.goto(f"{link}/initiation?lang=en")
        chosen, other = (page.locator(f'.choice:has([name="booking_ease"][value="{point}"])') for point in (3, 7))
        border = "part => getComputedStyle(part).borderTopWidth + ' ' + getComputedStyle(part).borderTopColor"
        assert await chosen.evaluate(border) == await other.evaluate(border)
        before = await chosen.locator("input").screenshot()
        await chosen.tap()
        assert await chosen.evaluate(border) != await other.evaluate(border)
        assert await chosen.locator("input").screenshot() != before
        assert await page.locator("button").evaluate("part => getComputedStyle(part).borderTopWidth") == "2px"
