"""Two devices on one link: what one page sent is merged, item by item, into what was saved since that page was shown.

A page's stamp tells what the page showed, one digest an item. So three things are known of every item: what was shown,
what is there now, and what was sent. Whoever did not change an item does not overwrite it; only when both did, and
differently, is there a conflict.
"""

import json
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, repeat
from typing import Literal

from surveyplat.forms.answers import Answer, PageAnswers, lacks_answer

_DIGEST_CHARACTERS = 4
"""20 bits. Digests that are alike by chance hide a conflict, once in a million of them; they never cost an answer
that nobody else changed."""

Outcome = Literal["take", "keep", "conflict"]


@dataclass(frozen=True)
class Merged:
    """``conflicts`` are the answers of another device to items that this page answered differently."""

    answers: Mapping[str, Answer]
    conflicts: Mapping[str, Answer]


def answer_digest(answer: Answer | None) -> str:
    """What stands for an answer in a stamp; "" for none and for nothing ticked, which look alike on a page."""
    if lacks_answer(answer):
        return ""
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True)
    return b32encode(sha256(text.encode("utf-8", "replace")).digest())[:_DIGEST_CHARACTERS].decode()


def digests(items: Iterable[str], answers: Mapping[str, Answer]) -> str:
    """What a page shows of these items, in their order; "" when nothing is answered."""
    return "-".join(answer_digest(answers.get(item)) for item in items).rstrip("-")


def shown_by(items: Iterable[str], digests_text: str) -> dict[str, str]:
    """What ``digests`` told: item -> digest, "" for one without an answer."""
    return dict(zip(items, chain(digests_text.split("-"), repeat("")), strict=False))


def shown_now(
    items: Iterable[str], sent: PageAnswers, shown: Mapping[str, str], conflicts: Mapping[str, Answer]
) -> str:
    """What a page that was saved while it stays open shows now, as ``digests`` writes it.

    That is what it sent, not what is there: another device's answer to an item that this page did not change is not on
    it. What was not saved counts as shown before, so that the page's submission still finds the conflict.
    """
    unsaved = {fault.item for fault in sent.faults} | set(conflicts)
    now = (shown.get(item, "") if item in unsaved else answer_digest(sent.answers.get(item)) for item in items)
    return "-".join(now).rstrip("-")


def merge(
    before: Mapping[str, Answer],
    sent: PageAnswers,
    shown: Mapping[str, str] | None,
    *,
    newest: bool,
    typing: bool,
) -> Merged:
    """The answers after a page was sent. ``shown`` is None when no stamp tells it, ``newest`` when it is all of them.

    While somebody is ``typing``, a conflict is left as it is for the page's own submission, so that it can be shown,
    and what the page would refuse is left alone: no answer is taken away because a required one was deleted.
    """
    if newest and not typing:
        emptied = set(sent.empty)
        kept = {item: answer for item, answer in before.items() if item not in emptied}
        return Merged({**kept, **sent.answers}, {})
    answers, conflicts = dict(before), {}
    refused = {fault.item for fault in sent.faults} if typing else set()
    for item in (item for item in (*sent.answers, *sent.empty) if item not in refused):
        given, there = sent.answers.get(item), before.get(item)
        known = shown.get(item, "") if shown is not None else None
        outcome = "take" if newest else _outcome(answer_digest(given), answer_digest(there), known)
        if outcome == "conflict":
            conflicts[item] = before[item]
        if outcome == "keep" or (typing and (outcome == "conflict" or (lacks_answer(given) and there is None))):
            continue
        if given is None:
            answers.pop(item, None)
        else:
            answers[item] = given
    return Merged(answers, conflicts)


def _outcome(given: str, there: str, shown: str | None) -> Outcome:
    """What becomes of one item, by the digests of what was sent, what is there, and what the page had shown."""
    if there == (shown or ""):
        return "take"
    if given in ("", shown, there):
        return "keep"
    return "take" if shown is None or there == "" else "conflict"
