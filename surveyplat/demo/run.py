"""The demonstration's way: fortnight by fortnight through two quarters, from events to reports and actions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from surveyplat.audit.periods import parse_period
from surveyplat.demo.calendar import stops
from surveyplat.demo.customers import Customer, Tick, fill_directly, fill_over_http, invited_at
from surveyplat.demo.instance import demo_environment
from surveyplat.errors import Fault, InvalidInput
from surveyplat.fieldwork.events import intake
from surveyplat.fieldwork.people import Vault
from surveyplat.forms.loading import load_study
from surveyplat.forms.pages import Survey
from surveyplat.links import link_for
from surveyplat.pipeline import freeze_period, invite_due, report_period, score_period
from surveyplat.publishing import MadeReport
from surveyplat.scored_periods import PeriodScores
from surveyplat.settings import Settings
from surveyplat.simulation.behaviour import Behaviour
from surveyplat.simulation.events import SyntheticEvent, synthetic_events, write_events_csv
from surveyplat.simulation.group import DEFAULT_SEED, QUARTERS
from surveyplat.storage.database import Database
from surveyplat.timelines.judged_actions import judged_actions
from surveyplat.timelines.walking import Instance
from surveyplat.web.server_process import running_server

STUDIES = ("csi", "iqs")
LANGUAGES = ("zh-Hans", "en")
OVER_HTTP = 240
"""Surveys filled through a real server, in one fortnight; all others go through the same code directly."""
_BROWSER_DAY = timedelta(days=21)
"""After the second quarter's first day: the fortnight whose answers go over HTTP."""
_ANSWERING_TAKES = timedelta(days=1)

Stage = Callable[[str, int], Tick]
"""Names what is being done and how many steps it has; gives the function to call after each step."""


@dataclass
class Told:
    """What a run did, for the account at its end."""

    events: int = 0
    invitations: int = 0
    submitted_over_http: int = 0
    submitted_directly: int = 0
    scored: dict[tuple[str, str], PeriodScores] = field(default_factory=dict)
    """(study, period) -> its scores."""
    reports: list[MadeReport] = field(default_factory=list)


class Demonstration:
    """One run on one empty instance; ``live`` goes through every stop of the calendar."""

    def __init__(self, db: Database, settings: Settings, folder: Path, stage: Stage) -> None:
        self.told = Told()
        self._db = db
        self._settings = settings
        self._folder = folder
        self._stage = stage
        self._now = stops()[0].now
        self._survey = Survey(db, settings, lambda: self._now)
        self._coming = list(synthetic_events())
        self._known = {event.event_id: event for event in self._coming}
        self._behaviours = {study: Behaviour(DEFAULT_SEED, load_study(study)) for study in STUDIES}

    async def live(self) -> Told:
        fortnights = [stop for stop in stops() if stop.closing is None]
        tick = self._stage("Fortnights: events, invitations, answers", len(fortnights))
        for stop in stops():
            if stop.closing is None:
                await self._fortnight(stop.now)
                tick()
            else:
                await self._close(stop.closing, stop.now)
        return self.told

    async def _fortnight(self, now: datetime) -> None:
        """Events come in, whoever is due is invited, and a day later those who answer have answered."""
        await self._take_in(now)
        customers: list[Customer] = []
        for study in STUDIES:
            self.told.invitations += (await invite_due(self._db, self._settings, load_study(study), now=now)).invited
            customers += await self._who_answers(study, now)
        self._now = now + _ANSWERING_TAKES
        over_http = OVER_HTTP if _is_browser_fortnight(now) else 0
        await self._fill_over_http(customers[:over_http])
        await self._fill_directly(customers[over_http:])

    async def _take_in(self, now: datetime) -> None:
        happened = [event for event in self._coming if event.occurred_at <= now]
        self._coming = self._coming[len(happened) :]
        self.told.events += await take_in(
            self._db, self._settings, self._folder / "events" / f"{now:%Y-%m-%d}", happened, now
        )

    async def _who_answers(self, study: str, now: datetime) -> list[Customer]:
        tokens = await invited_at(self._db, self._settings, study, now)
        filled = ((token, self._behaviours[study].answers_for(self._known[event])) for event, token in tokens.items())
        return [Customer(token, survey) for token, survey in filled if survey is not None]

    async def _fill_over_http(self, customers: Sequence[Customer]) -> None:
        if not customers:
            return
        tick = self._stage("Surveys filled over HTTP", len(customers))
        with running_server(demo_environment(self._folder, self._now)) as server:
            await fill_over_http(server.address, self._survey, customers, tick)
        self.told.submitted_over_http += sum(customer.filled.complete for customer in customers)

    async def _fill_directly(self, customers: Sequence[Customer]) -> None:
        await fill_directly(self._survey, customers, lambda: None)
        self.told.submitted_directly += sum(customer.filled.complete for customer in customers)

    async def _close(self, quarter: str, now: datetime) -> None:
        """Freeze, score and report the quarter in both studies and both languages."""
        period = parse_period(quarter)
        tick = self._stage(f"{quarter}: freeze, score, report", len(STUDIES) * (2 + len(LANGUAGES)))
        for study in STUDIES:
            await freeze_period(self._db, self._settings, study, period, now=now)
            tick()
            self.told.scored[study, quarter] = await score_period(self._db, self._settings, study, period)
            tick()
            judged = await judged_actions(Instance(self._db, self._settings, study), period)
            for language in LANGUAGES:
                made = await report_period(self._db, self._settings, study, period, language, now=now, judged=judged)
                self.told.reports.append(made)
                tick()


async def take_in(
    db: Database, settings: Settings, folder: Path, events: Sequence[SyntheticEvent], now: datetime
) -> int:
    """Write the events as a dealer's system would and take the file in; how many were new.

    Raises ``InvalidInput`` when a synthetic row was refused, which says that the demonstration itself is at fault.
    """
    path = write_events_csv(folder, events)
    report = await intake(db, Vault(settings.keys.data), path, now=now, data_dir=settings.data_dir)
    if report.quarantine is not None:
        cause = f"{report.refused} synthetic rows were refused"
        raise InvalidInput([Fault("events", str(report.quarantine), cause, "Read there why, and mend the simulation")])
    return report.new


def _is_browser_fortnight(now: datetime) -> bool:
    return now.date() == QUARTERS[-1].first + _BROWSER_DAY


async def link_to_try(db: Database, settings: Settings, folder: Path) -> str:
    """One more visit, after the last quarter, whose invitation is still open: its personal link."""
    today = stops()[-1].now
    visit = next(event for event in synthetic_events() if event.kind == "service")
    recent = replace(visit, event_id="SYN-TRY", occurred_at=visit.occurred_at.replace(2026, today.month, today.day - 5))
    await take_in(db, settings, folder / "events" / "try", [recent], today)
    await invite_due(db, settings, load_study("csi"), now=today)
    tokens = await invited_at(db, settings, "csi", today)
    return link_for(settings.base_url, tokens[recent.event_id])
