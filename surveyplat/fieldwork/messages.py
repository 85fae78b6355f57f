"""The invitation as a mail: plain text and simple HTML, in the customer's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from uuid import UUID

_SEVEN_BIT = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Letter:
    """What an invitation says: the event's ``kind`` (sale or service) and day, the last day of the link."""

    invitation: UUID
    generation: int
    language: str
    title: str
    name: str
    kind: str
    occurred_on: date
    dealer: str
    model: str
    minutes: int
    last_day: date
    link: str
    synthetic: bool


@dataclass(frozen=True)
class _Wording:
    """One language's sentences; ``locale`` is Babel's, for days."""

    locale: str
    subject: str
    greeting: str
    greeting_nameless: str
    occasion: Mapping[str, str]
    request: str
    button: str
    validity: str
    personal: str
    thanks: str
    synthetic: str


_WORDINGS = {
    "zh-Hans": _Wording(
        locale="zh_Hans",
        subject="{title}：{dealer}邀请您填写",
        greeting="{name}，您好！",
        greeting_nameless="您好！",
        occasion={
            "sale": "感谢您于{day}在{dealer}购买{model}。",
            "service": "感谢您于{day}在{dealer}为您的{model}做维修保养。",
        },
        request="诚邀您说说这次体验，大约需要{minutes}分钟：",
        button="开始填写",
        validity="此链接在{last_day}之前（含当日）有效，可以分次填写，已填内容会保留。",
        personal="链接仅供您本人使用，请勿转发。",
        thanks="感谢您的宝贵时间！",
        synthetic="【模拟数据】此邮件为演示所发，其中的人员、车辆和经销商均为虚构。",
    ),
    "en": _Wording(
        locale="en_GB",
        subject="{title}: {dealer} asks for your view",
        greeting="Dear {name},",
        greeting_nameless="Dear customer,",
        occasion={
            "sale": "Thank you for buying your {model} from {dealer} on {day}.",
            "service": "Thank you for having your {model} serviced at {dealer} on {day}.",
        },
        request="Please tell us how it went. It takes about {minutes} minutes:",
        button="Start the survey",
        validity="The link works up to and including {last_day}. You can pause and go on later: nothing is lost.",
        personal="It is yours alone: please do not pass it on.",
        thanks="Thank you for your time.",
        synthetic="[SYNTHETIC DATA] This message belongs to a demonstration: people, cars and dealers are invented.",
    ),
}
_FALLBACK = "en"


def compose(letter: Letter, *, sender: str, recipient: str, now: datetime) -> EmailMessage:
    """The message, ready to be sent: its ``Message-ID`` follows from the invitation, its ``Date`` from ``now``.

    A language without wording of its own is written to in English.
    """
    language = letter.language if letter.language in _WORDINGS else _FALLBACK
    wording = _WORDINGS[language]
    paragraphs = _paragraphs(letter, wording)
    message = EmailMessage(policy=_SEVEN_BIT)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = _one_line(wording.subject.format(title=letter.title, dealer=letter.dealer))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.invitation}.{letter.generation}@{_domain(sender)}>"
    message["Content-Language"] = language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(paragraphs, letter.link))
    message.add_alternative(_html(paragraphs, letter, language, wording.button), subtype="html")
    return message


def _paragraphs(letter: Letter, wording: _Wording) -> tuple[list[str], list[str]]:
    """What stands before the link, and what stands after it."""
    from babel.dates import format_date

    day, last_day = (format_date(value, "long", wording.locale) for value in (letter.occurred_on, letter.last_day))
    greeting = wording.greeting.format(name=letter.name) if letter.name else wording.greeting_nameless
    before = [
        greeting,
        wording.occasion[letter.kind].format(day=day, dealer=letter.dealer, model=letter.model),
        wording.request.format(minutes=letter.minutes),
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
