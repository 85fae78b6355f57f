"""Who goes back, skips ahead or types on two devices: no demand is got round, and nothing off the path counts."""

import json
import re

import cast
import pytest
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.storage.tables import Response

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("engine_name", ["sqlite"])]

YES_NO = [{"code": "yes", "text": {"en": "Yes"}}, {"code": "no", "text": {"en": "No"}}]
OPEN = [
    {"code": "shop", "text": {"en": "The {{shop}} of {dealer}"}},
    {"code": "other", "text": {"en": "Not {dealer}"}, "other": True},
]


def item(name, kind="single", text="Question", **keys):
    choices = {"choices": YES_NO} if kind == "single" else {}
    return {"id": name, "type": kind, "text": {"en": text}, **choices, **keys}


def page(name, *items, **keys):
    return {"id": name, "title": {"en": name}, "items": list(items), **keys}


def survey(*pages, **keys):
    content = {
        "surveyplat": 1, "study": "back", "version": "1", "title": {"en": "Back"}, "languages": ["en"], "minutes": 9,
        "introduction": {"en": "Hello."}, "thanks": {"en": "Bye."}, "pages": pages, "measurement": {},
        "fieldwork": {"trigger": "service", "delay_days": 1, "expires_days": 30, "occasion": "event"},
    }  # fmt: skip
    return definition_from_yaml(json.dumps(content | keys).encode(), "back.yaml")


@pytest.fixture
async def browser(settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as client:
        yield client


class Respondent:
    def __init__(self, browser, link):
        self.browser, self.link = browser, link

    async def stamp(self, page_id):
        shown = await self.browser.get(f"{self.link}/{page_id}")
        return re.search(r'name="stamp" value="([^"]+)"', shown.text)[1]

    async def send(self, page_id, stamp=None, **fields):
        fields["stamp"] = stamp or await self.stamp(page_id)
        return await self.browser.post(f"{self.link}/{page_id}", data=fields)


@pytest.fixture
def invited(db, settings, browser):
    async def invite(definition, number=1):
        return Respondent(browser, f"/s/{(await cast.invite(db, settings, definition, number)).token}")

    return invite


async def outcome(db):
    [row] = await db.read(Response.select(Response.outcome, Response.answers))
    return row["outcome"], json.loads(row["answers"])


async def test_a_demanded_answer_that_was_taken_away_again_is_asked_for_before_the_end(db, invited):
    person = await invited(
        survey(page("p1", item("agreed", "consent", required=True)), page("p2", item("comment", "text")))
    )
    await person.send("p1", agreed="yes")
    assert (await person.send("p1")).status_code == 422
    assert (await person.send("p2", comment="good")).url.path == f"{person.link}/p1"
    assert await outcome(db) == (None, {"agreed": False, "comment": "good"})
    assert (await person.send("p1", agreed="yes")).url.path == f"{person.link}/receipt"


@pytest.mark.parametrize(
    "demand",
    [
        {"items": [item("why", "text", required_when={"answer": "again", "equals": "no"})]},
        {
            "items": [item("why", "text")],
            "checks": [
                {
                    "that": {"any": [{"answer": "again", "equals": "yes"}, {"answer": "why", "answered": True}]},
                    "message": {"en": "Why?"},
                    "at": "why",
                }
            ],
        },
    ],
    ids=["required when", "check"],
)
async def test_what_an_earlier_answer_demands_later_is_asked_for_before_the_end(db, invited, demand):
    person = await invited(survey(page("p1", item("again")), page("p2", **demand)))
    await person.send("p1", again="yes")
    await person.send("p1", again="no")
    assert (await outcome(db))[0] is None
    other = await invited(survey(page("p1", item("again")), page("p2", **demand), version="2"), 2)
    await other.send("p2")
    assert (await other.send("p1", again="no")).url.path == f"{other.link}/p2"
    assert (await other.send("p2")).status_code == 422
    assert (await other.send("p2", why="dear")).url.path == f"{other.link}/receipt"


async def test_an_answer_off_the_path_demands_and_checks_nothing_and_is_in_no_text(invited):
    reason = item("reason", "text", "You said: {answer.reason_before|nothing}, {calculated.told|nothing}.")
    reason["required_when"] = {"answer": "reason_before", "answered": True}
    check = {"that": {"answer": "reason_before", "differs": "noise"}, "message": {"en": "No."}, "at": "reason"}
    person = await invited(
        survey(
            page("p1", item("again")),
            page("p2", item("reason_before", "text"), show={"answer": "again", "equals": "no"}),
            page("p3", reason, checks=[check]),
            page("p4", item("last", "text")),
            calculated={"told": {"answer": "reason_before"}},
        )
    )
    await person.send("p1", again="no")
    shown = await person.send("p2", reason_before="noise")
    assert "You said: noise, noise." in shown.text
    shown = await person.send("p1", again="yes")
    assert "You said: nothing, nothing." in shown.text
    assert (await person.send("p3")).url.path == f"{person.link}/p4"


async def test_a_quota_counts_nobody_for_an_answer_off_the_path_and_the_full_one_says_so(db, invited):
    quotas = [
        {"id": "room", "when": {"answer": "owner", "answered": True}, "limit": 9, "thanks": {"en": "There is room."}},
        {"id": "red", "when": {"answer": "red", "equals": "yes"}, "limit": 1, "thanks": {"en": "Enough red cars."}},
    ]
    definition = survey(
        page("p1", item("owner")), page("p2", item("red"), show={"answer": "owner", "equals": "yes"}),
        page("p3", item("comment", "text")), quotas=quotas,
    )  # fmt: skip
    first, second, third = [await invited(definition, number) for number in (1, 2, 3)]
    for page_id, answer in (("p1", {"owner": "yes"}), ("p2", {"red": "yes"}), ("p3", {})):
        await first.send(page_id, **answer)
    await second.send("p1", owner="yes")
    await second.send("p2", red="yes", saving="draft")
    assert (await second.send("p1", owner="no")).url.path == f"{second.link}/p3"
    await third.send("p1", owner="yes")
    assert "Enough red cars." in (await third.send("p2", red="yes")).text


async def test_labels_are_filled_in_wherever_an_answer_is_said_again(invited):
    person = await invited(
        survey(
            page("p1", item("place", choices=OPEN), item("agreed", "consent")),
            page("p2", item("comment", "text", "{answer.place|none}, {answer.agreed|none}.")),
        )
    )
    assert "“Not 示例一店”" in (await person.send("p1", place="other")).text
    shown = await person.send("p1", place="shop", agreed="yes")
    assert "The {shop} of 示例一店, yes." in shown.text


async def test_other_words_of_another_device_are_shown(invited):
    person = await invited(survey(page("p1", item("place", choices=OPEN)), page("p2", item("comment", "text"))))
    phone, tablet = [await person.stamp("p1") for _ in range(2)]
    await person.send("p1", phone, place="other", place__words="The market")
    shown = await person.send("p1", tablet, place="other", place__words="The station")
    assert shown.status_code == 409
    assert re.search(r'href="#place__words".*<b>The market</b>.*<b>The station</b>', shown.text, re.DOTALL)
