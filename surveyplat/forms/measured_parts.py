"""What a definition measures and whom it asks, part by part and facet by facet."""

from collections.abc import Iterable

from surveyplat.forms.language import Definition, Fieldwork
from surveyplat.forms.measuring import Index, LatentModel, Measurement
from surveyplat.forms.parts import Facet, PartName, Parts, number_text, texts
from surveyplat.forms.rule_texts import formula_text, rule_text


def measurement_parts(definition: Definition) -> Parts:
    """Indices with their factors, categories, drivers, derived indices, gaps, rates, models, and the headline items."""
    measured = definition.measurement
    parts: Parts = {}
    for index in measured.indices:
        parts |= _index_parts(index)
    for name, title in measured.categories.items():
        parts[PartName("category", name)] = texts("title", title)
    for driver in measured.drivers:
        attributes = ", ".join(driver.attributes)
        parts[PartName("driver", driver.id)] = {Facet("target"): driver.target, Facet("attributes"): attributes}
    for derived in measured.derived_indices:
        parts[PartName("derived index", derived.id)] = {
            **texts("title", derived.title),
            Facet("driver"): derived.driver,
            Facet("rescaling"): derived.rescaling,
            Facet("total"): number_text(derived.total),
        }
    parts |= _gaps_and_rates(measured)
    for model in measured.models:
        parts |= _model_parts(model)
    for headline in HEADLINES:
        item = getattr(measured, headline)
        if item is not None:
            parts[PartName(headline, headline)] = {Facet("item"): item}
    return parts


HEADLINES = ("recommend", "overall", "complaints")
"""The keys of ``Measurement`` that name one item each."""


def _gaps_and_rates(measured: Measurement) -> Parts:
    gaps: Parts = {
        PartName("gap", gap.id): {
            **texts("title", gap.title),
            Facet("expectation"): gap.expectation,
            Facet("perception"): gap.perception,
        }
        for gap in measured.gaps
    }
    rates: Parts = {
        PartName("rate", rate.id): {
            **texts("title", rate.title),
            Facet("item"): rate.item,
            Facet("answers"): scalars_text(rate.answers),
        }
        for rate in measured.rates
    }
    return gaps | rates


def scalars_text(values: Iterable[object]) -> str:
    """Codes, points or true, in an order that does not depend on how they are written."""
    return ", ".join(sorted(str(value).lower() if isinstance(value, bool) else str(value) for value in values))


def _model_parts(model: LatentModel) -> Parts:
    whole = {**texts("title", model.title), Facet("paths"): paths_text(model), Facet("index"): model.index or "none"}
    constructs = {
        PartName("construct", f"{model.id}/{construct.id}"): {
            **texts("title", construct.title),
            Facet("items"): ", ".join(construct.items),
            Facet("mode"): construct.mode,
        }
        for construct in model.constructs
    }
    return {PartName("model", model.id): whole, **constructs}


def paths_text(model: LatentModel) -> str:
    """The arrows between the constructs; their order says nothing."""
    return ", ".join(sorted(f"{path.cause} to {path.effect}" for path in model.paths))


def calculated_parts(definition: Definition) -> Parts:
    """The values that nobody is asked for."""
    return {
        PartName("calculated", name): {
            Facet("formula"): formula_text(rule),
            Facet("decimals"): str(rule.decimals),
            Facet("kept"): rule.keep or "no",
        }
        for name, rule in definition.calculated.items()
    }


def fieldwork_parts(definition: Definition) -> Parts:
    """Who is asked and when, and how many are wanted."""
    parts: Parts = {PartName("fieldwork", "fieldwork"): fieldwork_facets(definition.fieldwork)}
    for quota in definition.quotas:
        parts[PartName("quota", quota.id)] = {
            Facet("counts"): rule_text([quota.when] if quota.when else (), definition.calculated) or "everybody",
            Facet("limit"): str(quota.limit),
            Facet("each"): quota.each,
            Facet("per"): quota.per or "all time",
            **texts("thanks", quota.thanks),
        }
    return parts


def fieldwork_facets(fieldwork: Fieldwork) -> dict[Facet, str]:
    sampling = fieldwork.sampling
    return {
        Facet("trigger"): fieldwork.trigger,
        Facet("delay"): f"{fieldwork.delay_days} days",
        Facet("expiry"): f"{fieldwork.expires_days} days",
        Facet("occasion"): fieldwork.occasion,
        Facet("reminders"): f"after {', '.join(map(str, fieldwork.reminders))} days" if fieldwork.reminders else "none",
        Facet("sampled share"): number_text(sampling.share),
        Facet("most of a dealer"): str(sampling.most_per_dealer or "any number"),
        Facet("channels"): ", ".join(fieldwork.channels) or "any",
    }


def _index_parts(index: Index) -> Parts:
    whole = {
        **texts("title", index.title),
        Facet("total"): number_text(index.total),
        Facet("usable share"): number_text(index.usable_share),
        Facet("source of the weights"): index.weights_source,
    }
    factors = {
        PartName("factor", f"{index.id}/{factor.id}"): {
            **texts("title", factor.title),
            Facet("weight"): number_text(factor.weight),
            Facet("items"): ", ".join(factor.items),
        }
        for factor in index.factors
    }
    return {PartName("index", index.id): whole, **factors}
