"""A running server with invitations of any study, for the tests that look at pages as a visitor does."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cast
import httpx
from playwright.async_api import Browser, Page
from respondents import Respondent, respondents

from surveyplat.forms.asked import PageOnPath
from surveyplat.forms.items import Item
from surveyplat.forms.language import Definition
from surveyplat.forms.loading import load_definition, load_definitions
from surveyplat.forms.wording import filled
from surveyplat.settings import Settings
from surveyplat.shipped import shipped_folder
from surveyplat.storage.database import open_database
from surveyplat.web.server_process import running_server

SHIPPED = {definition.study: definition for definition in load_definitions([shipped_folder("questionnaires")])}
ARABIC = load_definition(Path(__file__).with_name("arabic.yaml"))

PATIENCE = 60_000
"""Milliseconds within which a page does what is expected of it, however busy the machine is."""


@dataclass(frozen=True)
class Sight:
    """A page of questions as somebody comes to it: its address, and the items that are shown there."""

    address: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Site:
    address: str
    settings: Settings
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def invite(self, definition: Definition) -> str:
        """The personal link of a new customer."""
        async with open_database(self.settings.database_url) as db:
            invited = await cast.invite(db, self.settings, definition, next(self._numbers))
        return f"{self.address}/s/{invited.token}"

    async def sights(self, definition: Definition) -> list[Sight]:
        """Pages that show every item of a study between them, each to somebody who has answered what comes before.

        The details of one problem look like those of any other of its checklist: one such page is enough.
        """
        seen: set[str] = set()
        sights: list[Sight] = []
        for respondent in respondents(definition):
            way = list(respondent.way())
            new = [page for page in way if not seen.issuperset(_looks(page))]
            if not new:
                continue
            link = await self.invite(definition)
            await _answer(link, respondent, way[: way.index(new[-1])])
            sights += [Sight(f"{link}/{page.id}", page.items) for page in new]
            seen.update(*map(_looks, new))
        return sights


def _looks(page: PageOnPath) -> tuple[str, ...]:
    return (page.id,) if page.page.checklist else page.item_ids


async def _answer(link: str, respondent: Respondent, pages: list[PageOnPath]) -> None:
    async with httpx.AsyncClient(verify=False) as client:  # reading the certificates would take most of the time
        for page in pages:
            body: dict[str, list[str]] = {}
            for name, value in respondent.fields(page.items):
                body.setdefault(name, []).append(value)
            sent = await client.post(f"{link}/{page.id}", data=body)
            if sent.status_code != httpx.codes.SEE_OTHER:
                raise AssertionError(f"{page.id} of {respondent.definition.study} was not taken: {sent.status_code}")


def as_read(text: str) -> str:
    """A text with what its placeholders stand for on the pages of everybody who is invited here."""
    return filled(text, lambda placeholder: {"dealer": "示例一店"}[placeholder.name])


def environment(settings: Settings) -> dict[str, str]:
    """The settings of an instance, as a server process reads them."""
    return {
        "SURVEYPLAT_DATABASE_URL": settings.database_url,
        "SURVEYPLAT_DATA_DIR": str(settings.data_dir),
        "SURVEYPLAT_LINK_KEY": settings.link_key.get_secret_value(),
        "SURVEYPLAT_DATA_KEY": settings.data_key.get_secret_value(),
        "SURVEYPLAT_CLOCK": cast.NOW.isoformat(),
    }


@contextmanager
def running_site(settings: Settings) -> Iterator[Site]:
    with running_server({**environment(settings), "SURVEYPLAT_SYNTHETIC": "true"}) as server:
        yield Site(server.address, settings)


@asynccontextmanager
async def on_a_phone(
    browser: Browser, *, width: int = 390, axe: Path | None = None, **options: Any
) -> AsyncIterator[Page]:
    """A page of a browser as it comes out of the box; ``axe`` is a script that every document begins with."""
    context = await browser.new_context(viewport={"width": width, "height": 844}, has_touch=True, **options)
    context.set_default_timeout(PATIENCE)
    if axe is not None:
        await context.add_init_script(path=axe)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def refuse(page: Page) -> None:
    """Send the page with a forged answer to its every question, so that it comes back with all its errors.

    Needs JavaScript: nobody can do this with the page's own controls.
    """
    async with page.expect_navigation():
        await page.evaluate(
            """() => {
                for (const control of document.querySelectorAll('form [name]')) {
                    if (control.name === 'stamp') continue
                    if (control.type === 'radio' || control.type === 'checkbox') {
                        control.value = 'forged'
                        control.checked = true
                    } else if (control.options) {
                        control.options[0].value = 'forged'
                        control.selectedIndex = 0
                    } else {
                        if (control.type === 'date') control.type = 'text'
                        control.value = 'long '.repeat(1200)
                    }
                }
                document.forms[0].submit()
            }"""
        )


async def fill_to_the_end(page: Page, link: str) -> None:
    """Choose the first answer of every question, page by page, until the receipt is there."""
    await page.goto(link)
    await page.locator("main a.button").click()
    while "/receipt" not in page.url:
        for group in await page.locator("fieldset").all():
            await group.locator("input").first.check()
        await page.locator("main button").click()
