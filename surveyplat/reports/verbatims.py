"""Which customers' texts a report shows: a few of each group, chosen by chance, as few of one dealer as possible.

Groups are the classes of complaints that the writer ticked, or where a study asks for none, thirds of the overall
judgement. A group of fewer than 30 respondents is not told apart: its texts stand among further ones, without a count,
so that nobody learns what few customers answered.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from surveyplat.scoring.suppression import LEAST_BASE

MOST_OF_A_GROUP = 4
SHORTEST = 4
"""Characters; a shorter text ("none", a full stop) tells nothing."""
REST = ""
"""The name of the group of whatever is not told apart."""

_JUDGEMENT = re.compile(r"judged (-?\d+) to (-?\d+)")


def judgement_group(low: int, high: int) -> str:
    """The name of the group of those whose overall judgement is from ``low`` to ``high``."""
    return f"judged {low} to {high}"


def judgement_of(group: str) -> tuple[int, int] | None:
    """The judgements that a group's name tells; None where it is a class of complaints."""
    told = _JUDGEMENT.fullmatch(group)
    return (int(told[1]), int(told[2])) if told else None


@dataclass(frozen=True)
class Written:
    """One text of a respondent, masked at the freeze, with the groups that the respondent belongs to."""

    response: str
    """The respondent's pseudonym: decides by chance, and is not published."""
    text: str
    dealer: str
    language: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verbatim:
    text: str
    dealer: str
    """Empty when the dealer must not be named, or is not known."""
    language: str


@dataclass(frozen=True)
class VerbatimGroup:
    """``respondents`` in the group, whether they wrote or not; None for what is not told apart."""

    name: str
    respondents: int | None
    texts: tuple[Verbatim, ...]


@dataclass(frozen=True)
class ChosenTexts:
    """Texts of one item: ``asked`` respondents, of whom ``written`` wrote something that tells anything."""

    item: str
    asked: int
    written: int
    groups: tuple[VerbatimGroup, ...]

    @property
    def shown(self) -> int:
        return sum(len(group.texts) for group in self.groups)


def choose(
    item: str, asked: int, sizes: Mapping[str, int], texts: Sequence[Written], hidden: Iterable[str], seed: str
) -> ChosenTexts | None:
    """What is shown of an item's texts; ``sizes``: respondents of each group, in the order of the groups.

    ``hidden`` dealers are not named. The order by chance follows from ``seed`` and the respondents' pseudonyms. A text
    stands in one group only, the smallest that it belongs to. None with fewer than 30 respondents or without texts.
    """
    telling = [each for each in texts if len(each.text.strip()) >= SHORTEST]
    if asked < LEAST_BASE or not telling:
        return None
    told = {name: size for name, size in sizes.items() if size >= LEAST_BASE}
    shuffled = sorted(telling, key=lambda each: sha256(f"{seed}:{item}:{each.response}".encode()).digest())
    unnamed = frozenset(hidden)
    groups = []
    for name in (*told, REST):
        held = [each for each in shuffled if _group_of(each, told) == name]
        if chosen := tuple(_verbatim(each, unnamed) for each in _spread(held, MOST_OF_A_GROUP)):
            groups.append(VerbatimGroup(name, told.get(name), chosen))
    return ChosenTexts(item, asked, len(telling), tuple(groups))


def _group_of(written: Written, told: Mapping[str, int]) -> str:
    return min((name for name in written.groups if name in told), key=lambda name: (told[name], name), default=REST)


def _spread(texts: Sequence[Written], most: int) -> list[Written]:
    """The first of each dealer before the second of any; what several wrote in the same words is shown once."""
    unlike: dict[str, Written] = {}
    for each in texts:
        unlike.setdefault(each.text.strip(), each)
    seen: Counter[str] = Counter()
    turns = []
    for place, each in enumerate(unlike.values()):
        turns.append((seen[each.dealer], place, each))
        seen[each.dealer] += 1
    return [each for _, _, each in sorted(turns, key=lambda turn: turn[:2])[:most]]


def _verbatim(written: Written, unnamed: frozenset[str]) -> Verbatim:
    return Verbatim(written.text, "" if written.dealer in unnamed else written.dealer, written.language)


def chosen_document(chosen: ChosenTexts) -> dict[str, Any]:
    """The chosen texts as JSON values."""
    document = asdict(chosen)
    return {**document, "groups": [{**group, "texts": list(group["texts"])} for group in document["groups"]]}


def chosen_from_document(document: Mapping[str, Any]) -> ChosenTexts:
    """Read back what ``chosen_document`` wrote."""
    return ChosenTexts(document["item"], document["asked"], document["written"], tuple(_groups(document["groups"])))


def _groups(documents: Iterable[Mapping[str, Any]]) -> Iterator[VerbatimGroup]:
    for group in documents:
        texts = tuple(Verbatim(**each) for each in group["texts"])
        yield VerbatimGroup(group["name"], group["respondents"], texts)
