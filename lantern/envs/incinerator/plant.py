"""The dynamic plant: one control step is a few substeps of grate and furnace, then the chemistry of its gas.

What the balances say is exact: every element, the lime and the energy that go in are stored or come out (the
tests add up the books). Gas holds no inventory: it passes in seconds, and the controller acts in minutes. So
what reacts after the furnace (ammonia, lime) is worked out once a control step, from the step's gas.

Sources: balances as in :mod:`combustion`; fuel-nitrogen conversion of 5 to 15 %, rising with oxygen and
falling with nitrogen content and air staging; carbon monoxide as the share of rich pockets in a lognormal
distribution of the local air ratio, plus kinetic burnout; sorption with the operational model of Antonioni et
al. (2012), hydrogen chloride first.
"""

from __future__ import annotations

import math

import numpy as np

from lantern.compiled import njit
from lantern.envs.incinerator.grate import CONTENTS, IN_ASH, burn_grate, describe_feed, discharge, shares
from lantern.envs.incinerator.layout import (
    ACTIONS,
    AMMONIA,
    BOOK,
    CAKE,
    DUST,
    FEED,
    FIRST_ACTUATOR,
    GAS,
    INDEX,
    LIME,
    MIXING,
    OUTPUTS,
    PRIMARY,
    SECONDARY,
    WALL,
    Floats,
)
from lantern.envs.incinerator.sncr import Kinetics, reduce
from lantern.envs.incinerator.stack import burnout, conversion, fuel_nitric_oxide, gas_temperature, rich_share
from lantern.envs.incinerator.thermo import MOLAR_VOLUME, enthalpy

LATENT = 2443.0  # kJ/kg
STEAM_TEMPERATURE = 543.0  # K
CO_HEAT = 282_980.0  # kJ/kmol
ACTUATOR_SECONDS = 30.0
SNCR_SECONDS = 0.6
_NITROGEN_REFERENCE = 0.006 / 14.007  # kmol per kg

_HUMIDITY, _PREHEAT, _LEAK, _FOSSIL = (INDEX[name] for name in ("humidity", "preheat", "leak", "fossil"))
_WALL_TRANSFER, _STEAM_TRANSFER = INDEX["wall_transfer"], INDEX["steam_transfer"]
_WALL_CAPACITY, _SURFACE_LOSS = INDEX["wall_capacity"], INDEX["surface_loss"]
_SPREAD, _RICH_CO, _FUEL_NITROGEN = INDEX["mixing_spread"], INDEX["rich_co"], INDEX["fuel_nitrogen"]
_MIXING, _OFFSET = INDEX["sncr_mixing"], INDEX["sncr_offset"]
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


@njit()
def actuate(state: Floats, action: Floats, seconds: float, means: Floats) -> None:
    """Let the actuators approach their set-points; write their means over the substep to ``means``."""
    gone = -math.expm1(-seconds / ACTUATOR_SECONDS)
    average = gone * ACTUATOR_SECONDS / seconds
    for index in range(ACTIONS):
        away = state[FIRST_ACTUATOR + index] - action[index]
        means[index] = action[index] + average * away
        state[FIRST_ACTUATOR + index] -= gone * away


@njit()
def burn_gas(state: Floats, site: Floats, burnt: Floats, evaporated: float, air: float, gas: Floats) -> float:
    """Burn what the grate gave off; ``gas`` receives N2, O2, CO2 and H2O. Returns CO; kmol a substep."""
    vapour = site[_HUMIDITY] * air
    demand = burnt[0] + 0.25 * (burnt[1] - burnt[5]) + burnt[4] - 0.5 * burnt[2]
    ratio = 0.21 * air / max(demand, 1e-9)
    rich = site[_RICH_CO] * rich_share(ratio, site[_SPREAD] * math.exp(state[MIXING]))
    monoxide: float = burnt[0] * min(rich + 0.01 * burnout(state[GAS] - 273.15, 2.0), 0.05)
    gas[_N2] = 0.79 * air + 0.5 * burnt[3]
    gas[_O2] = 0.21 * air - demand + 0.5 * monoxide
    gas[_CO2] = burnt[0] - monoxide
    gas[_H2O] = vapour + evaporated / 18.015 + 0.5 * (burnt[1] - burnt[5])
    return monoxide


@njit()
def heat_furnace(
    state: Floats, site: Floats, released: float, evaporated: float, monoxide: float, warm: float,
    seconds: float, gas: Floats, mixture: Floats, books: Floats,
) -> None:  # fmt: skip
    """Close the furnace's energy balance (kJ a substep): the temperatures of gas and wall follow.

    What the gas carries away is what is left of the heat, so that the balance closes whatever the accuracy of
    the temperature.
    """
    unburnt, evaporation = CO_HEAT * monoxide, LATENT * evaporated
    available = released - unburnt - evaporation + warm
    lost = available * site[_SURFACE_LOSS]
    transfer = site[_WALL_TRANSFER] * seconds
    state[GAS] = gas_temperature(gas, available - lost, transfer, state[WALL], state[GAS], mixture)
    to_wall = transfer * (state[GAS] - state[WALL])
    steam = site[_STEAM_TRANSFER] * (state[WALL] - STEAM_TEMPERATURE) * seconds
    state[WALL] += (to_wall - steam) / site[_WALL_CAPACITY]
    books[_BURNT] += released / 1000.0
    books[_WARM] += warm / 1000.0
    books[_EVAPORATION] += evaporation / 1000.0
    books[_UNBURNT] += unburnt / 1000.0
    books[_SURFACE] += lost / 1000.0
    books[_TO_WALL] += to_wall / 1000.0
    books[_STEAM] += steam / 1000.0
    books[_HOT] += (available - lost - to_wall) / 1000.0
    books[_TEMPERATURE] += state[GAS] * seconds


@njit()
def make_nitric_oxide(site: Floats, burnt: Floats, secondary: float, forced: float, books: Floats) -> None:
    """Turn some of the step's fuel nitrogen into NO.

    Parameters
    ----------
    burnt : float64[6]
        Elements burnt in the control step, kmol.
    secondary, forced : float
        Secondary air, and primary and secondary air together, kmol.
    """
    oxygen = books[_O2] / max(books[_N2] + books[_O2] + books[_CO2], 1e-9)
    nitrogen = burnt[3] / max(burnt[0], 1e-9) * site[0] / _NITROGEN_REFERENCE
    staging = secondary / max(forced, 1e-9)
    oxide = burnt[3] * fuel_nitric_oxide(site[_FUEL_NITROGEN], max(oxygen, 0.005), nitrogen, staging)
    books[_NO] = min(oxide, 1.9 * books[_O2])
    books[_N2] -= 0.5 * books[_NO]
    books[_O2] -= 0.5 * books[_NO]


@njit()
def inject_ammonia(site: Floats, celsius: float, table: Kinetics, books: Floats) -> None:
    """Selective non-catalytic reduction of a control step's gas; N, H and O are conserved."""
    oxide, dose = books[_NO], books[_DOSE]
    wet = books[_N2] + books[_O2] + books[_CO2] + books[_H2O] + books[_CO] + oxide
    ratio = dose / max(oxide, 1e-12)
    point = np.empty(5)
    point[0] = celsius + site[_OFFSET]
    point[1] = 1e6 * oxide / wet
    point[2] = min(ratio, 3.0)
    point[3] = 1e6 * books[_CO] / wet
    point[4] = books[_O2] / wet
    left, slip, nitrous = reduce(table, point, site[_MIXING])
    left *= 1e-6 * wet
    slip = min(1e-6 * wet * slip + max(ratio - 3.0, 0.0) * oxide, dose)  # what exceeds the table slips
    left = min(left, oxide + dose - slip)
    nitrous = min(1e-6 * wet * nitrous, 0.5 * (oxide + dose - left - slip))
    steam = 1.5 * (dose - slip)
    books[_N2] += 0.5 * (oxide + dose - left - slip) - nitrous
    books[_O2] += 0.5 * (oxide - left - nitrous - steam)
    books[_H2O] += steam
    books[_NO], books[_NH3], books[_N2O] = left, slip, nitrous


@njit()
def sorb(state: Floats, site: Floats, hcl: float, so2: float, seconds: float, books: Floats) -> None:
    """Dry sorption on lime, hydrogen chloride first; kmol a control step.

    Lime stays on the filter for a while and then leaves, spent or not: what is offered in a step is what
    leaves in it.
    """
    old, new = shares(1.0 / site[_FILTER], seconds)
    offered = old * state[CAKE] + new * books[_LIME]
    state[CAKE] += books[_LIME] - offered
    hcl_bound = min(hcl * conversion(offered / max(0.5 * hcl, 1e-12), site[_HCL_ORDER]), 2.0 * offered)
    rest = offered - 0.5 * hcl_bound
    so2_bound = min(so2 * conversion(rest / max(so2, 1e-12), site[_SO2_ORDER]), rest)
    books[_LIME_OUT] += offered
    books[_HCL_BOUND] += hcl_bound
    books[_SO2_BOUND] += so2_bound
    books[_HCL] += hcl - hcl_bound
    books[_SO2] += so2 - so2_bound


@njit()
def clean_gas(
    state: Floats, site: Floats, burnt: Floats, secondary: float, forced: float, seconds: float,
    table: Kinetics, books: Floats,
) -> None:  # fmt: skip
    """What happens to the gas of a control step after the grate: NO, SNCR, boiler, lime, filter."""
    make_nitric_oxide(site, burnt, secondary, forced, books)
    cold = enthalpy(books[:4], site[_OUTLET] + 273.15)[0] / 1000.0
    books[_BOILER] = max(books[_HOT] - cold, 0.0)
    wet = books[_N2] + books[_O2] + books[_CO2] + books[_H2O]
    inject_ammonia(site, books[_TEMPERATURE] / seconds - 273.15, table, books)
    sorb(state, site, burnt[5] * site[_HCL_RELEASE], burnt[4] * site[_SO2_RELEASE], seconds, books)
    load = wet / seconds / site[_NOMINAL]
    volume = (books[_N2] + books[_O2] + books[_CO2] + books[_CO]) * MOLAR_VOLUME
    books[_DUST] = volume * site[_RAW_DUST] * site[_PASSING] * load * load * math.exp(state[DUST])


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
    state: Floats, action: Floats, site: Floats, seconds: float, substeps: int, table: Kinetics,
    books: Floats, output: Floats,
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
        Substeps of grate and furnace in it; 20 s each is accurate to 1 %.
    table : Kinetics
        That of ``SNCR_SECONDS``.
    books : float64[len(BOOKS)]
        Receives what passed.
    output : float64[len(OUTPUTS)]
        Receives what the stack shows.
    """
    books[:] = 0.0
    contents, means = np.empty(CONTENTS), np.empty(ACTIONS)
    burnt, total, gas, mixture = np.empty(6), np.zeros(6), np.empty(4), np.empty(6)
    gas[0], gas[1], gas[2], gas[3] = 0.79, 0.21, 0.0, site[_HUMIDITY]
    warm = enthalpy(gas, site[_PREHEAT] + 273.15)[0]  # kJ with a kmol of dry air
    lump = describe_feed(state, site, contents)
    step, secondary, forced = seconds / substeps, 0.0, 0.0
    for _ in range(substeps):
        actuate(state, action, step, means)
        blown = (means[PRIMARY] + means[SECONDARY]) * step
        air = blown + site[_LEAK] * step
        primary = 0.21 * means[PRIMARY] * step
        fed = means[FEED] * lump * step
        evaporated, heat = burn_grate(state, site, contents, fed, primary, 0.21 * air, step, burnt, books)
        monoxide = burn_gas(state, site, burnt, evaporated, air, gas)
        heat_furnace(state, site, 1000.0 * heat, evaporated, monoxide, warm * air, step, gas, mixture, books)
        for element in range(6):
            total[element] += burnt[element]
        for species in range(4):
            books[species] += gas[species]
        books[_CO] += monoxide
        books[_AIR] += air
        books[_VAPOUR] += site[_HUMIDITY] * air
        books[_DOSE] += means[AMMONIA] * step
        books[_LIME] += means[LIME] * step
        secondary += means[SECONDARY] * step
        forced += blown
    discharge(state, site, books[_WASTE] * contents[IN_ASH], seconds, books)
    clean_gas(state, site, total, secondary, forced, seconds, table, books)
    read_stack(books, site, seconds, output)


assert len(OUTPUTS) == 14  # read_stack fills them by position
