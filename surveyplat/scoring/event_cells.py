"""The eligible events of a period by dealer, model and month: what weighted answers are made to add up to."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from surveyplat.scoring.margins import Margin
from surveyplat.scoring.records.coverage import MODEL, MONTH


@dataclass(frozen=True)
class EventCells:
    """Eligible events: dealer -> model ("" without a vehicle) -> events of each of ``months`` ("2026-07")."""

    months: tuple[str, ...]
    counts: Mapping[str, Mapping[str, tuple[int, ...]]]

    def of_dealer(self, dealer: str) -> int:
        return sum(map(sum, self.counts.get(dealer, {}).values()))

    def model_margin(self, dealers: Collection[str]) -> Margin:
        """Events of these dealers by model, in the order of names; models without any are left out."""
        events: Counter[str] = Counter()
        for dealer in dealers:
            for model, by_month in self.counts[dealer].items():
                events[model] += sum(by_month)
        return _margin(MODEL, events)

    def month_margin(self, dealers: Collection[str]) -> Margin:
        """Events of these dealers by month, in their order; months without any are left out."""
        events: Counter[str] = Counter()
        for dealer in dealers:
            for by_month in self.counts[dealer].values():
                events.update(dict(zip(self.months, by_month, strict=True)))
        return _margin(MONTH, events)


def _margin(name: str, events: Mapping[str, int]) -> Margin:
    held = sorted((category, count) for category, count in events.items() if count)
    return Margin(name, tuple(name for name, _ in held), np.array([count for _, count in held], dtype=np.float64))
