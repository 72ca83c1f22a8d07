"""Recompute ``sncr.npz``: selective non-catalytic reduction of NO by ammonia in an isothermal plug flow.

Run ``python recompute_sncr.py`` where Cantera 3.2 is installed (about three minutes on one core). The
mechanism is the one that Cantera ships for CO-assisted oxidation of ammonia (Alzueta, Salas, Hashemi and
Glarborg, 2023; 42 species, 281 reactions). GRI-Mech 3.0 has no NH2 + NO reaction and must not be used here.

Every combination of the axes is one reactor: NO, NH3 = NSR * NO, CO, O2, 15 % water, balance N2, at one
atmosphere and constant temperature. The table holds the shares at the end, in ppm of the wet gas.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import cantera as ct
import numpy as np

AXES = {
    "temperature": np.arange(700.0, 1200.0, 25.0),  # C
    "nitric_oxide": np.array([50.0, 100.0, 200.0, 300.0, 450.0]),  # ppm before the ammonia
    "ratio": np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0]),  # NSR: mol NH3 per mol NO
    "carbon_monoxide": np.array([0.0, 30.0, 100.0, 250.0]),  # ppm
    "oxygen": np.array([0.04, 0.08, 0.12]),
    "seconds": np.array([0.3, 1.0]),
}
OUTPUTS = ("NO", "NH3", "N2O", "CO")
WATER = 0.15


def react(
    gas: ct.Solution, temperature: float, no: float, ratio: float, co: float, oxygen: float
) -> np.ndarray:
    """Shares of the outputs, in ppm, at each residence time: float64[len(seconds), len(OUTPUTS)]."""
    shares = {"NO": no * 1e-6, "NH3": ratio * no * 1e-6, "CO": co * 1e-6, "O2": oxygen, "H2O": WATER}
    shares["N2"] = 1.0 - sum(shares.values())
    gas.TPX = temperature + 273.15, ct.one_atm, shares
    network = ct.ReactorNet([ct.IdealGasConstPressureReactor(gas, energy="off", clone=False)])
    network.rtol, network.atol = 1e-9, 1e-20
    result = []
    for end in AXES["seconds"]:
        network.advance(end)
        result.append([gas[species].X[0] * 1e6 for species in OUTPUTS])
    return np.array(result)


def main() -> None:
    """Write the table beside this script."""
    gas = ct.Solution("example_data/ammonia-CO-H2-Alzueta-2023.yaml")
    grid = [AXES[name] for name in list(AXES)[:-1]]
    shape = [len(axis) for axis in AXES.values()]
    table = np.array([react(gas, *point) for point in itertools.product(*grid)]).reshape(*shape, len(OUTPUTS))
    arrays = {**AXES, "table": np.maximum(table, 0.0).astype(np.float32), "version": np.array(ct.__version__)}
    np.savez_compressed(Path(__file__).with_name("sncr.npz"), allow_pickle=False, **arrays)


if __name__ == "__main__":
    main()
