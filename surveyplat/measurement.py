"""A definition, translated into the plan that scoring works from and the names that reports use."""

from surveyplat.forms.items import RatingItem, RecommendationItem
from surveyplat.forms.language import Definition
from surveyplat.forms.measuring import Index
from surveyplat.forms.wording import neutral
from surveyplat.scoring.plan import (
    DerivedIndexPlan,
    DriverPlan,
    Factor,
    IndexPlan,
    Problem,
    ScaleItem,
    ScoringPlan,
)


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
    )


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
    named |= {index.id: index.title for index in measured.derived_indices}
    return {name: neutral(text[language], language) for name, text in named.items()}
