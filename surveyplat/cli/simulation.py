"""``surveyplat simulate``: the files of a synthetic dealer group."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from surveyplat.errors import Fault, InvalidInput


def register(app: typer.Typer) -> None:
    app.command()(simulate)


def simulate(
    out: Annotated[Path, typer.Option("--out", file_okay=False, help="Folder to write into; it is made when absent.")],
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Another seed makes another group.")] = None,
) -> None:
    """Write two quarters of events of a synthetic dealer group, and the truths planted in it."""
    from surveyplat.simulation.events import synthetic_events, write_events_csv
    from surveyplat.simulation.group import DEFAULT_SEED
    from surveyplat.simulation.truths import planted_truths, write_truths

    chosen = DEFAULT_SEED if seed is None else seed
    events = synthetic_events(chosen)
    dealers = len({event.dealer.code for event in events})
    try:
        files = (write_events_csv(out, events), write_truths(out, planted_truths(chosen)))
    except OSError as error:
        cause = f"cannot be written: {error.strerror}"
        raise InvalidInput([Fault("folder", str(out), cause, "Name a folder that you may write into")]) from None
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Synthetic: {len(events)} events of {dealers} made-up dealers, seed {chosen}.", markup=False)
    for path in files:
        console.print(str(path), markup=False)
