"""The invitation as a mail: plain text and simple HTML, in the customer's language."""

from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from uuid import UUID

from surveyplat.event_kinds import EventKind
from surveyplat.fieldwork.wordings import FALLBACK, WORDINGS, Wording

_SEVEN_BIT = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Letter:
    """What an invitation says: the event's kind and day, the last day of the link; ``model`` is empty without a car."""

    invitation: UUID
    generation: int
    language: str
    title: str
    name: str
    kind: EventKind
    occurred_on: date
    dealer: str
    model: str
    minutes: int
    last_day: date
    link: str
    synthetic: bool


def compose(letter: Letter, *, sender: str, recipient: str, now: datetime) -> EmailMessage:
    """The message, ready to be sent: its ``Message-ID`` follows from the invitation, its ``Date`` from ``now``.

    A language without wording of its own is written to in English.
    """
    language = letter.language if letter.language in WORDINGS else FALLBACK
    wording = WORDINGS[language]
    paragraphs = _paragraphs(letter, wording)
    subject = wording.occasions[letter.kind].subject
    message = EmailMessage(policy=_SEVEN_BIT)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = _one_line(subject.format(title=letter.title, dealer=letter.dealer))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.invitation}.{letter.generation}@{_domain(sender)}>"
    message["Content-Language"] = language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(paragraphs, letter.link))
    message.add_alternative(_html(paragraphs, letter, language, wording.button), subtype="html")
    return message


def _paragraphs(letter: Letter, wording: Wording) -> tuple[list[str], list[str]]:
    """What stands before the link, and what stands after it."""
    from babel.dates import format_date

    day, last_day = (format_date(value, "long", wording.locale) for value in (letter.occurred_on, letter.last_day))
    occasion = wording.occasions[letter.kind]
    greeting = wording.greeting.format(name=letter.name) if letter.name else wording.greeting_nameless
    before = [
        greeting,
        occasion.reason.format(day=day, dealer=letter.dealer, model=letter.model),
        occasion.request.format(minutes=letter.minutes),
    ]
    after = [wording.validity.format(last_day=last_day), wording.personal, wording.thanks]
    return ([wording.synthetic, *before] if letter.synthetic else before), after


def _plain(paragraphs: tuple[list[str], list[str]], link: str) -> str:
    before, after = paragraphs
    return "\n\n".join([*before, link, *after]) + "\n"


def _html(paragraphs: tuple[list[str], list[str]], letter: Letter, language: str, button: str) -> str:
    before, after = ("".join(f"<p>{escape(text)}</p>\n" for text in part) for part in paragraphs)
    link = escape(letter.link, quote=True)
    style = "display:inline-block;padding:12px 24px;background:#0b57d0;color:#ffffff;text-decoration:none"
    return (
        f'<!doctype html>\n<html lang="{language}">\n'
        f'<head><meta charset="utf-8"><title>{escape(letter.title)}</title></head>\n'
        f'<body style="font-family:sans-serif;line-height:1.5">\n{before}'
        f'<p><a href="{link}" style="{style}">{escape(button)}</a></p>\n<p><a href="{link}">{link}</a></p>\n'
        f"{after}</body></html>\n"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
