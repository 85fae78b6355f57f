"""``surveyplat report --dealer`` and ``--dealers``: each dealer's own PDF."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from rich.console import Console

from surveyplat.audit.periods import Period
from surveyplat.cli.progress import pass_bars
from surveyplat.settings import load_settings

if TYPE_CHECKING:
    from surveyplat.dealer_reports import DealerReports


@dataclass(frozen=True)
class Crew:
    """Who makes the reports: processes of this machine, or the workers of a Dask scheduler."""

    workers: int = 1
    cluster: str | None = None


def make_dealer_reports(study: str, period: Period, language: str, dealers: Sequence[str] | None, crew: Crew) -> None:
    """Make and tell of them: the path of a single one, one line about all of them."""
    from surveyplat.executors import executor_for

    started = perf_counter()
    with executor_for(crew.workers, crew.cluster) as executor:
        made = asyncio.run(_make(study, period, language, dealers, executor))
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for path in made.paths.values() if dealers is not None else ():
        console.print(str(path), markup=False)
    folder = next(iter(made.paths.values())).parent
    kept = len(made.paths) - made.made
    seconds = perf_counter() - started
    told = f"{made.made} reports made, {kept} kept from before, in {seconds:.1f} s: {folder}"
    console.print(told, markup=False)
    if not made.is_sealed:
        console.print("They are not sealed: set SURVEYPLAT_SEAL_KEY, and make them again", markup=False)


async def _make(
    study: str, period: Period, language: str, dealers: Sequence[str] | None, executor: Executor | None
) -> "DealerReports":
    from surveyplat.dealer_reports import report_dealers
    from surveyplat.storage.database import open_database

    settings = load_settings()
    async with open_database(settings.database_url) as db:
        with pass_bars(f"Reporting {study} {period.name}") as bars:
            try:
                return await report_dealers(
                    db,
                    settings,
                    study,
                    period,
                    language,
                    dealers=dealers,
                    executor=executor,
                    progress=bars,
                    now=settings.now(),
                )
            except asyncio.CancelledError:
                bars.stop()
                raise
