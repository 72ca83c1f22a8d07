"""Complete combustion at steady state: air ratio, flue gas and furnace temperature from the stack's oxygen.

The static side of the plant, and what its dynamic side must settle to. Chlorine leaves as HCl, nitrogen as
N2 (its small share of NO does not count in the balance of the bulk gas), sulphur as SO2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lantern.envs.incinerator.thermo import CO2, H2O, MOLAR_VOLUME, N2, O2, enthalpy, temperature
from lantern.envs.incinerator.waste import WATER, Waste

OXYGEN_IN_AIR = 0.21
NITROGEN_TO_OXYGEN = 0.79 / 0.21
REFERENCE_OXYGEN = 0.11


@dataclass(frozen=True)
class FlueGas:
    """Flue gas of one kg of wet waste.

    Attributes
    ----------
    air_ratio : float
        Air over stoichiometric air (lambda).
    dry, wet : float
        Volume, Nm3 per kg of waste.
    carbon_dioxide : float
        Share of the dry gas.
    water : float
        Share of the wet gas.
    furnace : float
        Temperature of the gas leaving the furnace, C.
    """

    air_ratio: float
    dry: float
    wet: float
    carbon_dioxide: float
    water: float
    furnace: float

    def reference_volume(self, oxygen: float) -> float:
        """Volume of the dry gas diluted to 11 % oxygen, Nm3 per kg, given its own dry oxygen share."""
        return self.dry * (0.21 - oxygen) / (0.21 - REFERENCE_OXYGEN)


def at_reference(concentration: float, oxygen: float) -> float:
    """Convert a dry concentration to the reference of 11 % oxygen.

    Parameters
    ----------
    concentration : float
        At the oxygen that was measured, any unit per dry Nm3.
    oxygen : float
        Dry oxygen share measured, in [0, 0.205].
    """
    return concentration * (0.21 - REFERENCE_OXYGEN) / (0.21 - min(oxygen, 0.205))


def burn(
    waste: Waste,
    oxygen: float,
    *,
    loss: float = 0.15,
    preheat: float = 150.0,
    humidity: float = 0.013,
) -> FlueGas:
    """Burn waste with the air that leaves a given oxygen share in the dry flue gas.

    Parameters
    ----------
    waste : Waste
        What is burnt.
    oxygen : float
        Dry oxygen share of the flue gas, in [0.01, 0.18].
    loss : float
        Share of the heat (fuel and preheated air) lost to water walls and surroundings, in [0, 0.5].
    preheat : float
        Temperature of the combustion air, C.
    humidity : float
        kmol of water per kmol of dry air.

    Returns
    -------
    FlueGas
    """
    if not 0.01 <= oxygen <= 0.18:
        raise ValueError(f"oxygen is a dry share between 0.01 and 0.18, got {oxygen:g}")
    carbon, hydrogen, _, nitrogen, sulphur, chlorine = waste.amounts
    demand = waste.oxygen_demand
    per_ratio = demand * (1 + NITROGEN_TO_OXYGEN)
    products = carbon + sulphur + chlorine + nitrogen / 2 - demand
    ratio = (demand + oxygen * products) / (demand - oxygen * per_ratio)
    dry = products + ratio * per_ratio
    vapour = humidity * ratio * per_ratio
    water = waste.moisture / 100 / WATER + (hydrogen - chlorine) / 2 + vapour

    air = np.zeros(4)
    air[N2], air[O2], air[H2O] = ratio * demand * NITROGEN_TO_OXYGEN, ratio * demand, vapour
    heat = (waste.lhv * 1000 + enthalpy(air, preheat + 273.15)[0]) * (1 - loss)
    gas = np.zeros(4)
    gas[N2] = air[N2] + nitrogen / 2 + chlorine  # HCl, diatomic too, counts as N2 in the enthalpy
    gas[O2] = demand * (ratio - 1)
    gas[CO2] = carbon + sulphur  # SO2 likewise as CO2
    gas[H2O] = water
    return FlueGas(
        air_ratio=ratio,
        dry=dry * MOLAR_VOLUME,
        wet=(dry + water) * MOLAR_VOLUME,
        carbon_dioxide=carbon / dry,
        water=water / (dry + water),
        furnace=temperature(gas, heat, 1300.0) - 273.15,
    )
