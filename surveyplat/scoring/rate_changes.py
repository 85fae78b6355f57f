"""Changes of problem rates from one period to the next, each told by the method that its counts allow."""

from collections.abc import Iterable, Iterator

from surveyplat.errors import InsufficientBase
from surveyplat.scoring.estimate import Estimate
from surveyplat.scoring.rate_comparison import RateSample, compare_rates
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.results import Change, Pp100Cell


def rate_changes(before: Iterable[Pp100Cell], after: Iterable[Pp100Cell]) -> Iterator[Change]:
    """The changes of all cells that stand in both periods, in the order of the later one."""
    old = {cell.id: cell for cell in before}
    return (rate_change(old[cell.id], cell) for cell in after if cell.id in old)


def rate_change(before: Pp100Cell, after: Pp100Cell) -> Change:
    """after / before by ``rate_comparison.compare_rates``, whose method the change names.

    No ratio to a rate of 0: then only the lower end and the p value are told. Nothing at all is told of a rate that is
    withheld on either side, and where neither side has a problem or any spread.
    """
    sides = before.pp100, after.pp100
    if before.pp100.value is None or after.pp100.value is None:
        return _untold(before.id, *sides)
    try:
        told = compare_rates(rate_sample(after), rate_sample(before))
    except InsufficientBase:
        return _untold(before.id, *sides)
    return Change(after.id, *sides, told.ratio, told.ci_low, told.ci_high, told.p_value, None, False, told.method)


def rate_sample(cell: Pp100Cell) -> RateSample:
    """A published cell as a sample of problems per vehicle. The cell must be shown."""
    estimate = cell.pp100
    per_hundred = Ratio(
        value=estimate.value or 0.0,
        std_error=estimate.std_error or 0.0,
        df=estimate.df,
        unweighted_base=estimate.unweighted_base,
        weighted_base=estimate.weighted_base,
        effective_base=estimate.effective_base,
        count=cell.problems or 0,
        lone_unit=estimate.lone_unit,
    )
    return RateSample.of(per_hundred.scaled(1 / 100), cell.dispersion)


def _untold(id_: str, before: Estimate, after: Estimate) -> Change:
    return Change(id_, before, after, None, None, None, None, None, False)
