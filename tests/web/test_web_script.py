"""The page's script in a real browser: it saves while somebody types, and nothing is lost with the network."""

import json
import re
from contextlib import asynccontextmanager

import pytest
from anyio import fail_after
from playwright.async_api import expect
from web_site import SHIPPED, fill_to_the_end

from surveyplat.links import token_hash
from surveyplat.storage.database import open_database
from surveyplat.storage.tables import Response
from surveyplat.web.layout import page_script

pytestmark = [pytest.mark.browser, pytest.mark.anyio]

CSI = SHIPPED["csi"]
MOST_BYTES = 3 * 1024
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
REPORT = "document.addEventListener('securitypolicyviolation', event => complain(event.violatedDirective))"
LOST = "No connection"
BACK = "connected again"


@asynccontextmanager
async def device(chromium, **options):
    """A browser of its own, whose pages report what the policy forbids and what fails in the script."""
    context = await chromium.new_context(**PHONE, **options)
    context.complaints = []
    context.on("weberror", lambda error: context.complaints.append(str(error.error)))
    await context.expose_function("complain", lambda text: context.complaints.append(text))
    await context.add_init_script(REPORT)
    try:
        yield context
    finally:
        await context.close()


@pytest.fixture
async def phone(chromium):
    async with device(chromium) as context:
        yield context
        assert context.complaints == []


@pytest.fixture
async def tablet(chromium):
    async with device(chromium) as context:
        yield context
        assert context.complaints == []


@pytest.fixture
async def link(site):
    return await site.invite(CSI)


async def open_page(context, link, questions):
    page = await context.new_page()
    await page.goto(f"{link}/{questions}?lang=en")
    return page


async def choose(page, item, value):
    await page.locator(f'label:has(input[name="{item}"][value="{value}"])').tap()


def point(page, item, value):
    return page.locator(f'input[name="{item}"][value="{value}"]')


@asynccontextmanager
async def saved(page):
    """Within it, the page's script saves something, and the server says that it has."""
    async with page.expect_response(lambda answer: answer.status == 204):
        yield


def while_typing(request):
    return (request.post_data or "").endswith("&saving=draft")


async def kept_on(page):
    return await page.evaluate("() => Object.keys(localStorage)")


async def status(page, text):
    await expect(page.get_by_role("status")).to_contain_text(text)


def test_the_script_is_at_most_3_kilobytes():
    assert len(page_script().encode()) <= MOST_BYTES
    assert "//" not in page_script()


def test_the_script_speaks_the_language_of_old_browsers():
    assert re.findall(r"\?\.|\?\?|\|\|=|&&=|\.\.\.|catch \{|\bawait\b|\d_\d|#\w+\b(?=\()", page_script()) == []


async def test_what_was_typed_without_pressing_the_button_is_there_on_another_device(link, phone, tablet):
    page = await open_page(phone, link, "closing")
    async with saved(page):
        await choose(page, "overall", 8)
    async with saved(page):
        await page.get_by_role("textbox").press_sequentially("Long wait <b>")
    assert await kept_on(page) == []
    other = await open_page(tablet, link, "closing")
    await expect(point(other, "overall", 8)).to_be_checked()
    await expect(other.get_by_role("textbox")).to_have_value("Long wait <b>")


async def test_what_was_typed_is_saved_when_the_page_is_left_at_once(link, phone, tablet):
    page = await open_page(phone, link, "closing")
    await page.get_by_role("textbox").fill("Gone")
    await page.goto("about:blank")
    other = await open_page(tablet, link, "closing")
    with fail_after(60):
        while await other.get_by_role("textbox").input_value() != "Gone":
            await other.reload()


async def test_the_network_is_lost_while_typing_and_comes_back(link, phone, tablet):
    page = await open_page(phone, link, "closing")
    await phone.set_offline(True)
    await page.get_by_role("textbox").fill("Typed in a lift")
    await status(page, LOST)
    async with saved(page):
        await phone.set_offline(False)
    await status(page, BACK)
    assert await kept_on(page) == []
    other = await open_page(tablet, link, "closing")
    await expect(other.get_by_role("textbox")).to_have_value("Typed in a lift")


async def test_a_page_sent_without_network_goes_on_by_itself_when_it_is_back(link, phone):
    page = await open_page(phone, link, CSI.pages[0].id)
    await choose(page, "booking_ease", 3)
    await phone.set_offline(True)
    await choose(page, "reception_promptness", 4)
    await page.get_by_role("button").tap()
    await status(page, LOST)
    await choose(page, "booking_ease", 5)
    async with page.expect_navigation(url=re.compile(f"/{CSI.pages[1].id}")):
        await phone.set_offline(False)
    assert await kept_on(page) == []
    await page.get_by_role("link", name="Back").tap()
    await expect(point(page, "booking_ease", 5)).to_be_checked()
    await expect(point(page, "reception_promptness", 4)).to_be_checked()


async def test_a_survey_is_completed_though_the_network_is_lost_on_every_page(site, link, phone):
    page = await open_page(phone, link, CSI.pages[0].id)
    for number, questions in enumerate(CSI.pages):
        await expect(page.get_by_text(f"Page {number + 1} of")).to_be_visible()
        await phone.set_offline(True)
        for item in questions.items:
            if item.type in ("rating", "recommendation"):
                await choose(page, item.id, 9)
        await page.get_by_role("button").tap()
        await status(page, LOST)
        await phone.set_offline(False)
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert await kept_on(page) == []
    answers = await stored_answers(site, link)
    assert set(answers.values()) == {9}
    assert len(answers) == 20


async def stored_answers(site, link):
    token = link.rpartition("/")[2]
    async with open_database(site.settings.database_url) as db:
        (row,) = await db.read(Response.select().where(Response.invitation.token_hash == token_hash(token)))
    return json.loads(row["answers"])


async def test_what_was_typed_without_network_is_back_after_the_tab_was_killed(link, phone, tablet):
    page = await open_page(phone, link, "closing")
    await phone.set_offline(True)
    await choose(page, "overall", 2)
    await page.get_by_role("textbox").fill("Typed\nand killed")
    await status(page, LOST)
    await page.close()
    await phone.set_offline(False)
    page = await phone.new_page()
    async with saved(page):
        await page.goto(f"{link}/closing?lang=zh-Hans")
    await expect(point(page, "overall", 2)).to_be_checked()
    await expect(page.get_by_role("textbox")).to_have_value("Typed\nand killed")
    other = await open_page(tablet, link, "closing")
    await expect(other.get_by_role("textbox")).to_have_value("Typed\nand killed")


async def test_a_page_that_was_sent_and_left_its_copy_behind_is_cleared_by_the_next_page(link, phone):
    page = await open_page(phone, link, CSI.pages[0].id)
    await choose(page, "booking_ease", 3)
    await page.get_by_role("button").tap()
    await expect(page).to_have_url(re.compile(CSI.pages[1].id))
    assert await kept_on(page) == []


async def test_a_refused_page_keeps_what_was_typed_and_no_copy(link, phone):
    page = await open_page(phone, link, "closing")
    async with saved(page):
        await page.get_by_role("textbox").fill("long " * 300)
    await page.route("**/closing*", lambda route: route.abort() if while_typing(route.request) else route.continue_())
    await page.get_by_role("button").tap()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await kept_on(page) == []
    await expect(page.get_by_role("textbox")).to_have_value("long " * 300)


async def test_a_whole_survey_on_a_slow_network(link, phone):
    page = await phone.new_page()
    session = await phone.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW_3G)
    await fill_to_the_end(page, f"{link}?lang=en")
    await expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert await kept_on(page) == []


@pytest.mark.parametrize("way", ["throws", "absent"])
async def test_a_browser_that_forbids_storage_saves_all_the_same(link, phone, tablet, way):
    forbidden = {"throws": "throw new DOMException('no', 'SecurityError')", "absent": "return null"}[way]
    await phone.add_init_script(f"Object.defineProperty(window, 'localStorage', {{get() {{ {forbidden} }}}})")
    page = await open_page(phone, link, "closing")
    async with saved(page):
        await page.get_by_role("textbox").fill("Private")
    await phone.set_offline(True)
    await page.get_by_role("textbox").fill("Private and lost")
    await status(page, LOST)
    async with saved(page):
        await phone.set_offline(False)
    await page.get_by_role("button").tap()
    other = await open_page(tablet, link, "closing")
    await expect(other.get_by_role("textbox")).to_have_value("Private and lost")


async def test_a_server_that_is_busy_is_asked_again(link, phone):
    page = await open_page(phone, link, "closing")
    refusals = iter([503, 500])

    async def busy(route):
        status = next(refusals, None)
        await (route.fulfill(status=status) if status else route.continue_())

    await page.route("**/closing*", busy)
    await page.get_by_role("textbox").fill("Patience")
    await status(page, LOST)
    async with saved(page):
        await status(page, LOST)
    await status(page, BACK)


async def test_without_javascript_the_page_sends_no_more_than_its_form(chromium, link):
    async with device(chromium, java_script_enabled=False) as context:
        page = await open_page(context, link, "closing")
        requests = []
        page.on("request", lambda request: requests.append(request.method))
        await choose(page, "overall", 8)
        await page.get_by_role("textbox").fill("No script")
        await expect(page.get_by_role("status")).to_be_empty()
        await page.get_by_role("button").tap()
        await expect(page).to_have_url(re.compile(CSI.pages[0].id))
        assert requests == ["POST", "GET"]


async def test_two_devices_on_one_link_see_their_conflict_and_choose(site, link, phone, tablet):
    on_phone = await open_page(phone, link, "initiation")
    on_tablet = await open_page(tablet, link, "initiation")
    async with saved(on_phone):
        await choose(on_phone, "booking_ease", 9)
    async with on_tablet.expect_response(lambda answer: answer.status == 409):
        await choose(on_tablet, "booking_ease", 2)
    await on_tablet.get_by_role("button").tap()
    notice = on_tablet.get_by_role("alert")
    await expect(notice).to_be_focused()
    await expect(notice).to_contain_text("On the other device: 9")
    await expect(notice).to_contain_text("Saved now: 2")
    await expect(point(on_tablet, "booking_ease", 2)).to_be_checked()
    await notice.get_by_role("link").tap()
    await expect(point(on_tablet, "booking_ease", 1)).to_be_in_viewport()
    await choose(on_tablet, "booking_ease", 9)
    await on_tablet.get_by_role("button").tap()
    await expect(on_tablet).to_have_url(re.compile("/advisor"))
    assert await stored_answers(site, link) == {"booking_ease": 9}
    assert await kept_on(on_tablet) == await kept_on(on_phone) == []


async def test_what_another_device_changed_after_it_was_saved_here_is_kept(site, link, phone, tablet):
    on_phone = await open_page(phone, link, "closing")
    async with saved(on_phone):
        await choose(on_phone, "overall", 5)
    on_tablet = await open_page(tablet, link, "closing")
    async with saved(on_tablet):
        await choose(on_tablet, "overall", 7)
    async with saved(on_phone):
        await on_phone.get_by_role("textbox").fill("Meanwhile on the phone")
    await on_phone.get_by_role("button").tap()
    await expect(on_phone).to_have_url(re.compile(CSI.pages[0].id))
    assert await stored_answers(site, link) == {"overall": 7, "comment": "Meanwhile on the phone"}


async def test_a_conflict_outlives_a_reload_before_it_was_sent(link, phone, tablet):
    on_phone = await open_page(phone, link, "closing")
    on_tablet = await open_page(tablet, link, "closing")
    async with saved(on_phone):
        await on_phone.get_by_role("textbox").fill("good")
    async with on_tablet.expect_response(lambda answer: answer.status == 409):
        await on_tablet.get_by_role("textbox").fill("bad")
    await on_tablet.reload()
    await expect(on_tablet.get_by_role("textbox")).to_have_value("bad")
    await on_tablet.get_by_role("button").tap()
    await expect(on_tablet.get_by_role("alert")).to_contain_text("On the other device: good")
    await expect(on_tablet.get_by_role("textbox")).to_have_value("bad")


async def test_the_policy_lets_no_other_script_run_and_no_other_server_be_asked(chromium, link):
    async with device(chromium) as context:
        page = await open_page(context, link, "closing")
        await page.evaluate(
            """() => {
                const foreign = document.createElement('script')
                foreign.textContent = 'document.title = "foreign"'
                document.body.append(foreign)
                return fetch('https://example.com/').catch(() => null)
            }"""
        )
        assert await page.title() != "foreign"
        await page.wait_for_function("() => true")
        assert context.complaints == ["script-src-elem", "connect-src"]


async def test_the_status_is_seen_wherever_somebody_is_on_the_page(link, phone):
    page = await open_page(phone, link, CSI.pages[0].id)
    await phone.set_offline(True)
    await status(page, LOST)
    await expect(page.get_by_role("status")).to_be_in_viewport(ratio=1)
    await page.get_by_role("button").scroll_into_view_if_needed()
    await expect(page.get_by_role("status")).to_be_in_viewport(ratio=1)


async def test_a_copy_of_what_the_server_has_already_is_not_kept(link, phone):
    page = await open_page(phone, link, "closing")
    async with saved(page):
        await choose(page, "overall", 8)
    await page.evaluate(
        "() => localStorage.setItem(location.pathname, new URLSearchParams(new FormData(document.forms[0])))"
    )
    async with saved(page):
        await page.reload()
    await expect(point(page, "overall", 8)).to_be_checked()
    assert await kept_on(page) == []
