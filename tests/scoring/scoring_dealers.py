"""Dealers whose customers answer on a 1-10 scale or report problems, for the tests of leagues."""

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from surveyplat.scoring.design import Ratios, ratios_by_cell
from surveyplat.scoring.moments import Column, Rows, moments_of

Floats = NDArray[np.float64]


def names(count: int) -> tuple[str, ...]:
    return tuple(f"D{number:04d}" for number in range(count))


def ratios_of(answers: Floats) -> Ratios:
    """From answers of the shape (dealers, answers), each of one customer and with the weight 1."""
    dealers, size = answers.shape
    each = np.ones(dealers * size)
    rows = Rows.in_order(np.repeat(np.arange(dealers), size), np.arange(dealers * size))
    found = ratios_by_cell(moments_of([Column("y", answers.ravel().astype(np.float64), each)], each, rows))
    return Ratios(**{field.name: getattr(found, field.name)[:, 0] for field in fields(found)})


def joined(*parts: Ratios) -> Ratios:
    return Ratios(*(np.concatenate([getattr(part, name) for part in parts]) for name in Ratios.__annotations__))


def piled_up(rng: np.random.Generator, levels: Floats, size: int) -> Floats:
    """Answers of customers whose mood, normal about the dealer's level with the deviation 1.8, is cut to 1-10."""
    moods = levels[:, None] + 1.8 * rng.standard_normal((len(levels), size))
    answers: Floats = np.clip(np.rint(moods), 1, 10)
    return answers


def true_means(levels: Floats) -> Floats:
    """The mean of ``piled_up`` answers: 10 less the chances to be below each point."""
    means: Floats = 10 - ndtr((np.arange(1, 10) + 0.5 - levels[:, None]) / 1.8).sum(axis=1)
    return means
