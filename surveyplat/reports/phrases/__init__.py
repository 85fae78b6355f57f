"""Every fixed sentence of a report, by key and language; both languages have the same keys and the same fields."""

from collections.abc import Mapping

from surveyplat.reports.phrases.en import ENGLISH
from surveyplat.reports.phrases.zh_hans import SIMPLIFIED_CHINESE

PHRASES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh-Hans": SIMPLIFIED_CHINESE}
