"""The synthetic dealer group: 24 dealers of one brand in three regions, over two quarters.

Whatever names it carries says that it is made up: 示例 means "example". The volumes are declared; the seed decides
which dealer has which.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from surveyplat.simulation.randomness import stream

DEFAULT_SEED = 2042
"""Chosen: under it chance moves no dealer and no category but the planted ones noticeably (|z| < 2 each). Other seeds
show the planted truths as clearly, and now and then a chance change beside them, as one test in twenty would."""
BRAND = "示例汽车 Synthetic Motors"
TIME_ZONE = "Asia/Shanghai"
REGIONS = ("示例东区", "示例南区", "示例北区")
MODELS: dict[str, float] = {"示例 A3": 0.28, "示例 A5": 0.22, "示例 S5": 0.20, "示例 S7": 0.16, "示例 E6": 0.14}
"""Model -> its share of the cars delivered."""

_PLACES = (
    *("春晖", "明湖", "青松", "金桥", "云山", "长风", "海棠", "星河", "玉兰", "东篱", "南塘", "西岭"),
    *("北苑", "白鹭", "翠屏", "丹枫", "银杏", "朝阳", "晚晴", "清泉", "紫荆", "碧波", "兰亭", "望江"),
)
_SMALL_VISITS = 60
IMPROVER_VISITS = 560
_VISITS = (
    *(_SMALL_VISITS, _SMALL_VISITS, 140, 190, 210, 230, 245, 255, 265, 280, 290, 298),
    *(302, 310, 320, 335, 350, 365, 380, 400, 430, 470, IMPROVER_VISITS, 600),
)
"""Service visits of a quarter, one entry a dealer: median 300. The improver's is large enough to show its gain."""

_DELIVERIES_PER_VISIT = 0.37
_SMALL_ANSWER_RATE = 0.25
_ANSWER_RATES = (0.28, 0.33)


@dataclass(frozen=True)
class Quarter:
    """A calendar quarter, both ends included."""

    name: str
    first: date
    last: date


QUARTERS = (
    Quarter("2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
    Quarter("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
)


@dataclass(frozen=True)
class SyntheticDealer:
    """A dealer with its service visits and deliveries in a quarter and the share of its customers who answer (0-1)."""

    code: str
    name: str
    region: str
    brand: str
    time_zone: str
    visits: int
    deliveries: int
    answer_rate: float

    @property
    def small(self) -> bool:
        """True: so few of its customers answer that its scores must be suppressed."""
        return self.visits == _SMALL_VISITS


def dealer_group(seed: int = DEFAULT_SEED) -> tuple[SyntheticDealer, ...]:
    """The group's dealers in the order of their codes, D01 to D24."""
    rng = stream(seed, "group")
    volumes = rng.permutation(np.array(_VISITS))
    rates = rng.uniform(*_ANSWER_RATES, size=len(volumes))
    return tuple(_dealer(number, int(volumes[number]), float(rates[number])) for number in range(len(_VISITS)))


def improver(dealers: tuple[SyntheticDealer, ...]) -> SyntheticDealer:
    """The dealer that does better from the second quarter on."""
    return next(dealer for dealer in dealers if dealer.visits == IMPROVER_VISITS)


def _dealer(number: int, visits: int, answer_rate: float) -> SyntheticDealer:
    return SyntheticDealer(
        code=f"D{number + 1:02d}",
        name=f"示例{_PLACES[number]}店 (synthetic)",
        region=REGIONS[number % len(REGIONS)],
        brand=BRAND,
        time_zone=TIME_ZONE,
        visits=visits,
        deliveries=round(visits * _DELIVERIES_PER_VISIT),
        answer_rate=_SMALL_ANSWER_RATE if visits == _SMALL_VISITS else answer_rate,
    )
