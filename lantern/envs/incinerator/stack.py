"""The gas side: from what burns to what the stack emits, all at steady flow.

Every step conserves the elements: what a reaction takes from one species it gives to another.
"""

from __future__ import annotations

import math

import numpy as np

from lantern.compiled import njit
from lantern.envs.incinerator.layout import Floats
from lantern.envs.incinerator.thermo import evaluate, mix

_BURNOUT_CELSIUS = np.array([700.0, 750.0, 800.0, 850.0, 900.0])
_BURNOUT_RATE = np.array([-2.2, -0.699, 0.581, 2.785, 4.2])  # ln(1/s), from GRI-Mech 3.0 at 8 % oxygen


@njit()
def rich_share(ratio: float, spread: float) -> float:
    """Probability that the local air ratio is below one: lognormal, mean ``ratio``, variation ``spread``."""
    variance = math.log(1.0 + spread * spread)
    mean = math.log(max(ratio, 0.05)) - 0.5 * variance
    return 0.5 * math.erfc(mean / math.sqrt(2.0 * variance))


@njit()
def conversion(stoichiometric: float, order: float) -> float:
    """Share of an acid gas that a sorbent takes: X = (SR^n - SR) / (SR^n - 1); (n - 1)/n at SR = 1."""
    if abs(stoichiometric - 1.0) < 1e-6:
        return (order - 1.0) / order
    power = stoichiometric**order
    share: float = min(max((power - stoichiometric) / (power - 1.0), 0.0), 1.0)
    return share


@njit()
def gas_temperature(
    gas: Floats, heat: float, transfer: float, wall: float, guess: float, mixture: Floats
) -> float:
    """Solve H(T) + transfer * (T - wall) = heat for the gas temperature, K.

    Newton's method from the last temperature; the enthalpy is nearly linear, so that an update below 0.01 K
    leaves an error below 1e-6 K. ``mixture`` (float64[6]) is scratch.
    """
    kelvin = guess
    for _ in range(3):  # the second and third only where the temperature crosses the polynomials' border
        interval = 1 if kelvin > 1000.0 else 0
        mix(gas, interval, mixture)
        for _ in range(20):
            held, capacity = evaluate(mixture, kelvin)
            step = (held + transfer * (kelvin - wall) - heat) / (capacity + transfer)
            kelvin = min(max(kelvin - step, 250.0), 3000.0)
            if abs(step) < 0.01:
                break
        if (kelvin > 1000.0) == (interval == 1):
            break
    return kelvin


@njit()
def burnout(celsius: float, seconds: float) -> float:
    """Share of carbon monoxide that survives its residence time, from kinetics; the rest becomes CO2."""
    return math.exp(-math.exp(np.interp(celsius, _BURNOUT_CELSIUS, _BURNOUT_RATE)) * seconds)


@njit()
def fuel_nitric_oxide(base: float, oxygen: float, nitrogen: float, staging: float) -> float:
    """Share of fuel nitrogen that becomes NO.

    Parameters
    ----------
    base : float
        The site's share at 8 % oxygen, 0.6 % nitrogen in the waste and 30 % secondary air, 0.05 to 0.15.
    oxygen : float
        Dry share of the flue gas.
    nitrogen : float
        Nitrogen of the waste relative to 0.6 % of wet mass.
    staging : float
        Secondary air over all air, in [0, 1].
    """
    share = base * (oxygen / 0.08) ** 0.5 * max(nitrogen, 0.1) ** -0.4 * (1.0 - 0.8 * (staging - 0.3))
    bounded: float = max(0.01, min(share, 0.3))
    return bounded
