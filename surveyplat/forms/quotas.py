"""Quotas: how many complete responses are wanted of whom, and how many there are."""

from dataclasses import dataclass
from datetime import date

from surveyplat.forms.evaluation import Facts, holds
from surveyplat.forms.language import Definition, Quota
from surveyplat.storage.context import AnyQuery, Rows
from surveyplat.storage.statements import compiled_once
from surveyplat.storage.tables import QuotaCount

_TAKE = """
    INSERT INTO quota_count (key, filled) VALUES ({}, 1)
    ON CONFLICT (key) DO UPDATE SET filled = quota_count.filled + 1
"""
"""Piccolo writes the old value without its table, which PostgreSQL finds ambiguous."""


@dataclass(frozen=True)
class QuotaPlace:
    """A quota that counts somebody, and the key under which it is counted: study, quota, part and time."""

    quota: Quota
    key: str

    def is_full(self, counted: Rows) -> bool:
        """Whether as many complete responses are there as are wanted, by the rows of ``quota_query``."""
        return bool(counted) and counted[0]["filled"] >= self.quota.limit


def quota_places(definition: Definition, facts: Facts, occasion_on: date) -> tuple[QuotaPlace, ...]:
    """The quotas that are known to count this person."""
    counting = (quota for quota in definition.quotas if quota.when is None or holds(quota.when, facts) is True)
    return tuple(QuotaPlace(quota, _key(definition.study, quota, facts, occasion_on)) for quota in counting)


def _key(study: str, quota: Quota, facts: Facts, occasion_on: date) -> str:
    part = {"study": "", "dealer": facts.event.get("dealer_code"), "model": facts.event.get("model")}[quota.each]
    quarter = (occasion_on.month + 2) // 3
    times = {
        None: "",
        "month": f"{occasion_on:%Y-%m}",
        "quarter": f"{occasion_on.year}-Q{quarter}",
        "year": str(occasion_on.year),
    }
    return "|".join((study, quota.id, part or "", times[quota.per]))


@compiled_once
def quota_query(key: str) -> AnyQuery:
    """How many places are taken; no row when nobody took one."""
    return QuotaCount.select(QuotaCount.filled).where(QuotaCount.key == key)


@compiled_once
def take_place(key: str) -> AnyQuery:
    """One place more is taken."""
    return QuotaCount.raw(_TAKE, key)
