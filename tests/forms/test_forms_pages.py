"""The respondent's pages over HTTP, on both engines: saved page by page, submitted once, never a 500."""

import json
import re
from datetime import timedelta

import cast
import pytest
from litestar.testing import AsyncTestClient
from markupsafe import escape

from surveyplat.app import create_app
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definition
from surveyplat.forms.versions import canonical_json
from surveyplat.shipped import shipped_folder
from surveyplat.storage.tables import TABLES, Response

pytestmark = pytest.mark.anyio

CSI = load_definition(shipped_folder("questionnaires") / "csi.yaml")
IQS = load_definition(shipped_folder("questionnaires") / "iqs.yaml")
PAGES = [page.id for page in CSI.pages]


@pytest.fixture
async def invited(db, settings):
    return await cast.invite(db, settings, CSI)


@pytest.fixture
async def browser(settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as client:
        yield client


async def send(browser, invited, page, answers=None, *, stamp=None, lang="zh-Hans"):
    data = {**(answers or {}), **({"stamp": stamp} if stamp else {})}
    return await browser.post(f"/s/{invited.token}/{page}?lang={lang}", data=data, follow_redirects=False)


async def stamp_of(browser, invited, page):
    html = (await browser.get(f"/s/{invited.token}/{page}")).text
    return re.search(r'name="stamp" value="([^"]+)"', html)[1]


async def stored(db):
    return await db.read(Response.select())


async def fill(browser, invited):
    for page in PAGES[:-1]:
        await send(browser, invited, page)
    return await send(browser, invited, PAGES[-1], {"overall": "8"})


async def test_each_page_is_saved_and_leads_to_the_next(db, browser, invited):
    answer = await send(browser, invited, "initiation", {"booking_ease": "9", "needs_understood": "dk"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/s/{invited.token}/advisor?lang=zh-Hans")
    (row,) = await stored(db)
    assert json.loads(row["answers"]) == {"booking_ease": 9, "needs_understood": {"missing": "dont_know"}}
    assert list(json.loads(row["pages"])) == ["initiation"]
    assert row["state"] == "partial"


async def test_get_changes_nothing(db, browser, invited):
    before = [await db.read(table.select()) for table in TABLES]
    for path in ("", *(f"/{page}" for page in PAGES), "/receipt", "/nothing"):
        assert (await browser.get(f"/s/{invited.token}{path}?lang=en")).status_code == 200
    assert [await db.read(table.select()) for table in TABLES] == before


async def test_the_last_open_page_submits_once_and_the_same_post_gives_the_same_receipt(db, browser, invited):
    first = await fill(browser, invited)
    receipt = (await browser.get(first.headers["location"])).text
    before = await stored(db)
    again = await send(browser, invited, PAGES[-1], {"overall": "1"})
    assert again.status_code == 303
    shown = await browser.get(again.headers["location"])
    number = re.search(r"<strong>([A-Z0-9-]+)</strong>", receipt)[1]
    assert number == before[0]["receipt"]
    assert number in shown.text
    assert await stored(db) == before


async def test_a_page_skipped_by_hand_is_asked_before_the_response_is_submitted(db, browser, invited):
    answer = await send(browser, invited, PAGES[-1], {"overall": "8"})
    assert answer.headers["location"] == f"/s/{invited.token}/{PAGES[0]}?lang=zh-Hans"
    assert (await stored(db))[0]["state"] == "partial"


async def test_another_device_resumes_with_the_answers_given_so_far(settings, browser, invited):
    await send(browser, invited, "initiation", {"booking_ease": "9"})
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as other:
        start = (await other.get(f"/s/{invited.token}")).text
        assert f'href="/s/{invited.token}/advisor?lang=zh-Hans"' in start
        page = (await other.get(f"/s/{invited.token}/initiation")).text
    assert re.search(r'name="booking_ease" value="9" checked', page)


async def test_switching_the_language_keeps_the_answers(browser, invited):
    await send(browser, invited, "initiation", {"booking_ease": "9"})
    page = (await browser.get(f"/s/{invited.token}/initiation?lang=en")).text
    assert '<html lang="en"' in page
    assert re.search(r'name="booking_ease" value="9" checked', page)
    await send(browser, invited, "initiation", {"booking_ease": "9"}, lang="en")
    assert '<html lang="en"' in (await browser.get(f"/s/{invited.token}")).text


async def test_a_refused_page_keeps_what_was_typed_and_saves_its_good_answers(db, browser, invited):
    answer = await send(browser, invited, "closing", {"comment": "长" * 1001, "overall": "7"})
    assert answer.status_code == 422
    assert "长" * 1001 in answer.text
    assert 'href="#comment"' in answer.text
    (row,) = await stored(db)
    assert json.loads(row["answers"]) == {"overall": 7}
    assert json.loads(row["pages"]) == {}


async def test_an_older_page_of_another_device_does_not_erase_a_newer_answer(db, browser, invited):
    phone, tablet = [await stamp_of(browser, invited, "initiation") for _ in range(2)]
    await send(browser, invited, "initiation", {"booking_ease": "9"}, stamp=phone)
    await send(browser, invited, "initiation", {"reception_promptness": "4"}, stamp=tablet)
    assert json.loads((await stored(db))[0]["answers"]) == {"booking_ease": 9, "reception_promptness": 4}


async def test_an_older_page_without_a_tick_does_not_erase_a_problem_ticked_on_another_device(db, settings, browser):
    invited = await cast.invite(db, settings, IQS)
    checklist = IQS.pages[0].items[0]
    problem = checklist.problems[0].id
    phone, tablet = [await stamp_of(browser, invited, IQS.pages[0].id) for _ in range(2)]
    await send(browser, invited, IQS.pages[0].id, {checklist.id: problem}, stamp=phone)
    await send(browser, invited, IQS.pages[0].id, stamp=tablet)
    assert json.loads((await stored(db))[0]["answers"]) == {checklist.id: [problem]}
    newest = await stamp_of(browser, invited, IQS.pages[0].id)
    await send(browser, invited, IQS.pages[0].id, stamp=newest)
    assert json.loads((await stored(db))[0]["answers"]) == {checklist.id: []}


async def test_a_language_without_chrome_or_calendar_has_its_pages_and_its_own_name(db, settings, browser):
    document = json.loads(canonical_json(CSI).replace('"en"', '"ar"').replace('"zh-Hans"', '"qaa"'))
    invited = await cast.invite(db, settings, Definition.model_validate(document))
    start = (await browser.get(f"/s/{invited.token}?lang=qaa")).text
    assert "2026-09-15" in start
    assert 'lang="ar">العربية</a>' in start
    assert 'lang="qaa">qaa</span>' in start
    assert '<html lang="ar" dir="rtl">' in (await browser.get(f"/s/{invited.token}?lang=ar")).text


async def test_the_newest_page_can_clear_a_comment(db, browser, invited):
    await send(browser, invited, "closing", {"comment": "hello"})
    await send(browser, invited, "closing", {"comment": ""}, stamp=await stamp_of(browser, invited, "closing"))
    assert json.loads((await stored(db))[0]["answers"]) == {}


async def test_a_forged_stamp_costs_no_answer(db, browser, invited):
    await send(browser, invited, "initiation", {"booking_ease": "9"}, stamp="0.0.forged")
    (row,) = await stored(db)
    assert json.loads(row["answers"]) == {"booking_ease": 9}
    assert json.loads(row["pages"])["initiation"]["seconds"] is None


async def test_unknown_and_expired_links_look_alike(db, settings, browser, invited):
    unknown = await browser.get("/s/AAAAAAAAAAAAAAAAAAAAAA")
    later = create_app(settings, lambda: cast.NOW + timedelta(days=17))
    async with AsyncTestClient(later) as client:
        expired = await client.get(f"/s/{invited.token}")
    assert (expired.status_code, expired.text) == (unknown.status_code, unknown.text) == (404, unknown.text)


async def test_two_submissions_at_once_make_one_response(db, browser, invited):
    from anyio import create_task_group

    async with create_task_group() as together:
        for point in range(1, 11):
            together.start_soon(send, browser, invited, "initiation", {"booking_ease": str(point)})
    (row,) = await stored(db)
    assert row["revision"] == 10


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe%zz=&&&=", b"stamp=" + b"9" * 4000, b"booking_ease=10&booking_ease=99", b"a=1&" * 5000, b"{}"],
)
async def test_no_body_gives_a_500(browser, invited, body):
    answer = await browser.post(f"/s/{invited.token}/initiation", content=body, follow_redirects=False)
    assert answer.status_code in (303, 413, 422)


async def test_the_longest_text_that_a_definition_may_allow_can_be_sent(db, settings, browser):
    longest = load_definition(shipped_folder("questionnaires") / "csi.yaml").model_dump()
    comment = next(item for page in longest["pages"] for item in page["items"] if item["id"] == "comment")
    comment["max_length"] = 5_000
    invited = await cast.invite(db, settings, Definition.model_validate(longest))
    answer = await send(browser, invited, PAGES[-1], {"comment": "𠮷" * 5_000})
    assert answer.status_code == 303
    assert json.loads((await stored(db))[0]["answers"])["comment"] == "𠮷" * 5_000


async def test_a_body_of_more_than_64_kilobytes_is_refused_with_a_page(browser, invited):
    answer = await browser.post(f"/s/{invited.token}/initiation", content=b"comment=" + b"a" * 70_000)
    assert answer.status_code == 413
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"booking_ease": 9}'),
        (
            "multipart/form-data; boundary=X",
            b'--X\r\nContent-Disposition: form-data; name="booking_ease"\r\n\r\n9\r\n--X--',
        ),
    ],
)
async def test_a_body_that_is_no_form_is_refused_and_never_taken_for_a_page_without_answers(
    db, browser, invited, kind, body
):
    answer = await browser.post(f"/s/{invited.token}/initiation", content=body, headers={"content-type": kind})
    assert answer.status_code == 415
    assert await stored(db) == []


async def test_a_compressed_body_is_refused(db, browser, invited):
    headers = {"content-type": "application/x-www-form-urlencoded", "content-encoding": "gzip"}
    answer = await browser.post(f"/s/{invited.token}/initiation", content=b"\x1f\x8b", headers=headers)
    assert answer.status_code == 415
    assert await stored(db) == []


async def test_a_database_that_takes_no_writes_asks_for_patience_and_loses_nothing_typed(
    engine_name, browser, invited, caplog
):
    browser.blocking_portal.call(browser.app.state.survey.db.write, cast.taking_no_writes(engine_name))
    typed = '等候时间 "太长" <b>'
    answer = await send(browser, invited, "closing", {"overall": "7", "comment": typed})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "请稍候" in answer.text
    assert '<input type="hidden" name="overall" value="7">' in answer.text
    assert f'name="comment" value="{escape(typed)}"' in answer.text
    assert '<form method="post">' in answer.text
    assert not [record for record in caplog.records if record.exc_info]
    assert typed not in caplog.text


async def test_a_connection_that_ends_in_the_middle_of_a_form_stores_nothing_and_is_no_defect(
    db, browser, invited, caplog
):
    path = f"/s/{invited.token}/initiation"
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http"}
    scope |= {"path": path, "raw_path": path.encode(), "root_path": "", "query_string": b""}
    scope |= {"headers": [(b"content-length", b"1000")], "client": None, "server": ("x", 80), "state": {}}
    arriving = iter(
        [{"type": "http.request", "body": b"booking_ease=9", "more_body": True}, {"type": "http.disconnect"}]
    )
    sent = []

    async def receive():
        return next(arriving)

    async def send_back(message):
        sent.append(message)

    browser.blocking_portal.call(browser.app, scope, receive, send_back)
    assert sent[0]["status"] == 400
    assert await stored(db) == []
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_link_checker_may_ask_with_head(browser, invited):
    for path in (f"/s/{invited.token}", f"/s/{invited.token}/initiation"):
        assert (await browser.head(path)).status_code == 200
    assert (await browser.head("/s/unknown")).status_code == 404


async def test_a_method_that_is_not_allowed_is_answered_with_those_that_are(browser, invited):
    answer = await browser.put(f"/s/{invited.token}/initiation")
    assert answer.status_code == 405
    assert {"GET", "HEAD", "POST"} <= set(answer.headers["allow"].split(", "))


async def test_every_page_allows_its_own_style_and_script_and_nothing_else(browser, invited):
    for path in (f"/s/{invited.token}", f"/s/{invited.token}/initiation", "/s/unknown", "/elsewhere"):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        hashed = r"'sha256-[\w+/]{43}='"
        assert re.fullmatch(
            rf"default-src 'none'; style-src {hashed}; script-src {hashed}; connect-src 'self'; img-src data:; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            policy,
        )
        assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")


async def test_no_token_is_logged(browser, invited, caplog):
    caplog.set_level("INFO")
    await fill(browser, invited)
    assert "POST /s/... 303" in caplog.text
    surveyplat_lines = [record.getMessage() for record in caplog.records if record.name.startswith("surveyplat")]
    assert surveyplat_lines
    assert invited.token not in "".join(surveyplat_lines)
