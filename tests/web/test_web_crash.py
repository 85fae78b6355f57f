"""A server of several workers is killed under load: no acknowledged answer is lost, and none is stored twice."""

import json

import anyio
import cast
import httpx
import pytest

from surveyplat.forms.loading import load_definition
from surveyplat.shipped import shipped_folder
from surveyplat.storage.database import open_database
from surveyplat.storage.tables import Response
from surveyplat.web.server_process import running_server

pytestmark = pytest.mark.anyio

CSI = load_definition(shipped_folder("questionnaires") / "csi.yaml")
PEOPLE = 60
CLIENTS = 24
ACKNOWLEDGED_BEFORE_THE_KILL = 120


async def fill(client, base, token, point, acknowledged, kill):
    """Send every page of one survey; note each page that the server has acknowledged by its redirect, and ``kill`` it
    when they are enough."""
    for page in CSI.pages:
        items = [item.id for item in page.items if item.type == "rating"]
        answer = await client.post(f"{base}/s/{token}/{page.id}", data=dict.fromkeys(items, str(point)))
        assert answer.status_code == 303
        acknowledged.append((token, page.id, items, point))
        if kill is not None and len(acknowledged) == ACKNOWLEDGED_BEFORE_THE_KILL:
            kill()


async def fill_all(base, people, acknowledged, *, kill=None):
    """Let some clients fill all surveys at once; ``kill`` is called when enough pages have been acknowledged."""
    waiting = list(people)

    async def work():
        async with httpx.AsyncClient(timeout=120, verify=False) as client:  # no certificates to read
            while waiting:
                token, point = waiting.pop()
                try:
                    await fill(client, base, token, point, acknowledged, kill)
                except httpx.TransportError:
                    assert kill is not None
                    return

    async with anyio.create_task_group() as clients:
        for _ in range(CLIENTS):
            clients.start_soon(work)


async def stored_answers(settings, invited):
    async with open_database(settings.database_url) as db:
        rows = await db.read(Response.select())
    by_invitation = {row["invitation"]: row for row in rows}
    assert len(by_invitation) == len(rows)
    return {one.token: by_invitation[one.invitation] for one in invited if one.invitation in by_invitation}


async def test_a_killed_server_has_lost_no_acknowledged_page_and_doubled_none(settings, server_environment):
    async with open_database(settings.database_url) as db:
        invited = [await cast.invite(db, settings, CSI, number) for number in range(1, PEOPLE + 1)]
    people = [(one.token, 1 + number % 10) for number, one in enumerate(invited)]
    environment = {**server_environment, "SURVEYPLAT_WORKERS": "3"}

    acknowledged = []
    with running_server(environment) as server:
        await fill_all(server.address, people, acknowledged, kill=server.kill)
    stored = await stored_answers(settings, invited)
    assert len(acknowledged) >= ACKNOWLEDGED_BEFORE_THE_KILL
    assert len(acknowledged) < PEOPLE * len(CSI.pages)
    for token, page, items, point in acknowledged:
        assert page in json.loads(stored[token]["pages"])
        assert {json.loads(stored[token]["answers"])[item] for item in items} <= {point}

    with running_server(environment) as server:
        await fill_all(server.address, people, [])
        once = await stored_answers(settings, invited)
        await fill_all(server.address, people, [])
    assert await stored_answers(settings, invited) == once
    assert len(once) == PEOPLE
    assert {row["state"] for row in once.values()} == {"complete"}
    assert len({row["receipt"] for row in once.values()}) == PEOPLE
