"""What instruments show: every quantity lags, is noisy, and may drop out; the true values are kept apart.

Lags and noise are those of usual instruments: 3 % of reading or more for analysers, 10 % for carbon monoxide,
30 to 120 s. Readings are not negative.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit
from lantern.envs.incinerator.grate import CONTENTS, IN_HEAT, IN_WATER, describe_feed
from lantern.envs.incinerator.layout import FIRST_ACTUATOR, OUTPUT, Floats
from lantern.envs.incinerator.random import Seeds, normal, uniform
from lantern.envs.incinerator.thermo import MOLAR_VOLUME
from lantern.envs.incinerator.waste import LATENT_HEAT, MOLAR_MASS

OUTAGE_MINUTES = 10.0


@dataclass(frozen=True)
class Sensor:
    """An instrument: name of what it shows, unit, lag in s, noise as share of reading and in the unit."""

    name: str
    unit: str
    lag: float
    relative: float
    absolute: float
    meaning: str


SENSORS = (
    Sensor("feed", "t/h", 30.0, 0.03, 0.0, "waste fed (crane scale and feeder speed)"),
    Sensor("primary", "kNm3/h", 10.0, 0.02, 0.0, "primary air"),
    Sensor("secondary", "kNm3/h", 10.0, 0.02, 0.0, "secondary air"),
    Sensor("ammonia", "kg/h", 10.0, 0.02, 0.0, "ammonia injected, as NH3"),
    Sensor("lime", "kg/h", 30.0, 0.03, 0.0, "lime injected, as Ca(OH)2"),
    Sensor("furnace", "C", 60.0, 0.003, 1.0, "gas temperature at the furnace's outlet"),
    Sensor("oxygen", "% dry", 30.0, 0.03, 0.0, "oxygen of the flue gas"),
    Sensor("steam", "MW", 60.0, 0.01, 0.0, "heat to the steam"),
    Sensor("gas", "kNm3/h", 30.0, 0.03, 0.0, "dry flue gas at 11 % oxygen"),
    Sensor("co", "mg/Nm3", 60.0, 0.10, 0.1, "carbon monoxide, dry, 11 % oxygen"),
    Sensor("nox", "mg/Nm3", 90.0, 0.03, 0.5, "nitrogen oxides as NO2, dry, 11 % oxygen"),
    Sensor("so2", "mg/Nm3", 90.0, 0.03, 0.3, "sulphur dioxide, dry, 11 % oxygen"),
    Sensor("hcl", "mg/Nm3", 120.0, 0.05, 0.1, "hydrogen chloride, dry, 11 % oxygen"),
    Sensor("dust", "mg/Nm3", 60.0, 0.05, 0.02, "dust, dry, 11 % oxygen"),
    Sensor("co2", "% dry", 60.0, 0.03, 0.0, "carbon dioxide of the flue gas"),
    Sensor("nh3", "mg/Nm3", 120.0, 0.05, 0.05, "ammonia slip, dry, 11 % oxygen"),
    Sensor("n2o", "mg/Nm3", 120.0, 0.05, 0.05, "nitrous oxide, dry, 11 % oxygen"),
)
MEASURED = tuple(sensor.name for sensor in SENSORS)
READ = {name: position for position, name in enumerate(MEASURED)}
UNITS = {sensor.name: sensor.unit for sensor in SENSORS}

# What is known only to the simulator, beside the true values of what is measured.
HIDDEN = {
    "co2_flow": "t/h",  # carbon dioxide leaving the stack
    "fossil_co2": "t/h",  # of it from fossil carbon
    "moisture": "share",  # of the waste that is being fed
    "lhv": "MJ/kg",
    "nitrogen": "% wet",
    "sulphur": "% wet",
    "chlorine": "% wet",
}
TRUE = (*MEASURED, *HIDDEN)

_NAMES = ("oxygen", "furnace", "steam", "gas", "co", "nox", "so2", "hcl", "dust", "nh3", "n2o")
_FROM_OUTPUT = np.array([[READ[name], OUTPUT[name]] for name in _NAMES])
# kg/s, kmol/s of air, kmol/s of NH3 and Ca(OH)2 to the units above.
ACTUATOR_UNITS = np.array([3.6, 3.6 * MOLAR_VOLUME, 3.6 * MOLAR_VOLUME, 3600.0 * 17.031, 3600.0 * 74.093])
_FEED, _CO2, _OXYGEN, _GAS = READ["feed"], READ["co2"], READ["oxygen"], READ["gas"]
_OUT_CO2, _OUT_FOSSIL, _OUT_WASTE, _OUT_GAS = (OUTPUT[n] for n in ("co2", "fossil_co2", "waste", "gas"))
_MASSES = np.array([MOLAR_MASS[name] for name in ("nitrogen", "sulphur", "chlorine")])
LAGS = np.array([sensor.lag for sensor in SENSORS])
RELATIVE = np.array([sensor.relative for sensor in SENSORS])
ABSOLUTE = np.array([sensor.absolute for sensor in SENSORS])


@njit()
def true_values(state: Floats, output: Floats, site: Floats, true: Floats) -> None:
    """Put the true values of a plant's last step in the units of its instruments: float64[len(TRUE)]."""
    for actuator in range(5):
        true[actuator] = state[FIRST_ACTUATOR + actuator] * ACTUATOR_UNITS[actuator]
    for row in range(len(_FROM_OUTPUT)):
        true[_FROM_OUTPUT[row, 0]] = output[_FROM_OUTPUT[row, 1]]
    true[_FEED] = 3.6 * output[_OUT_WASTE]
    true[_OXYGEN] *= 100.0
    true[_GAS] *= 3.6
    dry = output[_OUT_GAS] * 0.10 / max(0.21 - output[0], 0.005)  # Nm3/s
    true[_CO2] = 100.0 * output[_OUT_CO2] / 44.009 * MOLAR_VOLUME / dry
    hidden = len(LAGS)
    true[hidden] = 3.6 * output[_OUT_CO2]
    true[hidden + 1] = 3.6 * output[_OUT_FOSSIL]
    describe_waste(state, site, true[hidden + 2 :])


@njit()
def describe_waste(state: Floats, site: Floats, waste: Floats) -> None:
    """Moisture (share), lower heating value (MJ/kg), N, S and Cl (% of wet mass) of what is fed now."""
    contents = np.empty(CONTENTS)
    describe_feed(state, site, contents)
    waste[0] = contents[IN_WATER]
    waste[1] = contents[IN_HEAT] - LATENT_HEAT * contents[IN_WATER]
    for element in range(3):
        waste[2 + element] = 100.0 * _MASSES[element] * contents[3 + element]


@njit()
def measure(
    true: Floats, lagged: Floats, reading: Floats, out: NDArray[np.bool_], seconds: float, noise: float,
    dropouts: float, rng: Seeds,
) -> None:  # fmt: skip
    """Read all instruments of one plant after a step.

    Parameters
    ----------
    true : float64[len(TRUE)]
    lagged : float64[len(MEASURED)]
        What the instruments have come to see; changed in place.
    reading : float64[len(MEASURED)]
        Changed in place; an instrument that is out keeps its last reading.
    out : bool[len(MEASURED)]
        Which are out; changed in place.
    seconds : float
        Since the last reading.
    noise : float
        Factor on all noise; 1 as the instruments are, 0 none.
    dropouts : float
        Outages an hour and instrument; each lasts ten minutes on average.
    rng : uint64[1]
    """
    for index in range(len(LAGS)):
        lagged[index] += (1.0 - math.exp(-seconds / LAGS[index])) * (true[index] - lagged[index])
        if dropouts > 0.0:
            chance = seconds / (60.0 * OUTAGE_MINUTES) if out[index] else dropouts * seconds / 3600.0
            if uniform(rng) < chance:
                out[index] = not out[index]
            if out[index]:
                continue
        spread = noise * math.hypot(RELATIVE[index] * lagged[index], ABSOLUTE[index])
        reading[index] = max(lagged[index] + spread * normal(rng), 0.0) if spread > 0.0 else lagged[index]
