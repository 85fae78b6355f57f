"""What a definition consists of, part by part and facet by facet, in words that can be compared and shown."""

from collections.abc import Iterator
from typing import NamedTuple

from surveyplat.forms.asked import Asked, AskedPage
from surveyplat.forms.elements import Text
from surveyplat.forms.items import (
    Bound,
    Choice,
    ConsentItem,
    ConstantSumItem,
    DateItem,
    Item,
    MultipleItem,
    NumberItem,
    ProblemsItem,
    RankingItem,
    RatingItem,
    RecommendationItem,
    SingleItem,
    TextItem,
    places_of,
)
from surveyplat.forms.language import Definition
from surveyplat.forms.rule_texts import rule_text

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
        **texts("title", definition.title),
        **texts("introduction", definition.introduction),
        **texts("thanks", definition.thanks),
    }
    pages = {PartName("page", page.id): _page(definition, page) for page in definition.asked}
    variants = {
        PartName("variant", variant.brand): _variant(definition, variant.brand) for variant in definition.variants
    }
    return {PartName("survey", "survey"): whole, **pages, **variants}


def _page(definition: Definition, page: AskedPage) -> dict[Facet, str]:
    facets = texts("title", page.title)
    if page.conditions:
        facets[Facet("shown")] = rule_text(page.conditions, definition.calculated)
    if page.end:
        when = rule_text([page.end.when] if page.end.when else (), definition.calculated) or "always"
        facets |= {Facet("ends"): f"{page.end.outcome}: {when}", **texts("thanks", page.end.thanks or {})}
    return facets


def _variant(definition: Definition, brand: str) -> dict[Facet, str]:
    """What a brand's wording says instead of the survey's own; the items show theirs themselves."""
    variant = next(variant for variant in definition.variants if variant.brand == brand)
    whole = {name: getattr(variant, name) or {} for name in ("title", "introduction", "thanks")}
    pages = {page.id for page in definition.asked}
    facets = {facet: words for name, text in whole.items() for facet, words in texts(name, text).items()}
    for name, text in variant.texts.items():
        if name in pages:
            facets |= texts("page title", text, name)
    return facets


def item_parts(definition: Definition) -> Parts:
    """Every item as its respondent meets it: the title of its page is its heading."""
    return {
        PartName("item", entry.item.id): {
            Facet("page"): page.id,
            **texts("heading", page.title),
            **_lead(entry),
            **texts("wording", entry.item.text),
            **_reworded(definition, page, entry),
            **texts("hint", entry.item.hint or {}),
            **_answer(definition, entry.item),
            **_typed(entry.item),
            **_rules(definition, page, entry),
        }
        for page in definition.asked
        for entry in page.entries
    }


def _lead(entry: Asked) -> dict[Facet, str]:
    """What is read before the item's group, and whether the group stands in a random order."""
    group = entry.group
    if group is None:
        return {}
    lead = {**texts("lead", group.lead.text), **texts("hint", group.lead.hint or {}, "lead")} if group.lead else {}
    return {**lead, Facet("order of the group"): "random" if group.shuffled else "fixed"}


def _reworded(definition: Definition, page: AskedPage, entry: Asked) -> dict[Facet, str]:
    """What is read instead under a brand: the item's own wording, its page's heading and its group's lead."""
    group = {entry.group.id: " lead"} if entry.group else {}
    named = {**group, page.id: " heading", entry.item.id: ""}
    return {
        facet: words
        for variant in definition.variants
        for name, part in named.items()
        for facet, words in texts("brand wording", variant.texts.get(name, {}), variant.brand + part).items()
    }


def _rules(definition: Definition, page: AskedPage, entry: Asked) -> dict[Facet, str]:
    """Who is asked, who must answer, and what is checked; a rule that is not there is no facet."""
    item, calculated = entry.item, definition.calculated
    demanded = getattr(item, "required_when", None)
    checks = sorted(rule_text([check.that], calculated) for check in page.checks if check.at == item.id)
    rules = {
        "asked": "; ".join(_eligibility(definition, page, entry)),
        "required when": rule_text([demanded], calculated) if demanded else "",
        "checks": "; ".join(checks),
    }
    required = "yes" if getattr(item, "required", False) else "no"
    return {Facet("required"): required, **{Facet(name): rule for name, rule in rules.items() if rule}}


def _eligibility(definition: Definition, page: AskedPage, entry: Asked) -> Iterator[str]:
    """Who is asked: for whom the item is shown, and the ends before it."""
    shown = rule_text(dict.fromkeys((*page.conditions, *entry.conditions)), definition.calculated)
    if shown:
        yield f"when {shown}"
    earlier = definition.asked[: definition.asked.index(page)]
    for before, end in {each.written_on: each.end for each in earlier if each.end}.items():
        if before != page.written_on:
            when = rule_text([end.when] if end.when else (), definition.calculated) or "always"
            yield f"not after the end of {before} when {when}"


def problem_parts(definition: Definition) -> Parts:
    """Every problem with the question that it answers and the page that it stands on."""
    return {
        PartName("problem", problem.id): {
            Facet("page"): page.id,
            **texts("heading", page.title),
            **texts("question", entry.item.text),
            **texts("wording", problem.text),
            **_reworded(definition, page, entry),
            **_problem_reworded(definition, problem.id),
            **{facet: rule for facet, rule in _rules(definition, page, entry).items() if facet.aspect == "asked"},
            Facet("category"): entry.item.category,
            Facet("kind"): problem.kind,
        }
        for page in definition.asked
        for entry in page.entries
        if isinstance(entry.item, ProblemsItem)
        for problem in entry.item.problems
    }


def _problem_reworded(definition: Definition, problem: str) -> dict[Facet, str]:
    return {
        facet: words
        for variant in definition.variants
        for facet, words in texts("brand wording", variant.texts.get(problem, {}), f"{variant.brand} {problem}").items()
    }


def _answer(definition: Definition, item: Item) -> dict[Facet, str]:
    """Which answers there are (scale or codes), and what each is called."""
    labels: dict[str, Text] = {}
    match item:
        case RatingItem() | RecommendationItem():
            scale = definition.scale_of(item)
            apart = {DONT_KNOW: scale.dont_know} if scale.dont_know else {}
            codes = f"{item.type} {scale.minimum}–{scale.maximum}{' or dont_know' if apart else ''}"
            labels = {str(point): text for point, text in scale.labels.items()} | apart
        case SingleItem() | MultipleItem() | RankingItem() | ConstantSumItem():
            codes = f"{item.type} of {', '.join(map(_code, item.choices))}"
            labels = {choice.code: choice.text for choice in item.choices}
        case TextItem():
            codes = f"text of {item.max_length} characters{' in lines' if item.multiline else ''}"
        case ProblemsItem():
            codes = f"problems of {item.category}"
        case NumberItem() | DateItem() | ConsentItem():
            codes = item.type
        case _:
            codes = "none"
    return {
        Facet("codes"): codes,
        **{facet: words for code, text in labels.items() for facet, words in texts("labels", text, code).items()},
    }


def _typed(item: Item) -> dict[Facet, str]:
    """The bounds of an answer, its unit, and the order in which choices stand."""
    facets: dict[Facet, str] = {}
    if isinstance(item, SingleItem | MultipleItem | RankingItem):
        facets[Facet("order of choices")] = item.order
    match item:
        case NumberItem():
            limits = f"{number_text(item.minimum)} to {number_text(item.maximum)}, {item.decimals} decimals"
            return {Facet("range"): limits, **texts("unit", item.unit or {})}
        case DateItem():
            return {Facet("range"): f"{_bound(item.earliest)} to {_bound(item.latest)}"}
        case ConstantSumItem():
            return {Facet("range"): f"{item.total} in all", **texts("unit", item.unit or {})}
        case RankingItem():
            return {**facets, Facet("range"): f"{places_of(item)} places"}
        case MultipleItem() if item.most:
            return {**facets, Facet("range"): f"at most {item.most}"}
    return facets


def _bound(bound: Bound | None) -> str:
    return "any day" if bound is None else bound if isinstance(bound, str) else f"{bound.source} {bound.name}"


def _code(choice: Choice) -> str:
    notes = (("exclusive", " (alone)"), ("other", " (in words)"))
    return choice.code + "".join(note for name, note in notes if getattr(choice, name, False))


def texts(aspect: str, text: Text, code: str | None = None) -> dict[Facet, str]:
    """A facet for each language of a text."""
    return {Facet(aspect, language, code): words for language, words in text.items()}


def number_text(value: float) -> str:
    return f"{value:.15g}"
