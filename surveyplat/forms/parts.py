"""What a definition consists of, part by part and facet by facet, in words that can be compared and shown."""

from typing import NamedTuple

from surveyplat.forms.elements import Text
from surveyplat.forms.items import (
    Choice,
    Item,
    MultipleItem,
    ProblemsItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
)
from surveyplat.forms.language import Definition
from surveyplat.forms.measuring import Index

DONT_KNOW = "dont_know"
"""The label's code of the answer that stands apart from a scale."""


class Facet(NamedTuple):
    """One aspect of a part: in one language where it is a text, of one answer code where it is a label."""

    aspect: str
    language: str | None = None
    code: str | None = None


class PartName(NamedTuple):
    kind: str
    id: str


Parts = dict[PartName, dict[Facet, str]]
"""Every part of one section of a definition, in its order."""


def survey_parts(definition: Definition) -> Parts:
    """What the definition says as a whole, and its pages."""
    whole = {
        Facet("study"): definition.study,
        Facet("version"): definition.version,
        Facet("languages"): ", ".join(definition.languages),
        Facet("minutes"): str(definition.minutes),
        **_texts("title", definition.title),
        **_texts("introduction", definition.introduction),
        **_texts("thanks", definition.thanks),
    }
    pages = {PartName("page", page.id): _texts("title", page.title) for page in definition.asked}
    return {PartName("survey", "survey"): whole, **pages}


def item_parts(definition: Definition) -> Parts:
    """Every item as its respondent meets it: the title of its page is its heading."""
    return {
        PartName("item", item.id): {
            Facet("page"): page.id,
            **_texts("heading", page.title),
            **_texts("wording", item.text),
            **_texts("hint", item.hint or {}),
            **_answer(definition, item),
            Facet("required"): "yes" if getattr(item, "required", False) else "no",
        }
        for page, item in definition.items()
    }


def problem_parts(definition: Definition) -> Parts:
    """Every problem with the question that it answers and the page that it stands on."""
    checklists = ((page, item) for page, item in definition.items() if isinstance(item, ProblemsItem))
    return {
        PartName("problem", problem.id): {
            Facet("page"): page.id,
            **_texts("heading", page.title),
            **_texts("question", item.text),
            **_texts("wording", problem.text),
            Facet("category"): item.category,
            Facet("kind"): problem.kind,
        }
        for page, item in checklists
        for problem in item.problems
    }


def measurement_parts(definition: Definition) -> Parts:
    """Indices with their factors, categories, drivers, derived indices, and the two headline items."""
    measured = definition.measurement
    parts: Parts = {}
    for index in measured.indices:
        parts |= _index_parts(index)
    for name, title in measured.categories.items():
        parts[PartName("category", name)] = _texts("title", title)
    for driver in measured.drivers:
        attributes = ", ".join(driver.attributes)
        parts[PartName("driver", driver.id)] = {Facet("target"): driver.target, Facet("attributes"): attributes}
    for derived in measured.derived_indices:
        parts[PartName("derived index", derived.id)] = {
            **_texts("title", derived.title),
            Facet("driver"): derived.driver,
            Facet("rescaling"): derived.rescaling,
            Facet("total"): _number(derived.total),
        }
    for headline, item in (("recommend", measured.recommend), ("overall", measured.overall)):
        if item is not None:
            parts[PartName(headline, headline)] = {Facet("item"): item}
    return parts


def fieldwork_parts(definition: Definition) -> Parts:
    """Who is asked and when."""
    fieldwork = definition.fieldwork
    facets = {
        Facet("trigger"): fieldwork.trigger,
        Facet("delay"): f"{fieldwork.delay_days} days",
        Facet("expiry"): f"{fieldwork.expires_days} days",
        Facet("occasion"): fieldwork.occasion,
    }
    return {PartName("fieldwork", "fieldwork"): facets}


def _index_parts(index: Index) -> Parts:
    whole = {
        **_texts("title", index.title),
        Facet("total"): _number(index.total),
        Facet("usable share"): _number(index.usable_share),
        Facet("source of the weights"): index.weights_source,
    }
    factors = {
        PartName("factor", f"{index.id}/{factor.id}"): {
            **_texts("title", factor.title),
            Facet("weight"): _number(factor.weight),
            Facet("items"): ", ".join(factor.items),
        }
        for factor in index.factors
    }
    return {PartName("index", index.id): whole, **factors}


def _answer(definition: Definition, item: Item) -> dict[Facet, str]:
    """Which answers there are (scale or codes), and what each is called."""
    match item:
        case RatingItem() | RecommendationItem():
            scale = definition.scale_of(item)
            apart = {DONT_KNOW: scale.dont_know} if scale.dont_know else {}
            codes = f"{item.type} {scale.minimum}–{scale.maximum}{' or dont_know' if apart else ''}"
            labels = {str(point): text for point, text in scale.labels.items()} | apart
        case SingleItem() | MultipleItem():
            codes = f"{item.type} of {', '.join(map(_code, item.choices))}"
            labels = {choice.code: choice.text for choice in item.choices}
        case TextItem():
            codes, labels = f"text of {item.max_length} characters{' in lines' if item.multiline else ''}", {}
        case ProblemsItem():
            codes, labels = f"problems of {item.category}", {}
        case _:
            codes, labels = "none", {}
    return {
        Facet("codes"): codes,
        **{facet: words for code, text in labels.items() for facet, words in _texts("labels", text, code).items()},
    }


def _code(choice: Choice) -> str:
    return f"{choice.code} (alone)" if getattr(choice, "exclusive", False) else choice.code


def _texts(aspect: str, text: Text, code: str | None = None) -> dict[Facet, str]:
    return {Facet(aspect, language, code): words for language, words in text.items()}


def _number(value: float) -> str:
    return f"{value:.15g}"
