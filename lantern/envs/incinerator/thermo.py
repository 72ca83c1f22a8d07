"""Enthalpies of flue-gas species from NASA polynomials.

Coefficients: the seven-term polynomials of the NASA Glenn data base in the form used by GRI-Mech 3.0
(Smith et al.), for 200 to 3500 K. Enthalpies are sensible: zero at 298.15 K.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit

Floats = NDArray[np.float64]
GAS_CONSTANT = 8.314462618
"""J/(mol K), the same number in kJ/(kmol K)."""

MOLAR_VOLUME = 22.414
"""Nm3/kmol of an ideal gas at 273.15 K and 101325 Pa."""

REFERENCE = 298.15
SPECIES = ("N2", "O2", "CO2", "H2O")
N2, O2, CO2, H2O = range(4)

# One row a species and a range (below 1000 K, above 1000 K): a1 ... a5, a6.
_NASA = np.array(
    [
        [
            [3.298677, 1.4082404e-3, -3.963222e-6, 5.641515e-9, -2.444854e-12, -1020.8999],
            [2.92664, 1.4879768e-3, -5.68476e-7, 1.0097038e-10, -6.753351e-15, -922.7977],
        ],
        [
            [3.78245636, -2.99673416e-3, 9.84730201e-6, -9.68129509e-9, 3.24372837e-12, -1063.94356],
            [3.28253784, 1.48308754e-3, -7.57966669e-7, 2.09470555e-10, -2.16717794e-14, -1088.45772],
        ],
        [
            [2.35677352, 8.98459677e-3, -7.12356269e-6, 2.45919022e-9, -1.43699548e-13, -48371.9697],
            [3.85746029, 4.41437026e-3, -2.21481404e-6, 5.23490188e-10, -4.72084164e-14, -48759.166],
        ],
        [
            [4.19864056, -2.0364341e-3, 6.52040211e-6, -5.48797062e-9, 1.77197817e-12, -30293.7267],
            [3.03399249, 2.17691804e-3, -1.64072518e-7, -9.7041987e-11, 1.68200992e-14, -30004.2971],
        ],
    ]
)

# As polynomials in T, H(T) = sum c_k T^k; c_0 also takes H(298.15 K) off.
_POWERS = np.zeros((4, 2, 6))
_POWERS[:, :, 1:] = _NASA[:, :, :5] / np.arange(1, 6)
_POWERS[:, :, 0] = _NASA[:, :, 5]
_POWERS *= GAS_CONSTANT
_POWERS[:, :, 0] -= np.array([np.polyval(row[0][::-1], REFERENCE) for row in _POWERS])[:, None]


@njit()
def enthalpy(amounts: Floats, kelvin: float) -> tuple[float, float]:
    """Sensible enthalpy and heat capacity of a gas mixture.

    Parameters
    ----------
    amounts : float64[4]
        Amount (or flow) of N2, O2, CO2 and H2O, in kmol (or kmol/s).
    kelvin : float
        Temperature in K, 200 to 3500.

    Returns
    -------
    enthalpy : float
        kJ (or kW) above 298.15 K.
    capacity : float
        kJ/K (or kW/K).
    """
    interval = 1 if kelvin > 1000.0 else 0
    total = 0.0
    slope = 0.0
    for species in range(4):
        value = 0.0
        derivative = 0.0
        for power in range(5, -1, -1):
            derivative = derivative * kelvin + value
            value = value * kelvin + _POWERS[species, interval, power]
        total += amounts[species] * value
        slope += amounts[species] * derivative
    return total, slope


@njit()
def mix(amounts: Floats, interval: int, mixture: Floats) -> None:
    """Polynomial of a mixture's enthalpy: float64[6], powers of T from 0, in kJ (or kW).

    ``amounts`` are those of N2, O2, CO2 and H2O; ``interval`` is 0 below 1000 K and 1 above.
    """
    for power in range(6):
        total = 0.0
        for species in range(4):
            total += amounts[species] * _POWERS[species, interval, power]
        mixture[power] = total


@njit()
def evaluate(mixture: Floats, kelvin: float) -> tuple[float, float]:
    """Value and slope of a polynomial of :func:`mix`."""
    value, slope = mixture[5], 0.0
    for power in range(4, -1, -1):
        slope = slope * kelvin + value
        value = value * kelvin + mixture[power]
    return value, slope


@njit()
def temperature(amounts: Floats, heat: float, guess: float) -> float:
    """Temperature at which a mixture holds a given sensible enthalpy.

    Newton's method; the enthalpy is increasing and nearly linear, so a few steps are exact to 1e-9.

    Parameters
    ----------
    amounts : float64[4]
        kmol (or kmol/s) of N2, O2, CO2 and H2O; at least one positive.
    heat : float
        kJ (or kW) above 298.15 K.
    guess : float
        Where to start, in K.

    Returns
    -------
    float
        K, kept within 200 to 3500.
    """
    kelvin = guess
    for _ in range(25):
        held, capacity = enthalpy(amounts, kelvin)
        step = (held - heat) / capacity
        kelvin = min(max(kelvin - step, 200.0), 3500.0)
        if abs(step) < 1e-9 * kelvin:
            break
    return kelvin
