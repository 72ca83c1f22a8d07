"""What running a plant costs: reagents, load that is not delivered, carbon dioxide, and penalties.

Prices are round figures of ours, for comparing controllers and not for accounts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lantern.envs.incinerator.layout import Floats
from lantern.envs.incinerator.sensors import READ
from lantern.envs.incinerator.standards import POLLUTANTS, Means
from lantern.envs.incinerator.thermo import MOLAR_VOLUME

NITROUS_OXIDE = 273.0
"""Global-warming potential of N2O (IPCC AR6, 100 years)."""


@dataclass(frozen=True)
class Prices:
    """EUR.

    Attributes
    ----------
    ammonia, lime : float
        A kg of NH3 and of Ca(OH)2.
    co2 : float
        A tonne of fossil CO2, N2O counted as CO2.
    steam : float
        A MWh of heat to the steam that was asked for and not delivered.
    above : float
        An hour at twice a short limit, each pollutant; in proportion below and up to three times.
    exceeded, exceeded_day : float
        A short and a daily mean above its limit.
    cold : float
        An hour of a furnace at 840 C (10 K too cold); in proportion, up to 50 K.
    """

    ammonia: float = 0.6
    lime: float = 0.15
    co2: float = 70.0
    steam: float = 40.0
    above: float = 1000.0
    exceeded: float = 500.0
    exceeded_day: float = 3000.0
    cold: float = 200.0


_COLUMNS = [READ[name] for name in POLLUTANTS]
_STEAM, _GAS, _OXYGEN, _CO2 = (READ[name] for name in ("steam", "gas", "oxygen", "co2"))


def carbon_flow(measured: Floats, fossil: float) -> Floats:
    """Fossil CO2 of the stack with N2O as CO2, t/h, from what is measured: float64[N]."""
    dry = measured[:, _GAS] * 10.0 / np.maximum(21.0 - measured[:, _OXYGEN], 0.5)  # kNm3/h as it is
    flow = measured[:, _CO2] / 100.0 * dry / MOLAR_VOLUME * 44.009
    nitrous = measured[:, READ["n2o"]] * measured[:, _GAS] * 1e-6
    return np.asarray(fossil * flow + NITROUS_OXIDE * nitrous)


def carbon_intensity(measured: Floats, fossil: float) -> Floats:
    """Fossil CO2 of the stack with N2O as CO2, per steam, t/MWh: float64[N]."""
    return np.asarray(carbon_flow(measured, fossil) / np.maximum(measured[:, _STEAM], 0.1))


def costs_of(
    setpoints: Floats, measured: Floats, steam: Floats, fossil: float, hours: float,
    means: Means, block: np.ndarray, day: np.ndarray, prices: Prices,
) -> dict[str, Floats]:  # fmt: skip
    """Costs of a control step.

    Parameters
    ----------
    setpoints : float64[N, 5]
        Instruments' units.
    measured : float64[N, len(MEASURED)]
    steam : float64[N]
        Asked for, MW; 2 % less is no loss.
    fossil : float
        Share of the carbon.
    hours : float
        Length of the step.
    means : Means
        After this step; ``block`` and ``day`` say whose short mean and day just ended.
    block, day : bool[N]
    prices : Prices

    Returns
    -------
    dict of str to float64[N]
        ``reagents``, ``lost_load``, ``co2``, ``penalty``, ``total``, EUR.
    """
    short, daily = np.array(means.standard.short), np.array(means.standard.daily)
    reagents = (setpoints[:, 3] * prices.ammonia + setpoints[:, 4] * prices.lime) * hours
    lost = np.maximum(0.98 * steam - measured[:, _STEAM], 0.0) * prices.steam * hours
    carbon = carbon_flow(measured, fossil) * prices.co2 * hours
    excess = np.clip(measured[:, _COLUMNS] / short - 1.0, 0.0, 2.0).sum(axis=1)
    cold = np.clip((850.0 - measured[:, READ["furnace"]]) / 10.0, 0.0, 5.0)
    penalty = (excess * prices.above + cold * prices.cold) * hours
    penalty += prices.exceeded * np.where(block[:, None], means.last > short, False).sum(axis=1)
    penalty += prices.exceeded_day * np.where(day[:, None], means.last_day > daily, False).sum(axis=1)
    total = reagents + lost + carbon + penalty
    return {"reagents": reagents, "lost_load": lost, "co2": carbon, "penalty": penalty, "total": total}
