"""A plan that contradicts itself is refused before a row is read, with every contradiction."""

from collections import Counter
from collections.abc import Iterable, Iterator

from surveyplat.errors import ScoringError
from surveyplat.scoring.plan import ScoringPlan


def check_plan(plan: ScoringPlan) -> None:
    """Raises ``ScoringError`` naming every doubled or unknown name, empty scale and useless weight."""
    faults = [*_items(plan), *_indices(plan), *_problems(plan), *_drivers(plan)]
    if faults:
        raise ScoringError(
            f"The plan of {plan.study} cannot be scored: {'; '.join(faults)}. Mend the measurement section"
        )


def _items(plan: ScoringPlan) -> Iterator[str]:
    yield from _doubled("item", (item.id for item in plan.items))
    for item in plan.items:
        if not 0 <= item.minimum < item.maximum:
            yield f"the scale of {item.id} runs from {item.minimum} to {item.maximum}"
    named = {"recommend": plan.recommend, "overall": plan.overall}
    yield from _unknown(plan, ((role, item) for role, item in named.items() if item is not None))


def _indices(plan: ScoringPlan) -> Iterator[str]:
    names = [index.id for index in plan.indices] + [index.id for index in plan.derived_indices]
    yield from _doubled("index", names)
    for index in plan.indices:
        yield from _doubled(f"factor of {index.id}", (factor.id for factor in index.factors))
        yield from _unknown(plan, ((f"factor {factor.id}", item) for factor in index.factors for item in factor.items))
        for factor in index.factors:
            if factor.weight < 0 or not factor.items:
                yield f"factor {factor.id} of {index.id} has weight {factor.weight} and {len(factor.items)} items"
        if not sum(factor.weight for factor in index.factors) > 0:
            yield f"the weights of {index.id} do not add up to more than 0"


def _problems(plan: ScoringPlan) -> Iterator[str]:
    yield from _doubled("problem", (problem.id for problem in plan.problems))
    for problem in plan.problems:
        if problem.category not in plan.categories:
            yield f"problem {problem.id} names the unknown category {problem.category}"


def _drivers(plan: ScoringPlan) -> Iterator[str]:
    for driver in plan.drivers:
        names = (driver.target, *driver.attributes)
        yield from _doubled(f"item of driver {driver.id}", names)
        yield from _unknown(plan, ((f"driver {driver.id}", name) for name in names))
        if not driver.attributes:
            yield f"driver {driver.id} has no attributes"
    known = {driver.id for driver in plan.drivers}
    for derived in plan.derived_indices:
        if derived.driver not in known:
            yield f"derived index {derived.id} names the unknown driver {derived.driver}"


def _doubled(kind: str, names: Iterable[str]) -> Iterator[str]:
    return (f"{kind} {name} stands there {count} times" for name, count in Counter(names).items() if count > 1)


def _unknown(plan: ScoringPlan, uses: Iterable[tuple[str, str]]) -> Iterator[str]:
    known = {item.id for item in plan.items}
    return (f"{role} names the unknown item {item}" for role, item in uses if item not in known)
