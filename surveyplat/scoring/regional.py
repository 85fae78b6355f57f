"""Dealers, and the regions that are sums of them, looked up by names that are never the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from surveyplat.scoring.additive import WHOLE
from surveyplat.scoring.records.ratio import Ratio
from surveyplat.scoring.tabulation import Tabulation

_REGION = "region "


def region_name(region: str) -> str:
    """A region's name among dealers' codes."""
    return _REGION + region


@dataclass(frozen=True)
class Regional:
    """A tabulation's dealers (the unknown one among them, "") and ``regions``: their dealers by their name."""

    table: Tabulation
    regions: Mapping[str, Sequence[str]]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (*self.table.dealers, *map(region_name, self.regions))

    @cached_property
    def sums(self) -> dict[str, tuple[str, ...]]:
        """What each region is the sum of, and then all together: regions, and dealers of no region."""
        inside = {dealer for dealers in self.regions.values() for dealer in dealers}
        others = tuple(dealer for dealer in self.table.dealers if dealer not in inside)
        of_regions = {region_name(region): tuple(dealers) for region, dealers in self.regions.items()}
        return {**of_regions, WHOLE: (*of_regions, *others)}

    def ratio(self, name: str, column: str) -> Ratio:
        """Of a dealer, a region, or all together (``WHOLE``)."""
        if name == WHOLE:
            return self.table.overall(column)
        if name in self._tables:
            return self._tables[name].overall(column)
        return self.table.of_dealer(name, column)

    @cached_property
    def _tables(self) -> dict[str, Tabulation]:
        return {region_name(region): self.table.among(dealers) for region, dealers in self.regions.items()}
