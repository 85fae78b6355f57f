"""Raked weights and their uncertainty beside R's: survey::rake with epsilon 1e-13, then svymean and svytotal."""

from pathlib import Path

import numpy as np
import pytest
from raked_rows import residuals_of_rows
from reference_cases import Case, load_case, load_table

from surveyplat.scoring.design import ratios_overall
from surveyplat.scoring.margins import Margin
from surveyplat.scoring.moments import Column, Moments, Rows, moments_of
from surveyplat.scoring.raking import Raking, WeightCells, rake, weight_cells

TYPES, WIDE = ("E", "H", "M"), ("No", "Yes")


class Districts:
    """apiclus1: 183 schools in 15 districts, which are the units, raked to two margins."""

    def __init__(self, folder: Path) -> None:
        table = load_table(folder, "apiclus1.csv")
        order = np.argsort(table["dnum"], kind="stable")
        held = {name: values[order] for name, values in table.items()}
        positions = np.column_stack([np.searchsorted(TYPES, held["stype"]), np.searchsorted(WIDE, held["sch.wide"])])
        cells, cell = weight_cells(positions, held["pw"])
        margins = [
            Margin("stype", TYPES, np.array([4421.0, 755, 1018])),
            Margin("sch.wide", WIDE, np.array([1072.0, 5122])),
        ]
        raking = rake(cells, margins)
        self.cells: WeightCells = cells
        self.raking: Raking = raking
        columns = [Column(name, held[name], np.ones(len(order))) for name in ("api00", "enroll")]
        rows = Rows.in_order(np.zeros(len(order), dtype=np.int64), held["dnum"].astype(np.int64))
        weights = raking.weights[cell]
        self.moments: Moments = moments_of(columns, weights, rows)
        means = ratios_overall(self.moments).value
        self.residuals: Moments = residuals_of_rows(columns, means, cells, raking, cell, rows)
        self.of_totals: Moments = residuals_of_rows(columns, np.zeros(2), cells, raking, cell, rows)


@pytest.fixture(scope="module")
def districts(reference_data: Path) -> Districts:
    return Districts(reference_data)


@pytest.fixture(scope="module")
def case(reference_data: Path) -> Case:
    return load_case(reference_data, "W1")


def test_raked_weights_are_rakes(districts: Districts, case: Case) -> None:
    names = [f"{TYPES[first]}_{WIDE[second]}" for first, second in districts.cells.positions]
    assert case.agrees("weights", dict(zip(names, districts.raking.weights.tolist(), strict=True)))
    assert case.agrees("kish_deff", districts.raking.design_effect)


def test_raked_mean_has_the_standard_error_of_its_calibration_residuals(districts: Districts, case: Case) -> None:
    mean = ratios_overall(districts.moments, residuals=districts.residuals).at(0)
    assert case.agrees("mean", mean.value)
    assert case.agrees("se", mean.std_error)


def test_raked_total_has_the_standard_error_of_its_calibration_residuals(districts: Districts, case: Case) -> None:
    units = float(districts.of_totals.cell_units[0])
    squares, total = float(districts.of_totals["aa"][0, 1]), float(districts.of_totals["wy"][0, 1])
    assert case.agrees("total_enroll", float(districts.moments["wy"][0, 1]))
    assert case.agrees("se_total", (units / (units - 1) * (squares - total**2 / units)) ** 0.5)
