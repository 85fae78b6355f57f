"""Synthetic comments in two languages. A few name a telephone number or an address, so that masking can be seen."""

import numpy as np

from surveyplat.simulation.events import SyntheticEvent

_COMMENTED_SHARE = 0.2
_WITH_CONTACT_SHARE = 0.06
_UNHAPPY_UP_TO = 6

_WORDS: dict[tuple[str, str, bool], tuple[str, ...]] = {
    ("service", "zh-Hans", True): (
        "服务顾问很耐心，讲解也清楚。",
        "取车很快，车洗得很干净，谢谢。",
        "整体满意，希望周末能多开几个工位。",
        "休息区环境不错，就是离家有点远。",
    ),
    ("service", "zh-Hans", False): (
        "同一个故障修了两次还没有修好，很失望。",
        "异响的问题没有解决，又要再跑一趟。",
        "等了三个小时，也没有人告诉我原因。",
        "修完之后故障灯又亮了，希望一次修好。",
    ),
    ("service", "en", True): (
        "The advisor was patient and explained everything.",
        "Quick pick-up and the car was spotless. Thank you.",
        "All fine, though more appointments on Saturdays would help.",
    ),
    ("service", "en", False): (
        "Second visit for the same fault and it is still not fixed.",
        "The noise came back the next day. Please fix it right the first time.",
        "I waited three hours and nobody told me why.",
    ),
    ("sale", "zh-Hans", True): (
        "新车开着很舒服，没有什么问题。",
        "外观漂亮，油耗也比想象的低。",
        "整体很好，座椅可以再软一点。",
    ),
    ("sale", "zh-Hans", False): (
        "车机经常黑屏，导航反应很慢。",
        "刚提车就有异响，希望尽快处理。",
        "语音识别总是听不懂，屏幕还死机过几次。",
    ),
    ("sale", "en", True): (
        "Comfortable and quiet, no complaints so far.",
        "Great looking car and easy to drive.",
    ),
    ("sale", "en", False): (
        "The screen freezes and navigation is very slow.",
        "Rattle from the dashboard since the first week.",
    ),
}
_CONTACT = {
    "zh-Hans": ("请给我回电话 {phone}。", "可以发邮件到 {email}。"),
    "en": ("Please call me on {phone}.", "You can reach me at {email}."),
}


def comment(event: SyntheticEvent, language: str, overall: int, rng: np.random.Generator) -> str | None:
    """What a customer writes, if anything: the mood follows the overall rating, on ten points.

    In a language without comments here nobody writes one.
    """
    words = _WORDS.get((event.kind, language, overall > _UNHAPPY_UP_TO), ())
    if not words or rng.random() >= _COMMENTED_SHARE:
        return None
    text = str(rng.choice(words))
    if rng.random() >= _WITH_CONTACT_SHARE:
        return text
    phone = event.customer.phone.removeprefix("+86")
    request = str(rng.choice(_CONTACT[language])).format(phone=phone, email=event.customer.email)
    return f"{text} {request}" if language == "en" else text + request
