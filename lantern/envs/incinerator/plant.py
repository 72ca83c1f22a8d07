"""The dynamic plant: one control step is a number of Euler substeps of grate, furnace, reagents and stack.

What the balances say is exact: every element, the lime and the energy that go in are stored or come out (the
tests add up the books). Gas holds no inventory: it passes in seconds, and the controller acts in minutes.

Sources: balances as in :mod:`combustion`; fuel-nitrogen conversion of 5 to 15 %, rising with oxygen and
falling with nitrogen content and air staging; carbon monoxide as the share of rich pockets in a lognormal
distribution of the local air ratio, plus kinetic burnout; sorption with the operational model of Antonioni et
al. (2012), hydrogen chloride first.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit
from lantern.envs.incinerator.grate import burn_grate, feed_grate
from lantern.envs.incinerator.layout import (
    ACTIONS,
    AMMONIA,
    BOOK,
    CAKE,
    DUST,
    FIRST_ACTUATOR,
    GAS,
    HEAT,
    INDEX,
    LIME,
    MIXING,
    OUTPUTS,
    PRIMARY,
    SECONDARY,
    WALL,
    Floats,
)
from lantern.envs.incinerator.sncr import reduce
from lantern.envs.incinerator.stack import burnout, conversion, fuel_nitric_oxide, gas_temperature, rich_share
from lantern.envs.incinerator.thermo import MOLAR_VOLUME, enthalpy

LATENT = 2443.0  # kJ/kg
STEAM_TEMPERATURE = 543.0  # K
CO_HEAT = 282_980.0  # kJ/kmol
ACTUATOR_SECONDS = 30.0
_NITROGEN_REFERENCE = 0.006 / 14.007  # kmol per kg

_HUMIDITY, _PREHEAT, _LEAK, _FOSSIL = (INDEX[name] for name in ("humidity", "preheat", "leak", "fossil"))
_WALL_TRANSFER, _STEAM_TRANSFER = INDEX["wall_transfer"], INDEX["steam_transfer"]
_WALL_CAPACITY, _SURFACE_LOSS = INDEX["wall_capacity"], INDEX["surface_loss"]
_SPREAD, _RICH_CO, _FUEL_NITROGEN = INDEX["mixing_spread"], INDEX["rich_co"], INDEX["fuel_nitrogen"]
_MIXING, _OFFSET, _SECONDS = INDEX["sncr_mixing"], INDEX["sncr_offset"], INDEX["sncr_seconds"]
_HCL_RELEASE, _SO2_RELEASE = INDEX["hcl_release"], INDEX["so2_release"]
_HCL_ORDER, _SO2_ORDER, _FILTER = INDEX["hcl_order"], INDEX["so2_order"], INDEX["filter_seconds"]
_RAW_DUST, _PASSING = INDEX["raw_dust"], INDEX["dust_passing"]
_NOMINAL, _OUTLET = INDEX["nominal_gas"], INDEX["steam_outlet"]

_N2, _O2, _CO2, _H2O, _CO, _NO, _NH3, _N2O, _HCL, _SO2 = range(10)
_HCL_BOUND, _SO2_BOUND, _LIME_OUT = BOOK["hcl_bound"], BOOK["so2_bound"], BOOK["lime_out"]
_AIR, _VAPOUR, _DOSE, _LIME = BOOK["air"], BOOK["vapour"], BOOK["dose"], BOOK["lime"]
_BURNT, _WARM, _EVAPORATION, _UNBURNT = (
    BOOK[name] for name in ("burnt_heat", "warm_air", "evaporation", "unburnt")
)
_SURFACE, _TO_WALL, _STEAM, _HOT = (BOOK[name] for name in ("surface", "wall", "steam", "hot_gas"))
_BOILER, _TEMPERATURE, _DUST, _WASTE = (BOOK[name] for name in ("boiler", "temperature", "dust", "waste"))
_FED_HEAT = BOOK["fed_heat"]


@njit()
def furnace(
    state: Floats, site: Floats, burnt: Floats, evaporated: float, seconds: float, gas: Floats, books: Floats
) -> tuple[float, float]:
    """Burn what the grate gave off and find the gas temperature.

    Amounts in kmol a substep; ``gas`` receives N2, O2, CO2 and H2O. Returns CO and NO.
    """
    primary, secondary = state[FIRST_ACTUATOR + PRIMARY], state[FIRST_ACTUATOR + SECONDARY]
    air = (primary + secondary + site[_LEAK]) * seconds
    vapour = site[_HUMIDITY] * air
    demand = burnt[0] + 0.25 * (burnt[1] - burnt[5]) + burnt[4] - 0.5 * burnt[2]
    ratio = 0.21 * air / max(demand, 1e-9)
    oxygen = max(0.21 * air - demand, 0.0) / max(air + burnt[0] - demand, 1e-9)
    rich = site[_RICH_CO] * rich_share(ratio, site[_SPREAD] * math.exp(state[MIXING]))
    monoxide = burnt[0] * min(rich + 0.01 * burnout(state[GAS] - 273.15, 2.0), 0.05)
    nitrogen = burnt[3] / max(burnt[0], 1e-9) * site[0] / _NITROGEN_REFERENCE
    staging = secondary / max(primary + secondary, 1e-9)
    oxide = burnt[3] * fuel_nitric_oxide(site[_FUEL_NITROGEN], max(oxygen, 0.005), nitrogen, staging)

    gas[_N2] = 0.79 * air + 0.5 * (burnt[3] - oxide)
    gas[_O2] = 0.21 * air - demand + 0.5 * monoxide - 0.5 * oxide
    gas[_CO2] = burnt[0] - monoxide
    gas[_H2O] = vapour + evaporated / 18.015 + 0.5 * (burnt[1] - burnt[5])
    books[_AIR] += air
    books[_VAPOUR] += vapour
    heat_furnace(state, site, air, vapour, evaporated, monoxide, seconds, gas, books)
    return monoxide, oxide


@njit()
def heat_furnace(
    state: Floats, site: Floats, air: float, vapour: float, evaporated: float, monoxide: float,
    seconds: float, gas: Floats, books: Floats,
) -> None:  # fmt: skip
    """Close the furnace's energy balance: gas and wall temperature follow. ``state[HEAT]`` is not touched."""
    inflow = np.zeros(4)
    inflow[_N2], inflow[_O2], inflow[_H2O] = 0.79 * air, 0.21 * air, vapour
    warm = enthalpy(inflow, site[_PREHEAT] + 273.15)[0]
    available = books[_BURNT] * 1000.0 - CO_HEAT * monoxide - LATENT * evaporated + warm
    lost = available * site[_SURFACE_LOSS]
    transfer = site[_WALL_TRANSFER] * seconds
    state[GAS] = gas_temperature(gas, available - lost, transfer, state[WALL], state[GAS])
    to_wall = transfer * (state[GAS] - state[WALL])
    steam = site[_STEAM_TRANSFER] * (state[WALL] - STEAM_TEMPERATURE) * seconds
    state[WALL] += (to_wall - steam) / site[_WALL_CAPACITY]
    books[_WARM] += warm / 1000.0
    books[_EVAPORATION] += LATENT * evaporated / 1000.0
    books[_UNBURNT] += CO_HEAT * monoxide / 1000.0
    books[_SURFACE] += lost / 1000.0
    books[_TO_WALL] += to_wall / 1000.0
    books[_STEAM] += steam / 1000.0
    books[_TEMPERATURE] += state[GAS] * seconds


@njit()
def inject_ammonia(
    kelvin: float, site: Floats, gas: Floats, monoxide: float, oxide: float, dose: float,
    axes: Floats, sizes: NDArray[np.int64], outcome: Floats,
) -> tuple[float, float, float]:  # fmt: skip
    """Selective non-catalytic reduction; ``gas`` changes so that N, H and O are conserved.

    Amounts in kmol a substep. Returns NO, NH3 and N2O that leave.
    """
    wet = gas.sum() + monoxide + oxide
    ratio = dose / max(oxide, 1e-12)
    point = np.empty(6)
    point[0] = kelvin - 273.15 + site[_OFFSET]
    point[1] = 1e6 * oxide / wet
    point[2] = min(ratio, 3.0)
    point[3] = 1e6 * monoxide / wet
    point[4] = gas[_O2] / wet
    point[5] = site[_SECONDS]
    left, slip, nitrous = reduce(axes, sizes, outcome, point, site[_MIXING])
    left *= 1e-6 * wet
    slip = min(1e-6 * wet * slip + max(ratio - 3.0, 0.0) * oxide, dose)  # what exceeds the table slips
    left = min(left, oxide + dose - slip)
    nitrous = min(1e-6 * wet * nitrous, 0.5 * (oxide + dose - left - slip))
    steam = 1.5 * (dose - slip)
    gas[_N2] += 0.5 * (oxide + dose - left - slip) - nitrous
    gas[_O2] += 0.5 * (oxide - left - nitrous - steam)
    gas[_H2O] += steam
    return left, slip, nitrous


@njit()
def sorb(state: Floats, site: Floats, hcl: float, so2: float, seconds: float, books: Floats) -> None:
    """Dry sorption on lime, hydrogen chloride first; kmol a substep.

    Lime stays on the filter for a while and then leaves, spent or not: what is offered in a substep is what
    leaves in it.
    """
    lime = state[FIRST_ACTUATOR + LIME] * seconds
    state[CAKE] += lime
    offered = state[CAKE] * -math.expm1(-seconds / site[_FILTER])
    state[CAKE] -= offered
    hcl_bound = min(hcl * conversion(offered / max(0.5 * hcl, 1e-12), site[_HCL_ORDER]), 2.0 * offered)
    rest = offered - 0.5 * hcl_bound
    so2_bound = min(so2 * conversion(rest / max(so2, 1e-12), site[_SO2_ORDER]), rest)
    books[_LIME] += lime
    books[_LIME_OUT] += offered
    books[_HCL_BOUND] += hcl_bound
    books[_SO2_BOUND] += so2_bound
    books[_HCL] += hcl - hcl_bound
    books[_SO2] += so2 - so2_bound


@njit()
def substep(
    state: Floats, action: Floats, site: Floats, seconds: float,
    axes: Floats, sizes: NDArray[np.int64], outcome: Floats, books: Floats,
) -> None:  # fmt: skip
    """Advance one plant by one Euler substep and write down what passed."""
    pace = -math.expm1(-seconds / ACTUATOR_SECONDS)
    for index in range(ACTIONS):
        state[FIRST_ACTUATOR + index] += pace * (action[index] - state[FIRST_ACTUATOR + index])
    feed_grate(state, site, seconds, books)
    burnt, gas, own = np.zeros(6), np.zeros(4), np.zeros(len(books))
    evaporated, share = burn_grate(state, site, seconds, burnt, books)
    own[_BURNT] = share * state[HEAT]
    state[HEAT] -= own[_BURNT]
    monoxide, oxide = furnace(state, site, burnt, evaporated, seconds, gas, own)
    hot = enthalpy(gas, state[GAS])[0]
    own[_HOT] = hot / 1000.0
    own[_BOILER] = max(hot - enthalpy(gas, site[_OUTLET] + 273.15)[0], 0.0) / 1000.0
    dose = state[FIRST_ACTUATOR + AMMONIA] * seconds
    own[_DOSE] = dose
    left, slip, nitrous = inject_ammonia(state[GAS], site, gas, monoxide, oxide, dose, axes, sizes, outcome)
    sorb(state, site, burnt[5] * site[_HCL_RELEASE], burnt[4] * site[_SO2_RELEASE], seconds, own)
    for species in range(4):
        own[species] = gas[species]
    own[_CO], own[_NO], own[_NH3], own[_N2O] = monoxide, left, slip, nitrous
    load = gas.sum() / seconds / site[_NOMINAL]
    volume = (gas[_N2] + gas[_O2] + gas[_CO2] + monoxide) * MOLAR_VOLUME
    own[_DUST] = volume * site[_RAW_DUST] * site[_PASSING] * load * load * math.exp(state[DUST])
    books += own


@njit()
def read_stack(books: Floats, site: Floats, seconds: float, output: Floats) -> None:
    """Turn the books of a control step into what ``OUTPUTS`` lists."""
    dry = books[_N2] + books[_O2] + books[_CO2] + books[_CO] + books[_NO] + books[_N2O]
    oxygen = books[_O2] / dry
    reference = dry * MOLAR_VOLUME * max(0.21 - oxygen, 0.005) / 0.10
    output[0] = oxygen
    output[1] = books[_TEMPERATURE] / seconds - 273.15
    output[2] = books[_CO] * 28.010e6 / reference
    output[3] = books[_NO] * 46.006e6 / reference  # as NO2
    output[4] = books[_SO2] * 64.064e6 / reference
    output[5] = books[_HCL] * 36.458e6 / reference
    output[6] = books[_DUST] / reference
    output[7] = books[_NH3] * 17.031e6 / reference
    output[8] = books[_N2O] * 44.013e6 / reference
    output[9] = reference / seconds
    output[10] = (books[_STEAM] + books[_BOILER]) / seconds
    output[11] = books[_CO2] * 44.009 / seconds
    output[12] = output[11] * site[_FOSSIL]
    output[13] = books[_WASTE] / seconds


@njit()
def advance(
    state: Floats, action: Floats, site: Floats, seconds: float, substeps: int,
    axes: Floats, sizes: NDArray[np.int64], outcome: Floats, books: Floats, output: Floats,
) -> None:  # fmt: skip
    """Advance one plant by one control step.

    Parameters
    ----------
    state : float64[STATES]
        Changed in place.
    action : float64[ACTIONS]
        Set-points: waste kg/s, primary and secondary air kmol/s, ammonia kmol/s, lime kmol/s; held.
    site : float64[len(PARAMETERS)]
        Parameters of the site.
    seconds : float
        Length of the control step.
    substeps : int
        Euler steps in it; 10 s each is accurate to 1 %.
    axes, sizes, outcome
        The kinetics table.
    books : float64[len(BOOKS)]
        Receives what passed.
    output : float64[len(OUTPUTS)]
        Receives what the stack shows.
    """
    books[:] = 0.0
    for _ in range(substeps):
        substep(state, action, site, seconds / substeps, axes, sizes, outcome, books)
    read_stack(books, site, seconds, output)


@njit(parallel=True)
def advance_all(
    states: Floats, actions: Floats, sites: Floats, seconds: float, substeps: int,
    axes: Floats, sizes: NDArray[np.int64], outcome: Floats, books: Floats, outputs: Floats,
) -> None:  # fmt: skip
    """Advance many plants: the arrays of :func:`advance` with one row a plant."""
    for plant in numba.prange(len(states)):
        advance(states[plant], actions[plant], sites[plant], seconds, substeps, axes, sizes, outcome,
                books[plant], outputs[plant])  # fmt: skip


assert len(OUTPUTS) == 14  # read_stack fills them by position
