"""A definition, translated into the plan that scoring works from and the names that reports use."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from surveyplat.audit.columns import seconds_column
from surveyplat.forms.comparability import Remark
from surveyplat.forms.comparing import compare_definitions
from surveyplat.forms.conditions import Scalar
from surveyplat.forms.elements import Text
from surveyplat.forms.items import Item, MultipleItem, OpenChoice, RatingItem, RecommendationItem, SingleItem
from surveyplat.forms.language import Definition
from surveyplat.forms.measuring import COMPLAINT_CLASSES, Index, LatentModel
from surveyplat.forms.page_words import page_words
from surveyplat.forms.wording import neutral
from surveyplat.scoring.answer_quality import LEAST_BATTERY, SECONDS_PER_CHINESE_CHARACTER, SECONDS_PER_WORD
from surveyplat.scoring.comparability import Collected, DefinitionStanding
from surveyplat.scoring.dispositions import Dispositions, Participation, participation_rates
from surveyplat.scoring.event_cells import EventCells
from surveyplat.scoring.latent_models import Construct, PathModel
from surveyplat.scoring.plan import (
    DerivedIndexPlan,
    DriverPlan,
    Factor,
    GapPair,
    IndexPlan,
    LatentPlan,
    Problem,
    RatePlan,
    ScaleItem,
    ScoringPlan,
)
from surveyplat.scoring.quality_plan import PageReading, QualityPlan
from surveyplat.scoring.reasons import Reason

HANDED_OVER = ("sent", "listed")
"""The states of invitations that left the house."""
ERASED = "erased"
"""The state of open invitations of persons who had themselves erased."""
COMPLAINT = "complaint"
"""What the rates of complaints are called: complaint_any, and complaint_ with each class."""
_HEADLINES = {"nps": "recommend", "csat": "overall"}
"""Scoring's names of the rates of headline items."""


def scoring_plan(definition: Definition, definition_hash: str) -> ScoringPlan:
    """Everything that scoring needs to know of a study, and nothing that a respondent reads."""
    measured = definition.measurement
    return ScoringPlan(
        study=definition.study,
        definition_hash=definition_hash,
        items=_scale_items(definition),
        indices=tuple(_index(index) for index in measured.indices),
        problems=tuple(Problem(p.id, category, p.kind) for category, p in definition.problems()),
        categories=tuple(measured.categories),
        drivers=tuple(DriverPlan(d.id, d.target, d.attributes) for d in measured.drivers),
        derived_indices=tuple(DerivedIndexPlan(d.id, d.driver, d.rescaling, d.total) for d in measured.derived_indices),
        recommend=measured.recommend,
        overall=measured.overall,
        rates=(*_rates(definition), *_complaint_rates(definition)),
        gaps=tuple(GapPair(gap.id, gap.perception, gap.expectation) for gap in measured.gaps),
        models=tuple(map(_latent, measured.models)),
        quality=_quality(definition),
    )


def _quality(definition: Definition) -> QualityPlan:
    """What reading each page takes at the least, and the rating items of each scale as a battery."""
    reading: dict[str, dict[str, float]] = {}
    for read in page_words(definition):
        seconds = SECONDS_PER_CHINESE_CHARACTER * read.characters + SECONDS_PER_WORD * read.words
        reading.setdefault(read.page, {})[read.language] = seconds
    readable = {page: seconds for page, seconds in reading.items() if min(seconds.values()) > 0}
    rated = [item for _, item in definition.items() if isinstance(item, RatingItem)]
    batteries = {item.scale: tuple(each.id for each in rated if each.scale == item.scale) for item in rated}
    return QualityPlan(
        tuple(PageReading(seconds_column(page), seconds) for page, seconds in readable.items()),
        tuple(battery for battery in batteries.values() if len(battery) >= LEAST_BATTERY),
    )


def _rates(definition: Definition) -> Iterator[RatePlan]:
    for rate in definition.measurement.rates:
        yield _rate(rate.id, definition.item(rate.item), rate.answers)


def _rate(name: str, item: Item, answers: Iterable[Scalar]) -> RatePlan:
    """A rate over the columns of an item: consent is 1 or 0 there, and each choice of several has its own."""
    if isinstance(item, MultipleItem):
        return RatePlan(name, tuple(f"{item.id}__{code}" for code in answers), (1,))
    counted = tuple(answer if isinstance(answer, str) else int(answer) for answer in answers)
    return RatePlan(name, (item.id,), counted)


def _complaint_rates(definition: Definition) -> Iterator[RatePlan]:
    """The share with any complaint, and that of each class."""
    named = definition.measurement.complaints
    item = definition.item(named) if named else None
    if isinstance(item, SingleItem | MultipleItem):
        classes = [choice.code for choice in item.choices if choice.code in COMPLAINT_CLASSES]
        yield _rate(f"{COMPLAINT}_any", item, [choice.code for choice in item.choices if _complains(choice)])
        yield from (_rate(f"{COMPLAINT}_{code}", item, [code]) for code in classes)


def _complains(choice: OpenChoice) -> bool:
    return choice.other or choice.code in COMPLAINT_CLASSES


def _latent(model: LatentModel) -> LatentPlan:
    constructs = tuple(
        Construct(each.id, each.items, "B" if each.mode == "formative" else "A") for each in model.constructs
    )
    paths = tuple((path.cause, path.effect) for path in model.paths)
    return LatentPlan(PathModel(model.id, constructs, paths), model.index)


def _scale_items(definition: Definition) -> tuple[ScaleItem, ...]:
    rated = (item for _, item in definition.items() if isinstance(item, RatingItem | RecommendationItem))
    scales = ((item.id, definition.scale_of(item)) for item in rated)
    return tuple(ScaleItem(item, scale.minimum, scale.maximum) for item, scale in scales)


def _index(index: Index) -> IndexPlan:
    factors = tuple(Factor(factor.id, factor.weight, factor.items) for factor in index.factors)
    return IndexPlan(index.id, factors, index.total, index.usable_share, index.weights_source)


def labels(definition: Definition, language: str) -> dict[str, str]:
    """What each measured thing is called in ``language``: items, problems, categories, factors and indices by id."""
    measured = definition.measurement
    named = {item.id: item.text for _, item in definition.items()}
    named |= {problem.id: problem.text for _, problem in definition.problems()}
    named |= measured.categories
    for index in measured.indices:
        named |= {index.id: index.title, **{factor.id: factor.title for factor in index.factors}}
    for titled in (measured.derived_indices, measured.rates, measured.gaps, measured.models):
        named |= {each.id: each.title for each in titled}
    named |= {each.id: each.title for model in measured.models for each in model.constructs}
    named |= _complaint_labels(definition)
    return {name: neutral(text[language], language) for name, text in named.items()}


def _complaint_labels(definition: Definition) -> dict[str, Text]:
    named = definition.measurement.complaints
    item = definition.item(named) if named else None
    if not isinstance(item, SingleItem | MultipleItem):
        return {}
    return {f"{COMPLAINT}_any": item.text} | {f"{COMPLAINT}_{choice.code}": choice.text for choice in item.choices}


def standings(before: Definition, after: Definition) -> dict[str, DefinitionStanding]:
    """What two definitions say of each index (by its id), of "pp100" and of the "survey" as a whole."""
    found = compare_definitions(before, after).standings
    return {
        standing.id: DefinitionStanding(
            standing.verdict, tuple(map(_reason, standing.reasons)), tuple(map(_reason, standing.warnings))
        )
        for standing in found
        if standing.kind in ("survey", "index", "pp100")
    }


def rate_standing(before: Definition, after: Definition, rate: str) -> DefinitionStanding:
    """What two definitions say of a rate, a class of complaints, "nps" or "csat", by the name that scoring gives it."""
    name = "complaints" if rate.startswith(f"{COMPLAINT}_") else _HEADLINES.get(rate, rate)
    kind = "rate" if name == rate else name
    standings = compare_definitions(before, after).standings
    standing = next((each for each in standings if (each.kind, each.id) == (kind, name)), None)
    if standing is None:
        return DefinitionStanding("refuse", (Reason("definition_refuse"),))
    return DefinitionStanding(standing.verdict, tuple(map(_reason, standing.reasons)))


def _reason(remark: Remark) -> Reason:
    return Reason(remark.code, {}, ", ".join(remark.items), dict(remark.names))


def event_cells(manifest: Mapping[str, Any]) -> EventCells | None:
    """The eligible events of a frozen period by dealer, model and month; None where only dealers' were counted."""
    cells = manifest.get("population_cells")
    if cells is None:
        return None
    counts = {
        dealer: {model: tuple(events) for model, events in by_model.items()} for dealer, by_model in cells.items()
    }
    return EventCells(tuple(manifest["population_months"]), counts)


def collected(manifest: Mapping[str, Any]) -> Collected:
    """How a frozen period's answers came in, as far as its manifest tells: older ones tell neither modes nor days."""
    invited, rows = manifest["invited"], manifest["row_count"]
    return Collected(
        period=manifest["period"],
        modes=manifest.get("rows_by_source", {}),
        response_rate=rows / invited if 0 < rows <= invited else None,
        days_to_answer=manifest.get("days_to_answer"),
    )


def participation(manifest: Mapping[str, Any]) -> Participation | None:
    """What became of everybody who was asked in a frozen period, in AAPOR's terms, as far as its manifest tells.

    Complete: submitted to the end, whatever version of the questionnaire it was. Refusal: broken off, or submitted
    empty. Other: submitted after the cut-off, withdrawn by a correction, or erased before an answer. Non-contact: the
    invitation was never handed over (the events say that they are eligible). Unknown: handed over, and no word since.
    Not eligible: screened out, beyond a quota, or withdrawn because nobody should have been asked. None for older
    manifests, without invitations, and where answers were collected elsewhere: nobody knows of whom.
    """
    opened = manifest.get("invitations_opened_by_state")
    if opened is None or not manifest["invited"] or set(manifest["rows_by_source"]) != {"web"}:
        return None
    silent = {state: count - opened.get(state, 0) for state, count in manifest["invitations_by_state"].items()}
    erased = silent.pop(ERASED, 0)
    out = Counter[str]()
    for exclusion in manifest["exclusions"]:
        out[exclusion["reason"]] += exclusion["count"]
    counts = Dispositions(
        complete=manifest["row_count"] + out["other_definition"],
        partial=0,
        refusal=out["partial"] + out["empty"],
        non_contact=sum(count for state, count in silent.items() if state not in HANDED_OVER),
        other=out["after_cut_off"] + out["withdrawn"] + erased,
        unknown_household=0,
        unknown_other=sum(count for state, count in silent.items() if state in HANDED_OVER),
        not_eligible=out["screened_out"] + out["over_quota"] + out["withdrawn_not_eligible"],
    )
    return Participation(counts, participation_rates(counts)) if counts.eligible + counts.unknown else None
