"""What a prediction may not break: balances of carbon, oxygen, nitrogen, sulphur, chlorine and reagents.

Computed from what is measured and from what an engineer knows of a line without measuring anything: the mean
composition of its waste. Waste changes, so the caps leave room for it; the balances that hold at any
composition do not. Each term is the mean square of a relative violation. Ours; CPMoE's are not public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor

from lantern.errors import SurrogateError

MOLAR_VOLUME = 22.414
SETS = ("feed", "primary", "secondary", "ammonia", "lime")
MADE = ("oxygen", "co2", "gas", "nox", "so2", "hcl", "nh3")
"""What the balances need: set-points and predictions."""

_MOLAR = {
    "carbon": 12.011,
    "hydrogen": 1.008,
    "oxygen": 15.999,
    "nitrogen": 14.007,
    "sulphur": 32.06,
    "chlorine": 35.45,
}


@dataclass(frozen=True)
class Conservation:
    """The constants of a line's balances.

    Attributes
    ----------
    carbon, nitrogen, sulphur, chlorine : float
        kmol per kg of wet waste.
    oxygen_demand : float
        kmol of O2 per kg of wet waste.
    co2_max : float
        Dry carbon dioxide of the stoichiometric flue gas, %.
    leak : float
        Largest share of air that enters unmeasured.
    room : float
        By which factor elements may exceed the mean composition.
    """

    carbon: float
    nitrogen: float
    sulphur: float
    chlorine: float
    oxygen_demand: float
    co2_max: float
    leak: float = 0.1
    room: float = 2.0

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Conservation:
        """From a record's ``about``: its ``waste`` holds the elements in % of wet mass.

        Raises
        ------
        SurrogateError
            If the composition is not there.
        """
        waste = about.get("waste")
        if not isinstance(waste, Mapping) or not all(name in waste for name in _MOLAR):
            raise SurrogateError(
                "The record does not say what its waste is made of: about['waste'] must hold "
                f"{', '.join(_MOLAR)} in % of wet mass. Add it, or train without conservation."
            )
        c, h, o, n, s, cl = (float(waste[name]) / 100.0 / mass for name, mass in _MOLAR.items())
        demand = c + (h - cl) / 4.0 + s - o / 2.0
        if demand <= 0.0:
            raise SurrogateError(
                "The waste of this record cannot burn: it needs no oxygen. Check its composition."
            )
        dry = c + s + n / 2.0 + demand * 79.0 / 21.0
        return cls(c, n, s, cl, demand, 100.0 * c / dry)

    def violations(self, sets: Mapping[str, Tensor], made: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Mean squares of relative violations, by the element or reagent.

        Parameters
        ----------
        sets : mapping of str to Tensor[n]
            Set-points: ``feed`` t/h, ``primary``, ``secondary`` kNm3/h, ``ammonia``, ``lime`` kg/h.
        made : mapping of str to Tensor[n]
            Predictions: ``oxygen``, ``co2`` % dry, ``gas`` kNm3/h dry at 11 % O2, and ``nox``, ``so2``,
            ``hcl``, ``nh3`` mg/Nm3 dry at 11 % O2.
        """
        oxygen, co2 = made["oxygen"].clamp(0.5, 20.0), made["co2"]
        dry = made["gas"] * 10.0 / (21.0 - oxygen).clamp(min=0.5)  # kNm3/h as it is
        air = sets["primary"] + sets["secondary"]
        inert = dry * (1.0 - (oxygen + co2) / 100.0) / 0.79  # air that its nitrogen asks for
        burnt = dry * co2 / 100.0 / MOLAR_VOLUME  # 1000 kmol/h of carbon
        consumed = 0.21 * inert - dry * oxygen / 100.0
        per_ton = made["gas"] / sets["feed"].clamp(min=0.1)  # kNm3 per t, at 11 % oxygen

        def cap(name: str, mass: float, amount: float) -> Tensor:
            most = self.room * amount * mass * 1e6  # g per t of waste, as is mg/Nm3 times kNm3/t
            return torch.relu(made[name] * per_ton / most - 1.0).square().mean()

        moles = made["gas"] * 1e-3  # mg/Nm3 times kNm3/h is g/h; in kg/h
        slip = made["nh3"] * moles
        demand = self.oxygen_demand / self.carbon
        return {
            "carbon": (co2 / self.co2_max + oxygen / 20.9 - 1.0).square().mean(),
            "oxygen": (consumed / (demand * burnt * MOLAR_VOLUME).clamp(min=1e-3) - 1.0).square().mean(),
            "nitrogen": cap("nox", 46.006, self.nitrogen)
            + (torch.relu(inert / air - 1.0 - self.leak) + torch.relu(1.0 - inert / air)).square().mean(),
            "sulphur": cap("so2", 64.064, self.sulphur),
            "chlorine": cap("hcl", 36.458, self.chlorine),
            "reagents": torch.relu(slip / sets["ammonia"].clamp(min=0.5) - 1.0).square().mean()
            + self._lime(sets, made, moles),
        }

    def _lime(self, sets: Mapping[str, Tensor], made: Mapping[str, Tensor], moles: Tensor) -> Tensor:
        """Acid that lime cannot have bound must come out: what half the mean waste brings, less lime."""
        waste = sets["feed"] * 1000.0
        least = waste * (0.5 * self.chlorine + self.sulphur) / self.room * 0.5  # kmol/h, half may stay in ash
        out = (0.5 * made["hcl"] / 36.458 + made["so2"] / 64.064) * moles
        missing = least - sets["lime"] / 74.093 - out
        return torch.relu(missing / least.clamp(min=1e-6)).square().mean()

    def to_dict(self) -> dict[str, float]:
        """For JSON."""
        return asdict(self)
