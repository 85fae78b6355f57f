"""What is planted in the synthetic group, said once. Answers carry it; tests and the demonstration look for it."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from surveyplat.simulation.group import DEFAULT_SEED, QUARTERS, dealer_group, improver

TRUTHS_FILE_NAME = "synthetic-truths.json"
CHANGE_ON = QUARTERS[1].first
"""The first day on which the improver does better and the worsening category fails more often."""

STRONGEST_DRIVER = "quality_fixed"
IMPROVER_BEFORE = 730.0
GAIN = 90.0
WORSENING_CATEGORY = "infotainment"
PP100_BEFORE = 12.0
PP100_AFTER = 24.0


@dataclass(frozen=True)
class PlantedDriver:
    """The attribute that moves overall satisfaction most, by far, and performs worst."""

    study: str
    item: str


@dataclass(frozen=True)
class PlantedGain:
    """One dealer's expected index before and after the change, in points of 1,000; every other dealer stays."""

    study: str
    dealer: str
    before: float
    after: float
    gain: float


@dataclass(frozen=True)
class PlantedRate:
    """One category's expected problems per 100 vehicles before and after the change; every other category stays."""

    study: str
    category: str
    before: float
    after: float


@dataclass(frozen=True)
class PlantedTruths:
    """All of it. ``suppressed_dealers`` get fewer than 30 answers a quarter, so their scores must not be shown."""

    note: str
    seed: int
    periods: tuple[str, ...]
    change_on: date
    driver: PlantedDriver
    dealer: PlantedGain
    category: PlantedRate
    suppressed_dealers: tuple[str, ...]


def planted_truths(seed: int = DEFAULT_SEED) -> PlantedTruths:
    """The truths of the group that this seed makes. They are expected values: answers scatter around them."""
    dealers = dealer_group(seed)
    after = IMPROVER_BEFORE + GAIN
    return PlantedTruths(
        note="synthetic: every dealer, customer and answer is made up",
        seed=seed,
        periods=tuple(quarter.name for quarter in QUARTERS),
        change_on=CHANGE_ON,
        driver=PlantedDriver("csi", STRONGEST_DRIVER),
        dealer=PlantedGain("csi", improver(dealers).code, IMPROVER_BEFORE, after, GAIN),
        category=PlantedRate("iqs", WORSENING_CATEGORY, PP100_BEFORE, PP100_AFTER),
        suppressed_dealers=tuple(dealer.code for dealer in dealers if dealer.small),
    )


def truths_document(truths: PlantedTruths) -> dict[str, Any]:
    """The truths as a JSON object; the day of the change as ISO text."""
    return {**asdict(truths), "change_on": truths.change_on.isoformat()}


def write_truths(folder: Path, truths: PlantedTruths) -> Path:
    """Write ``synthetic-truths.json`` into ``folder``; gives the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / TRUTHS_FILE_NAME
    path.write_text(json.dumps(truths_document(truths), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
