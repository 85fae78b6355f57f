"""Whatever definition the linter accepts can be walked to its end, and whatever is sent gets a page."""

import json
import random

import cast
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from litestar.testing import AsyncTestClient

from surveyplat.app import create_app
from surveyplat.errors import DefinitionError
from surveyplat.forms.evaluation import Facts
from surveyplat.forms.loading import definition_from_yaml
from surveyplat.forms.routing import route
from surveyplat.storage.tables import Response

pytestmark = pytest.mark.anyio

CODES = ("a", "b", "c")
CHOICES = [{"code": code, "text": {"en": code.upper()}} for code in CODES]
DAYS = ("2026-09-01", "2026-09-15")
KINDS = {
    "rating": {"scale": "points"},
    "single": {"choices": [*CHOICES[:2], {**CHOICES[2], "other": True}]},
    "multiple": {"choices": CHOICES},
    "number": {"minimum": 0, "maximum": 9},
    "date": {},
    "text": {"max_length": 50},
    "ranking": {"choices": CHOICES, "places": 2},
    "constant_sum": {"choices": CHOICES, "total": 10},
    "consent": {},
    "information": {},
}
TRIES = 60


def rules_about(item, kind):
    """Rules that an answer to the item can make true or false."""
    name = {"answer": item}
    yield {**name, "answered": True}
    if kind in ("rating", "number"):
        yield {**name, "at_most": 3}
        yield {**name, "above": 2}
    elif kind in ("single", "multiple", "ranking"):
        yield {**name, **({"one_of": ["a", "c"]} if kind == "single" else {"includes": "b"})}
    elif kind == "consent":
        yield {**name, "equals": True}


@st.composite
def definitions(draw):
    """A questionnaire of up to five pages, with rules over whatever was asked on earlier ones."""
    earlier, pages = [], []
    for number in range(draw(st.integers(1, 5))):
        items = [draw(items_of(number, place, earlier)) for place in range(draw(st.integers(1, 3)))]
        page = {"id": f"p{number}", "title": {"en": f"Page {number}"}, "items": items}
        if earlier and draw(st.booleans()):
            page["show"] = draw(conditions(earlier))
        earlier += [(item["id"], item["type"]) for item in items if item["type"] != "information"]
        if earlier and draw(st.integers(0, 4)) == 0:
            page["end"] = {
                "when": draw(conditions(earlier)),
                "outcome": draw(st.sampled_from(["complete", "screened_out"])),
            }
        pages.append(page)
    return {
        "surveyplat": 1, "study": "walk", "version": "1", "title": {"en": "Walk"}, "languages": ["en"], "minutes": 9,
        "introduction": {"en": "Hello."}, "thanks": {"en": "Bye."}, "pages": pages, "measurement": {},
        "scales": {"points": {"minimum": 1, "maximum": 5, "labels": {1: {"en": "Bad"}, 5: {"en": "Good"}}}},
        "fieldwork": {"trigger": "service", "delay_days": 1, "expires_days": 30, "occasion": "event"},
    }  # fmt: skip


@st.composite
def items_of(draw, page, place, earlier):
    kind = draw(st.sampled_from(sorted(KINDS)))
    item = {"id": f"i{page}_{place}", "type": kind, "text": {"en": f"Item {page} {place}"}, **KINDS[kind]}
    if kind != "information" and draw(st.booleans()):
        item["required"] = True
    if earlier and draw(st.booleans()):
        item["show"] = draw(conditions(earlier))
    if kind in ("single", "multiple", "ranking") and draw(st.booleans()):
        item["order"] = "random"
    return item


@st.composite
def conditions(draw, earlier):
    rules = [rule for item, kind in earlier for rule in rules_about(item, kind)]
    parts = draw(st.lists(st.sampled_from(rules), min_size=1, max_size=3))
    return parts[0] if len(parts) == 1 else {draw(st.sampled_from(["all", "any", "none"])): parts}


def accepted(content):
    """The definition, None when the linter has something against it (a page that is never shown, say)."""
    try:
        return definition_from_yaml(json.dumps(content).encode(), "walk.yaml")
    except DefinitionError:
        return None


def typed(rng, item):
    """Fields that answer an item."""
    match item.type:
        case "rating":
            return {item.id: str(rng.randint(1, 5))}
        case "single":
            code = rng.choice(CODES)
            return {item.id: code, **({f"{item.id}__words": "mine"} if code == "c" else {})}
        case "multiple":
            return {item.id: rng.sample(CODES, rng.randint(1, 3))}
        case "number":
            return {item.id: str(rng.randint(0, 9))}
        case "date":
            return {item.id: rng.choice(DAYS)}
        case "text":
            return {item.id: rng.choice(["good", "好", "<b>&"])}
        case "ranking":
            first, second = rng.sample(CODES, 2)
            return {f"{item.id}__1": first, f"{item.id}__2": second}
        case "constant_sum":
            return {f"{item.id}__a": "4", f"{item.id}__b": "6"}
        case "consent":
            return {item.id: "yes"} if item.required or rng.random() < 0.5 else {}
        case _:
            return {}


async def walk(browser, link, definition, rng):
    """Answer what is shown, page by page, until the receipt is there; gives the pages seen."""
    shown, seen = await browser.get(link), []
    while "/receipt" not in shown.url.path:
        page_id = seen[-1] if shown.status_code == 422 else shown.url.path.removeprefix(link).strip("/") or "p0"
        if page_id == "p0" and "p0" not in seen:
            shown = await browser.get(f"{link}/p0")
        seen.append(page_id)
        assert len(seen) <= TRIES, seen
        fields = {}
        for item in definition.page(page_id).items:
            if f'name="{item.id}' in shown.text and (getattr(item, "required", False) or rng.random() < 0.8):
                fields |= typed(rng, item)
        shown = await browser.post(f"{link}/{page_id}", data=fields)
        assert shown.status_code == 200, shown.text
    return seen


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_every_accepted_definition_leads_to_its_receipt(db, settings):
    counted = {"walked": 0}

    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as browser:
        rng = random.Random(7)
        for number, content in enumerate(_examples(definitions(), 100), start=1):
            definition = accepted(content)
            if definition is None:
                continue
            invited = await cast.invite(db, settings, definition, number)
            seen = await walk(browser, f"/s/{invited.token}", definition, rng)
            rows = await db.read(Response.select().where(Response.invitation == invited.invitation))
            await _holds_what_the_path_shows(definition, rows[0], seen)
            counted["walked"] += 1
    assert counted["walked"] >= 25


async def _holds_what_the_path_shows(definition, row, seen):
    answers, pages = json.loads(row["answers"]), json.loads(row["pages"])
    path = route(definition, Facts(answers, {"kind": "service"}), str(row["invitation"]))
    assert sorted(pages) == sorted(page.id for page in path.pages)
    assert set(pages) <= set(seen)
    asked = {name for page in path.pages for item in page.item_ids for name in (item, f"{item}__words")}
    assert set(answers) <= asked
    assert row["outcome"] == (path.end.outcome if path.end else "complete")


def _examples(strategy, count):
    """As many examples of a strategy, the same in every run."""
    found = []

    @hypothesis_settings(max_examples=count, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(example):
        found.append(example)

    collect()
    return found


NAMES = st.one_of(
    st.sampled_from(["i0_0", "i0_1", "i1_0", "i0_0__1", "i0_0__a", "i0_0__words", "stamp", "saving"]),
    st.text(max_size=5),
)
VALUES = st.one_of(
    st.sampled_from(["1", "a", "c", "yes", "draft", "2026-09-01", "", "99999999999"]), st.text(max_size=8)
)
POSTS = st.lists(
    st.tuples(
        st.sampled_from(["p0", "p1", "p2", "receipt", "nowhere"]), st.lists(st.tuples(NAMES, VALUES), max_size=6)
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_any_series_of_posts_ends_in_a_page_and_the_survey_can_still_be_finished(db, settings):
    async with AsyncTestClient(create_app(settings, lambda: cast.NOW)) as browser:
        rng, number = random.Random(8), 0
        for content, posts in _examples(st.tuples(definitions(), POSTS), 80):
            definition = accepted(content)
            if definition is None:
                continue
            number += 1
            link = f"/s/{(await cast.invite(db, settings, definition, number)).token}"
            for page, fields in posts:
                data = {name: [value for other, value in fields if other == name] for name, _ in fields}
                answer = await browser.post(f"{link}/{page}", data=data)
                assert answer.status_code in (200, 204, 409, 422), (page, fields, answer.text)
                assert answer.status_code in (204, 409) or "<main>" in answer.text
            await walk(browser, link, definition, rng)
    assert number >= 25
