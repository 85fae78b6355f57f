"""A manifest's counts while a correction goes through them: responses stay rows plus exclusions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from surveyplat.audit.gathering import left_out_as
from surveyplat.audit.manifest import population_of, told_population
from surveyplat.audit.withdrawals import NOT_ELIGIBLE, exclusion_of
from surveyplat.fieldwork.event_corrections import AskedEvent, StartedAnswer
from surveyplat.fieldwork.population import EventCell


class Counts:
    """Begins with the counts of the revision before; ``told`` gives those of the next one."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._before = manifest
        self._population = population_of(manifest)
        self._ineligible = Counter(manifest.get("population_ineligible", {}))
        self._exclusions = [dict(each) for each in manifest["exclusions"]]
        self._responses = Counter(manifest["responses_by_state"])
        self._invited = Counter(manifest["invitations_by_state"])
        self._opened = Counter(manifest.get("invitations_opened_by_state", {}))
        self._events = 0

    def withdraw(self, cell: EventCell, code: str) -> None:
        self._exclude(exclusion_of(code), 1)
        if code in NOT_ELIGIBLE and self._remove(cell):
            self._ineligible[cell.dealer] += 1

    def move(self, event: AskedEvent, before: EventCell, after: EventCell) -> None:
        if not _is_ineligible(event) and self._remove(before):
            self._add(after)

    def enter(self, event: AskedEvent, cell: EventCell) -> None:
        """Its answer, if there is one, is counted when late answers are taken in."""
        self._events += 1
        self._invited[event.invitation_state] += 1
        if not _is_ineligible(event):
            self._add(cell)

    def leave(self, event: AskedEvent, cell: EventCell, *, is_row: bool) -> None:
        self._events -= 1
        self._invited[event.invitation_state] -= 1
        if event.answer is not None:
            self._opened[event.invitation_state] -= 1
            self._responses[event.answer.state] -= 1
            if not is_row:
                self._exclude(self._left_out_as(event.answer), -1)
        if not _is_ineligible(event):
            self._remove(cell)

    def _left_out_as(self, answer: StartedAnswer) -> str:
        cut_off = datetime.fromisoformat(self._before["cut_off"])
        return left_out_as(answer.state, answer.outcome, answer.submitted_at, cut_off) or "empty"

    def _exclude(self, reason: str, count: int) -> None:
        entry = next((each for each in self._exclusions if each["reason"] == reason), None)
        if entry is None:
            entry = {"reason": reason, "count": 0}
            self._exclusions.append(entry)
        entry["count"] += count

    def _remove(self, cell: EventCell) -> bool:
        """Whether the population counted an event there."""
        if self._population is None or not self._population[self._known(cell)]:
            return False
        self._population[self._known(cell)] -= 1
        return True

    def _add(self, cell: EventCell) -> None:
        if self._population is not None:
            self._population[self._known(cell)] += 1

    def _known(self, cell: EventCell) -> EventCell:
        """Older manifests count a population by dealer alone."""
        return cell if "population_cells" in self._before else EventCell(cell.dealer, "", "")

    def told(self, sources: Sequence[str]) -> dict[str, Any]:
        """The manifest with the counts as they are now; ``sources`` tells of each row how its answer came in."""
        exclusions = [each for each in self._exclusions if each["count"] > 0]
        told = {
            **self._before,
            **told_population(self._before, self._population),
            "population_ineligible": dict(sorted((+self._ineligible).items())),
            "events": self._before["events"] + self._events,
            "invited": sum(self._invited.values()),
            "invitations_by_state": dict(+self._invited),
            "responses": len(sources) + sum(each["count"] for each in exclusions),
            "responses_by_state": dict(+self._responses),
            "exclusions": exclusions,
            "row_count": len(sources),
            "rows_by_source": dict(sorted(Counter(sources).items())),
        }
        return told | dict(self._told_of_opened())

    def _told_of_opened(self) -> Iterator[tuple[str, Any]]:
        if "invitations_opened_by_state" in self._before:
            yield "invitations_opened_by_state", dict(+self._opened)


def _is_ineligible(event: AskedEvent) -> bool:
    """Whoever was screened out is in no population."""
    return event.answer is not None and event.answer.outcome == "screened_out"
