"""What a map of a questionnaire's routes says: the pages in order, who sees them, and where the survey ends.

Only the words and their order are decided here; ``forms.route_drawing`` draws them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from surveyplat.errors import Fault, InvalidInput
from surveyplat.forms.asked import DETAILS_SUFFIX, Asked, AskedPage, End
from surveyplat.forms.condition_words import in_words, is_chinese, tightened
from surveyplat.forms.conditions import Condition
from surveyplat.forms.items import InformationItem, ProblemsItem
from surveyplat.forms.language import Definition, Quota
from surveyplat.forms.spelling import did_you_mean

Tone = Literal["title", "name", "items", "condition", "check"]
Outcome = Literal["complete", "screened_out"]

_ENGLISH: Final[Mapping[str, str]] = {
    "map": "Routes of {study}, version {version}",
    "about": "{pages} pages, {items} items, {minutes} minutes promised",
    "start": "Start",
    "items": "{count} items",
    "one item": "1 item",
    "no items": "no items",
    "problems": "{named} · {count} problems",
    "shown": "Shown when {words}",
    "when": "{names}: when {words}",
    "shuffled": "{names} (in random order)",
    "details": "Asked about each problem ticked in {checklist}",
    "skipped": "else skipped",
    "nothing": "skipped when nothing was ticked",
    "demanded": "{names} must be answered when {words}",
    "check": "Check: {words}",
    "ends": "The survey ends",
    "ends when": "The survey ends when {words}",
    "complete": "Complete",
    "screened_out": "Screened out",
    "quotas": "Quotas: whoever comes when one is full is thanked and let go",
    "quota": "{id}: at most {limit} complete{each}{per}",
    "quota of": "{quota}, of those for whom {words}",
    "each dealer": " for each dealer",
    "each model": " for each model",
    "per month": " a month",
    "per quarter": " a quarter",
    "per year": " a year",
    "joined": " and ",
    "listed": ", ",
}
_CHINESE: Final[Mapping[str, str]] = {
    "map": "{study} 的问卷路径，版本 {version}",
    "about": "{pages} 页，{items} 题，预计 {minutes} 分钟",
    "start": "开始",
    "items": "{count} 题",
    "one item": "1 题",
    "no items": "无题目",
    "problems": "{named} · {count} 个问题",
    "shown": "显示条件：{words}",
    "when": "{names}：显示条件为 {words}",
    "shuffled": "{names}（随机顺序）",
    "details": "逐一询问在 {checklist} 中勾选的每个问题",
    "skipped": "否则跳过",
    "nothing": "未勾选任何问题时跳过",
    "demanded": "{names} 在以下情况必答：{words}",
    "check": "校验：{words}",
    "ends": "问卷结束",
    "ends when": "问卷结束，条件：{words}",
    "complete": "完成",
    "screened_out": "不符合条件",
    "quotas": "配额：满额后到来的受访者会收到致谢并结束",
    "quota": "{id}：{each}{per}最多 {limit} 份完成问卷",
    "quota of": "{quota}，对象：{words}",
    "each dealer": "每家经销商",
    "each model": "每个车型",
    "per month": "每月",
    "per quarter": "每季度",
    "per year": "每年",
    "joined": "，且 ",
    "listed": "、",
}


@dataclass(frozen=True)
class Line:
    """Some words on the map, and what they are."""

    tone: Tone
    words: str


@dataclass(frozen=True)
class Ending:
    """Where the survey ends after a page: for whom, and as what. ``always``: nobody goes on."""

    words: str
    outcome: Outcome
    label: str
    always: bool


@dataclass(frozen=True)
class Stop:
    """One page on the map. ``skipped`` says who passes it by, None when nobody does."""

    id: str
    lines: tuple[Line, ...]
    skipped: str | None
    ending: Ending | None


@dataclass(frozen=True)
class RouteMap:
    """Everything that the map says, from the top to the bottom."""

    language: str
    title: str
    about: str
    start: str
    stops: tuple[Stop, ...]
    finish: str
    quotas: tuple[Line, ...]

    @property
    def description(self) -> str:
        """The whole map as text, for whoever cannot see it."""
        said = [self.about]
        for number, stop in enumerate(self.stops, start=1):
            said += [f"{number}. {'; '.join(line.words for line in stop.lines)}"]
            said += [stop.skipped] if stop.skipped else []
            said += [f"{stop.ending.words} ({stop.ending.label})"] if stop.ending else []
        return "\n".join([*said, *(line.words for line in self.quotas), self.finish])


def route_map(definition: Definition, language: str | None = None) -> RouteMap:
    """The map in one of the definition's languages, the first one without. Raises ``InvalidInput`` for another."""
    language = language or definition.languages[0]
    if language not in definition.languages:
        fix = f"{did_you_mean(language, definition.languages)}Name one of: {', '.join(definition.languages)}"
        cause = f"{language} is not a language of the study {definition.study}"
        raise InvalidInput([Fault("language", "--language", cause, fix)])
    return _Mapping(definition, language).whole()


class _Mapping:
    def __init__(self, definition: Definition, language: str) -> None:
        self._definition, self._language = definition, language
        self._words = _CHINESE if is_chinese(language) else _ENGLISH

    def whole(self) -> RouteMap:
        definition = self._definition
        about = self._say(
            "about",
            pages=len(definition.asked),
            items=sum(_count(page.entries) for page in definition.asked),
            minutes=definition.minutes,
        )
        title = self._say("map", study=definition.study, version=definition.version)
        return RouteMap(
            language=self._language,
            title=f"{definition.title[self._language]} · {title}",
            about=about,
            start=self._say("start"),
            stops=tuple(map(self._stop, definition.asked)),
            finish=self._say("complete"),
            quotas=tuple(self._quotas()),
        )

    def _say(self, key: str, **values: object) -> str:
        return tightened(self._words[key].format(**values))

    def _in_words(self, conditions: Iterable[Condition]) -> str:
        spoken = (in_words(condition, self._definition, self._language) for condition in conditions)
        return self._say("joined").join(spoken)

    def _stop(self, page: AskedPage) -> Stop:
        detailed = page.id.endswith(DETAILS_SUFFIX)
        lines = [Line("title", page.title[self._language]), Line("name", self._named(page))]
        if page.conditions:
            lines.append(Line("condition", self._say("shown", words=self._in_words(page.conditions))))
        lines += [self._about_details(page)] if detailed else self._entries(page)
        lines += [Line("check", self._say("check", words=self._in_words([check.that]))) for check in page.checks]
        return Stop(page.id, tuple(lines), self._skipped(page, detailed), self._ending(page.end))

    def _named(self, page: AskedPage) -> str:
        count = _count(page.entries)
        counted = self._say("items", count=count) if count > 1 else self._say("one item" if count else "no items")
        named = f"{page.id} · {counted}"
        problems = sum(len(item.problems) for item in page.items if isinstance(item, ProblemsItem))
        return self._say("problems", named=named, count=problems) if problems else named

    def _about_details(self, page: AskedPage) -> Line:
        return Line("condition", self._say("details", checklist=page.id.removesuffix(DETAILS_SUFFIX)))

    def _skipped(self, page: AskedPage, detailed: bool) -> str | None:
        if detailed:
            return self._say("nothing")
        hidden = page.conditions or all(entry.conditions for entry in page.entries)
        return self._say("skipped") if hidden else None

    def _entries(self, page: AskedPage) -> Iterator[Line]:
        """The items of a page; those that are shown together, under the same conditions, on one line."""
        for (_, conditions), together in groupby(page.entries, key=lambda entry: (_group(entry), entry.conditions)):
            entries = list(together)
            names = self._say("listed").join(entry.item.id for entry in entries)
            if entries[0].group and entries[0].group.shuffled:
                names = self._say("shuffled", names=names)
            if conditions:
                names = self._say("when", names=names, words=self._in_words(conditions))
            yield Line("condition" if conditions else "items", names)
        for entry in page.entries:
            demand = getattr(entry.item, "required_when", None)
            if demand is not None:
                yield Line("check", self._say("demanded", names=entry.item.id, words=self._in_words([demand])))

    def _ending(self, end: End | None) -> Ending | None:
        if end is None:
            return None
        words = self._say("ends when", words=self._in_words([end.when])) if end.when else self._say("ends")
        return Ending(words, end.outcome, self._say(end.outcome), always=end.when is None)

    def _quotas(self) -> Iterator[Line]:
        if self._definition.quotas:
            yield Line("title", self._say("quotas"))
        for quota in self._definition.quotas:
            yield Line("items", self._quota(quota))

    def _quota(self, quota: Quota) -> str:
        each = "" if quota.each == "study" else self._say(f"each {quota.each}")
        per = self._say(f"per {quota.per}") if quota.per else ""
        words = self._say("quota", id=quota.id, limit=quota.limit, each=each, per=per)
        return self._say("quota of", quota=words, words=self._in_words([quota.when])) if quota.when else words


def _group(entry: Asked) -> str | None:
    return entry.group.id if entry.group and entry.group.shuffled else None


def _count(entries: Iterable[Asked]) -> int:
    return sum(not isinstance(entry.item, InformationItem) for entry in entries)
