"""The texts that a definition needs and a form has not: written for its author to replace."""

from collections.abc import Iterable, Mapping

_TEXTS: Mapping[str, Mapping[str, str]] = {
    "introduction": {
        "en": "Please answer a few questions. Taking part is voluntary, and you may stop at any time.",
        "zh-Hans": "请您回答几个问题。参与自愿，您可以随时停止。",
    },
    "thanks": {"en": "We have received your answers. Thank you!", "zh-Hans": "您的回答已收到，谢谢您！"},
    "check": {"en": "Please look at this answer again", "zh-Hans": "请再看一下这个答案"},
}
_ENGLISH = "en"


def own_text(name: str, languages: Iterable[str]) -> dict[str, str]:
    """The text in every language; in English where we do not speak one."""
    texts = _TEXTS[name]
    return {tag: texts.get(tag, texts[_ENGLISH]) for tag in languages}


def not_spoken(languages: Iterable[str]) -> list[str]:
    """The languages in which these texts are English."""
    return [tag for tag in languages if tag not in _TEXTS["thanks"]]
