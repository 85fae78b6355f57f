"""What an invitation says, in every language that we write ourselves and after every kind of event."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from surveyplat.event_kinds import EventKind


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is said after one kind of event: why we write, and what we ask for."""

    subject: str
    reason: str
    request: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's sentences; ``locale`` is Babel's, for days."""

    locale: str
    greeting: str
    greeting_nameless: str
    occasions: Mapping[EventKind, Occasion]
    button: str
    validity: str
    personal: str
    thanks: str
    synthetic: str


FALLBACK = "en"

_ZH_DEALER_ASKS, _ZH_WE_ASK = "{title}：{dealer}邀请您填写", "{title}：诚邀您填写"
_ZH_HOW_IT_WENT, _ZH_OPENLY = (
    "诚邀您说说这次体验，大约需要{minutes}分钟：",
    "请您坦率地告诉我们，大约需要{minutes}分钟：",
)
_CHINESE = Wording(
    locale="zh_Hans",
    greeting="{name}，您好！",
    greeting_nameless="您好！",
    occasions={
        "sale": Occasion(_ZH_DEALER_ASKS, "感谢您于{day}在{dealer}购买{model}。", _ZH_HOW_IT_WENT),
        "service": Occasion(_ZH_DEALER_ASKS, "感谢您于{day}在{dealer}为您的{model}做维修保养。", _ZH_HOW_IT_WENT),
        "lost": Occasion(_ZH_DEALER_ASKS, "感谢您此前与{dealer}的往来，我们想了解哪些地方本可以做得更好。", _ZH_OPENLY),
        "enquiry": Occasion(_ZH_DEALER_ASKS, "感谢您于{day}联系{dealer}咨询或试驾。", _ZH_HOW_IT_WENT),
        "dealer": Occasion(_ZH_WE_ASK, "我们想了解厂家对{dealer}的支持做得如何。", _ZH_OPENLY),
        "employee": Occasion(_ZH_WE_ASK, "我们想了解您对在{dealer}工作的感受。", _ZH_OPENLY),
        "inspection": Occasion(
            "{title}：{dealer}", "请在现场填写{dealer}的检查表（检查日期：{day}）。", "大约需要{minutes}分钟："
        ),
    },
    button="开始填写",
    validity="此链接在{last_day}之前（含当日）有效，可以分次填写，已填内容会保留。",
    personal="链接仅供您本人使用，请勿转发。",
    thanks="感谢您的宝贵时间！",
    synthetic="【模拟数据】此邮件为演示所发，其中的人员、车辆和经销商均为虚构。",
)

_EN_DEALER_ASKS, _EN_WE_ASK = "{title}: {dealer} asks for your view", "{title}: we ask for your view"
_EN_HOW_IT_WENT = "Please tell us how it went. It takes about {minutes} minutes:"
_EN_OPENLY = "Please tell us openly. It takes about {minutes} minutes:"
_ENGLISH = Wording(
    locale="en_GB",
    greeting="Dear {name},",
    greeting_nameless="Hello,",
    occasions={
        "sale": Occasion(_EN_DEALER_ASKS, "Thank you for buying your {model} from {dealer} on {day}.", _EN_HOW_IT_WENT),
        "service": Occasion(
            _EN_DEALER_ASKS, "Thank you for having your {model} serviced at {dealer} on {day}.", _EN_HOW_IT_WENT
        ),
        "lost": Occasion(
            _EN_DEALER_ASKS,
            "You have dealt with {dealer} before, and we would like to understand what could have been better.",
            _EN_OPENLY,
        ),
        "enquiry": Occasion(_EN_DEALER_ASKS, "Thank you for your enquiry at {dealer} on {day}.", _EN_HOW_IT_WENT),
        "dealer": Occasion(
            _EN_WE_ASK, "We would like to know how well the manufacturer supports {dealer}.", _EN_OPENLY
        ),
        "employee": Occasion(_EN_WE_ASK, "We would like to know how you find your work at {dealer}.", _EN_OPENLY),
        "inspection": Occasion(
            "{title}: {dealer}",
            "Please fill in the checklist on site for the inspection of {dealer} on {day}.",
            "It takes about {minutes} minutes:",
        ),
    },
    button="Start the survey",
    validity="The link works up to and including {last_day}. You can pause and go on later: nothing is lost.",
    personal="It is yours alone: please do not pass it on.",
    thanks="Thank you for your time.",
    synthetic="[SYNTHETIC DATA] This message belongs to a demonstration: people, cars and dealers are invented.",
)

WORDINGS: Mapping[str, Wording] = MappingProxyType({"zh-Hans": _CHINESE, "en": _ENGLISH})
