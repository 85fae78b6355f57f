"""Dealers whose customers answer on a 1-10 scale or report problems, for the tests of leagues."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from surveyplat.scoring.design import Ratios

Floats = NDArray[np.float64]


def names(count: int) -> tuple[str, ...]:
    return tuple(f"D{number:04d}" for number in range(count))


def ratios_of(answers: Floats) -> Ratios:
    """From answers of the shape (dealers, answers), each of one customer and with the weight 1."""
    dealers, size = answers.shape
    each = np.full(dealers, float(size))
    errors = answers.std(axis=1, ddof=1) / size**0.5 if size > 1 else np.zeros(dealers)
    alone = np.full(dealers, size == 1)
    return Ratios(answers.mean(axis=1), errors, each - 1, each, each, each, answers.sum(axis=1), alone)


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
