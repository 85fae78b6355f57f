"""The Python package svy on the same answers, where it is installed: a peer to stand beside."""

from collections.abc import Callable

import numpy as np
import polars as pl

from surveyplat.bench.made_up import Sample


def svy_means(sample: Sample) -> Callable[[], object] | None:
    """A call that gives one item's mean and standard error for every dealer by svy; None where it is not installed."""
    try:
        import svy
    except ImportError:
        return None
    codes = sample.codes[0]
    answers = pl.DataFrame(
        {
            "dealer": sample.dealer,
            "weight": sample.weights,
            "item": pl.Series(np.where(codes < 0, np.nan, codes)).fill_nan(None),
        }
    )
    design = svy.Design(stratum="dealer", wgt="weight")
    return lambda: svy.Sample(data=answers, design=design).estimation.mean(y="item", by="dealer", drop_nulls=True)
