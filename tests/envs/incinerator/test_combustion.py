"""The static balances against worked examples and against their own conservation laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lantern.envs.incinerator.combustion import at_reference, burn
from lantern.envs.incinerator.thermo import CO2, H2O, N2, O2, enthalpy, temperature
from lantern.envs.incinerator.waste import Waste
from lantern.errors import ContentError

WET = Waste(20, 2.8, 12, 0.6, 0.12, 0.4, moisture=45, ash=19.08, lhv=6.5)
DRY = Waste(27, 3.7, 17, 0.6, 0.12, 0.6, moisture=30, ash=20.98, lhv=10)


@pytest.mark.parametrize(
    ("waste", "oxygen", "ratio", "dry", "wet", "carbon_dioxide", "furnace"),
    [
        (WET, 0.06, 1.39, 2.88, 3.78, 13.0, 1025),
        (WET, 0.08, 1.60, 3.32, 4.23, 11.2, 946),
        (WET, 0.10, 1.88, 3.92, 4.84, 9.5, 858),
        (DRY, 0.06, 1.39, 3.83, 4.66, 13.2, 1245),
        (DRY, 0.08, 1.60, 4.42, 5.25, 11.4, 1139),
        (DRY, 0.10, 1.88, 5.22, 6.07, 9.7, 1023),
    ],
)
def test_worked_examples(
    waste: Waste, oxygen: float, ratio: float, dry: float, wet: float, carbon_dioxide: float, furnace: float
) -> None:
    gas = burn(waste, oxygen)
    assert gas.air_ratio == pytest.approx(ratio, abs=0.01)
    assert gas.dry == pytest.approx(dry, abs=0.01)
    assert gas.wet == pytest.approx(wet, abs=0.03)
    assert 100 * gas.carbon_dioxide == pytest.approx(carbon_dioxide, abs=0.1)
    assert gas.furnace == pytest.approx(furnace, abs=15)


@pytest.mark.parametrize(("waste", "volume"), [(WET, 4.32), (DRY, 5.74)])
@pytest.mark.parametrize("oxygen", [0.06, 0.08, 0.10])
def test_the_reference_volume_does_not_depend_on_the_air(waste: Waste, volume: float, oxygen: float) -> None:
    assert burn(waste, oxygen).reference_volume(oxygen) == pytest.approx(volume, rel=0.01)


def test_only_the_wet_waste_falls_below_850_degrees() -> None:
    assert burn(WET, 0.105).furnace < 850 < burn(DRY, 0.105).furnace


def test_reference_correction() -> None:
    assert at_reference(100.0, 0.11) == pytest.approx(100.0)
    assert at_reference(100.0, 0.06) == pytest.approx(100 * 10 / 15)


@pytest.mark.parametrize(
    ("species", "kelvin", "kilojoules"),
    # NIST-JANAF tables, H(T) - H(298.15 K) in kJ/mol.
    [(N2, 1000, 21.463), (O2, 1000, 22.703), (CO2, 1000, 33.397), (H2O, 1000, 26.000), (N2, 1500, 38.405)],
)
def test_enthalpies_are_those_of_the_tables(species: int, kelvin: float, kilojoules: float) -> None:
    amounts = np.zeros(4)
    amounts[species] = 1.0
    assert enthalpy(amounts, kelvin)[0] / 1000 == pytest.approx(kilojoules, rel=0.002)


def test_temperature_inverts_enthalpy() -> None:
    amounts = np.array([0.7, 0.08, 0.1, 0.2])
    for kelvin in (320.0, 700.0, 999.0, 1001.0, 1400.0, 2100.0):
        heat, capacity = enthalpy(amounts, kelvin)
        assert temperature(amounts, heat, 1200.0) == pytest.approx(kelvin, rel=1e-6)
        assert capacity == pytest.approx((enthalpy(amounts, kelvin + 0.1)[0] - heat) / 0.1, rel=1e-3)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"moisture": -3.0}, "moisture is -3 %"),
        ({"carbon": 25.0}, "adds up to 105.00 %"),
        ({"lhv": 0.5}, "lhv is 0.5 MJ/kg"),
        ({"fossil_share": 1.4}, "fossil_share is 1.4"),
    ],
)
def test_impossible_waste_is_refused(change: dict[str, float], complaint: str) -> None:
    with pytest.raises(ContentError, match=complaint):
        replace(WET, **change)
