"""Every kind of item over HTTP: what is good is stored in its type, what is bad is said, and both are shown again."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.forms.loading import load_definition
from surveyplat.storage.tables import Response

pytestmark = pytest.mark.anyio

DEFINITIONS = Path(__file__).parent / "definitions"
COLOURS = [("colours__1", "blue"), ("colours__2", "red")]


class Survey:
    """One person's link to a definition of ``definitions``."""

    def __init__(self, db, browser, link):
        self._db, self._browser, self._link = db, browser, link

    async def send(self, *fields, page="questions", lang="en"):
        """What comes back when these fields are sent: None for a page that was passed, else the refused page."""
        body = "&".join(f"{name}={_quoted(value)}" for name, value in fields)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = await self._browser.post(
            f"{self._link}/{page}?lang={lang}", content=body, headers=headers, follow_redirects=False
        )
        assert answer.status_code in (303, 422)
        return None if answer.status_code == 303 else Refused(answer.text)

    async def page(self, page="questions", lang="en"):
        return (await self._browser.get(f"{self._link}/{page}?lang={lang}")).text

    async def answers(self):
        rows = await self._db.read(Response.select(Response.answers))
        return json.loads(rows[0]["answers"]) if rows else {}


class Refused(HTMLParser):
    """A page that came back: what it says at which field, and what stands in its fields."""

    def __init__(self, html):
        super().__init__()
        self.html, self.shown = html, {}
        found = re.findall(r'<p class="error" id="error-(\w+)">Error: (.*?)</p>', html)
        self.said = {field: unescape(text) for field, text in found}
        self._list = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        if tag == "select":
            self._list = known["name"]
        elif tag == "option" and "selected" in known:
            self.shown[self._list] = known["value"]
        elif known.get("type") in ("text", "date") or "checked" in known:
            self.shown.setdefault(known["name"], []).append(known["value"])


def _quoted(text):
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.fixture
async def browser(settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as client:
        yield client


@pytest.fixture
def survey(db, settings, browser):
    async def invited_to(name):
        invited = await cast.invite(db, settings, load_definition(DEFINITIONS / f"{name}.yaml"))
        return Survey(db, browser, f"/s/{invited.token}")

    return invited_to


@pytest.mark.parametrize(
    ("name", "fields", "answers"),
    [
        ("number", [("mileage", "12,000"), ("consumption", "7.5"), ("warmer", "-2")], [12000, 7.5, -2]),
        ("number", [("mileage", "１２ ０００ km"), ("consumption", "7.0"), ("warmer", "+30")], [12000, 7, 30]),
        ("number", [("mileage", "1"), ("mileage", "0"), ("forged", "1")], [0, None, None]),
        ("number", [("mileage", " ")], [None, None, None]),
        ("date", [("picked_up", "2026-09-15"), ("bought", "1990/1/1")], ["2026-09-15", "1990-01-01"]),
        ("date", [("picked_up", "2026年9月20日"), ("bought", "")], ["2026-09-20", None]),
        ("constant_sum", [("importance__price", "100")], [{"points": {"price": 100, "quality": 0, "service": 0}}]),
        (
            "constant_sum",
            [("importance__price", "30"), ("importance__quality", "３０"), ("importance__service", "40")],
            [{"points": {"price": 30, "quality": 30, "service": 40}}],
        ),
        ("constant_sum", [("importance", "100"), ("importance__forged", "100")], [None]),
        ("consent", [("agree", "yes"), ("contact", "yes"), ("contact", "yes")], [True, True]),
        ("consent", [("agree", "yes")], [True, False]),
        ("other", [("why", "near"), ("why__words", "left over"), ("heard", "web")], ["near", None, ["web"], None]),
        ("other", [("why", "other"), ("why__words", " my\0 reason ")], ["other", "my reason", [], None]),
        (
            "other",
            [("heard", "elsewhere"), ("heard", "press"), ("heard", "press"), ("heard__words", "a\r\nb")],
            [None, None, ["press", "elsewhere"], "a\nb"],
        ),
        ("ranking", [("colours__1", "red"), ("colours__2", "blue")], [None, ["red", "blue"]]),
        (
            "ranking",
            [("wishes__1", "room"), ("wishes__2", "care"), ("wishes__4", "price"), *COLOURS],
            [["room", "care"], ["blue", "red"]],
        ),
    ],
)
async def test_what_is_good_is_stored_in_its_type(survey, name, fields, answers):
    opened = await survey(name)
    assert await opened.send(*fields) is None
    definition = load_definition(DEFINITIONS / f"{name}.yaml")
    names = [
        key
        for item in definition.asked[0].items
        for key in ((item.id, f"{item.id}__words") if name == "other" else (item.id,))
    ]
    stored = await opened.answers()
    assert [stored.get(key) for key in names] == answers
    assert set(stored) == {key for key, answer in zip(names, answers, strict=True) if answer is not None}


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("number", {"mileage": "-1"}, "This must be 0 km or more"),
        ("number", {"mileage": "300001"}, "This must be 300,000 km or less"),
        ("number", {"mileage": "12.5"}, "Please enter a whole number"),
        ("number", {"mileage": "a lot"}, "Please enter a number in digits, such as 0"),
        ("number", {"mileage": "1e3"}, "Please enter a number in digits, such as 0"),
        ("number", {"mileage": "9" * 3000}, "Please enter a number in digits, such as 0"),
        ("number", {"consumption": "7.55"}, "Please enter at most 1 decimals"),
        ("number", {"consumption": "0.4"}, "This must be 0.5 litres per 100 km or more"),
        ("number", {"consumption": "7,5"}, "Please enter a number in digits, such as 0.5"),
        ("date", {"picked_up": "2026-09-14"}, "This must be September 15, 2026 or later"),
        ("date", {"picked_up": "2026-09-22"}, "This must be September 20, 2026 or earlier"),
        ("date", {"bought": "2026-02-30"}, "Please enter a day as year, month, day, such as 2026-09-30"),
        ("date", {"bought": "5/9/2026"}, "Please enter a day as year, month, day, such as 2026-09-30"),
        ("date", {"bought": "1989-12-31"}, "This must be January 1, 1990 or later"),
        ("constant_sum", {"importance__price": "60", "importance__quality": "30"}, "So far these come to 90; 10 more"),
        ("constant_sum", {"importance__price": "60", "importance__quality": "50"}, "come to 110, which is 10 more"),
        ("constant_sum", {"importance__price": "100.5"}, "“Price”: please enter a whole number, 0 or more"),
        ("constant_sum", {"importance__quality": "-5"}, "“Quality”: please enter a whole number, 0 or more"),
        ("constant_sum", {"importance__quality": "9" * 30}, "“Quality”: please enter a whole number, 0 or more"),
        ("ranking", {"wishes__1": "care", "wishes__3": "care"}, "“Friendly staff” is chosen more than once"),
        ("ranking", {"wishes__1": "care", "wishes__3": "room"}, "Place 2 is empty"),
        ("ranking", {"wishes__1": "forged"}, "This answer is not one of the choices"),
        ("ranking", {"colours__1": "red"}, "Please choose an answer for each of the 2 places"),
        ("ranking", {"colours__1": ""}, "Please answer this question"),
        ("consent", {"contact": "yes"}, "Please tick this to continue"),
        ("consent", {"agree": "forged"}, "This answer is not one of the choices"),
        ("other", {"why": "other"}, "Please say in words what you mean by “Another reason”"),
        ("other", {"why": "other", "why__words": "x" * 201}, "Please shorten this to 200 characters"),
        ("other", {"why": "forged", "why__words": "x"}, "This answer is not one of the choices"),
    ],
)
async def test_what_is_bad_is_said_at_its_field_and_shown_again_as_it_was_typed(survey, name, fields, said):
    opened = await survey(name)
    refused = await opened.send(*fields.items())
    item = "colours" if "colours__1" in fields else next(iter(fields)).split("__")[0]
    found = refused.said.get(item) or refused.said.get(f"{item}__words") or refused.said["agree"]
    assert said in found
    for field, value in fields.items():
        if value not in ("forged", "other", "yes", ""):
            assert value in refused.shown[field]
    for target in re.findall(r'href="#(\w+)"', refused.html):
        assert f'id="{target}"' in refused.html


async def test_a_day_that_no_picker_shows_comes_back_as_text(survey):
    opened = await survey("date")
    refused = await opened.send(("picked_up", "tomorrow"), ("bought", "2026-09-15"))
    assert '<input type="text" id="picked_up" name="picked_up" value="tomorrow"' in refused.html
    assert '<input type="date" id="bought" name="bought" value="2026-09-15"' in refused.html


async def test_good_answers_beside_a_fault_are_kept(survey):
    opened = await survey("other")
    assert await opened.send(("why", "other"), ("heard", "web"))
    assert await opened.answers() == {"why": "other", "heard": ["web"]}
    html = await opened.page()
    assert 'value="other" checked' in html
    assert 'value="web" checked' in html


async def test_words_go_with_their_choice(survey):
    opened = await survey("every_type")
    for words, html in (("it rained", "it rained"), ("a\"b<c>'", "a&#34;b&lt;c&gt;&#39;")):
        assert await opened.send(("agree", "yes"), ("why", "other"), ("why__words", words)) is None
        assert f'name="why__words" value="{html}"' in await opened.page()
    stamp = re.search(r'name="stamp" value="([^"]+)"', await opened.page())[1]
    fields = [("stamp", stamp), ("agree", "yes"), ("why", "near"), ("why__words", "it rained")]
    assert await opened.send(*fields) is None
    assert 'name="why__words" value=""' in await opened.page()
    assert "why__words" not in await opened.answers()


async def test_no_more_may_be_ticked_than_asked_for_and_all_ticks_stay(survey):
    opened = await survey("other")
    ticks = [("heard", code) for code in ("web", "friends", "press")]
    refused = await opened.send(*ticks)
    assert refused.said == {"heard": "Please tick no more than 2"}
    assert refused.shown["heard"] == ["web", "friends", "press"]
    assert await opened.send(("heard", "none"), ("heard", "web")) is not None
    assert "Tick at most 2." in refused.html


async def test_every_sentence_is_there_in_chinese(survey):
    opened = await survey("constant_sum")
    refused = await opened.send(("importance__price", "60"), lang="zh-Hans")
    assert "目前合计 60，还差 40 才到 100" in refused.html
    assert "合计须为 100 分" in refused.html


async def test_what_was_answered_stands_in_the_fields_again(survey):
    opened = await survey("every_type")
    fields = [
        *[("mileage", "12000"), ("consumption", "7.5"), ("picked_up", "2026-09-16")],
        *[("wishes__1", "room"), ("wishes__2", "care"), ("importance__price", "20"), ("importance__service", "80")],
        *[("agree", "yes"), ("why", "other"), ("why__words", "rain"), ("heard", "web")],
    ]
    assert await opened.send(*fields) is None
    shown = Refused(await opened.page()).shown
    assert {name: shown[name] for name, _ in fields} == {
        name: value if name.startswith("wishes") else [value] for name, value in fields
    }
    assert "contact" not in shown


async def test_a_battery_has_one_lead_and_a_block_too(survey):
    opened = await survey("groups")
    html = await opened.page()
    assert re.findall(r"<h2 id=[^>]*>(.*?)</h2>", html) == ["How do you rate our staff?", "About paying"]
    assert html.count("Think of your last visit.") == 1
    assert "<p>Please have the invoice at hand.</p>\n<p>You find the total at the bottom.</p>" in html
    refused = await opened.send(("polite", "4"))
    assert refused.said == {"honest": "Please answer this question"}
    assert await opened.send(("polite", "4"), ("honest", "5"), ("amount", "80")) is None
    assert await opened.answers() == {"polite": 4, "honest": 5, "amount": 80}


async def test_scales_of_any_length_have_every_label_and_dont_know_apart(survey):
    opened = await survey("scales")
    html = await opened.page()
    for length in (2, 3, 4, 5, 7, 10, 11):
        values = re.findall(rf'name="on{length}" value="(\w+)"', html)
        lowest = 0 if length == 11 else 1
        apart = ["dk"] if length in (5, 11) else []
        assert values == [*map(str, range(lowest, lowest + length)), *apart]
    assert html.count('<label class="choice apart">') == 2
    assert html.count("<span>") == 2 + 3 + 4 + 5 + 7 + 10 + 11 + 2 + 1  # the last is the title above the page
    for field, value in (("on2", "3"), ("on2", "0"), ("on10", "dk"), ("on11", "11"), ("on7", "-1")):
        assert (await opened.send((field, value))).said == {
            field: "This answer is not one of the choices; please choose again"
        }
    sent = [("on2", "2"), ("on3", "1"), ("on4", "4"), ("on5", "dk"), ("on7", "7"), ("on10", "10"), ("on11", "0")]
    assert await opened.send(*sent) is None
    assert (await opened.answers())["on11"] == 0
    assert (await opened.answers())["on5"] == {"missing": "dont_know"}


async def test_only_problems_that_were_ticked_are_asked_about(survey):
    opened = await survey("problem_details")
    assert await opened.send(("engine", "start"), page="engine_page") is None
    html = await opened.page("engine__details")
    assert re.findall(r"<h2 id=[^>]*>(.*?)</h2>", html) == ["Hard to start"]
    assert 'name="start__when"' in html
    assert "noise__when" not in html
    fields = [("start__when", "later"), ("start__repaired", "partly"), ("start__repaired__words", "at home")]
    assert await opened.send(*fields, page="engine__details") is None
    assert await opened.answers() == {"engine": ["start"], **dict(fields)}
