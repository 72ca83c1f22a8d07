"""Waste as received: composition, heating value, and what it needs to burn."""

from __future__ import annotations

from dataclasses import dataclass

from lantern.errors import ContentError

ELEMENTS = ("carbon", "hydrogen", "oxygen", "nitrogen", "sulphur", "chlorine")
MOLAR_MASS = {
    "carbon": 12.011,
    "hydrogen": 1.008,
    "oxygen": 15.999,
    "nitrogen": 14.007,
    "sulphur": 32.06,
    "chlorine": 35.45,
}
WATER = 18.015
LATENT_HEAT = 2.443
"""MJ/kg of water evaporated at 25 C."""

# Limits beyond which a composition is a typing error rather than waste, in % of wet mass.
_RANGES = {
    "carbon": (5.0, 60.0),
    "hydrogen": (0.5, 10.0),
    "oxygen": (1.0, 45.0),
    "nitrogen": (0.0, 5.0),
    "sulphur": (0.0, 3.0),
    "chlorine": (0.0, 5.0),
    "moisture": (0.0, 75.0),
    "ash": (0.0, 50.0),
}


@dataclass(frozen=True)
class Waste:
    """Composition of waste as received (wet).

    Attributes
    ----------
    carbon, hydrogen, oxygen, nitrogen, sulphur, chlorine : float
        Elements of the dry combustible matter, % of wet mass (those of the moisture not counted).
    moisture, ash : float
        % of wet mass. All eight add up to 100.
    lhv : float
        Lower heating value as received, MJ/kg.
    fossil_share : float
        Share of the carbon that is of fossil origin, in [0, 1].

    Raises
    ------
    ContentError
        If a number is out of range or the composition does not add up to 100 % within 0.5.
    """

    carbon: float
    hydrogen: float
    oxygen: float
    nitrogen: float
    sulphur: float
    chlorine: float
    moisture: float
    ash: float
    lhv: float
    fossil_share: float = 0.42

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ContentError(
                    f"Waste: {name} is {value:g} % of wet mass; expected {low:g} to {high:g} %."
                )
        total = sum(getattr(self, name) for name in _RANGES)
        if abs(total - 100.0) > 0.5:
            raise ContentError(
                f"Waste: the composition adds up to {total:.2f} %, not 100 %. Check {', '.join(_RANGES)}."
            )
        if not 2.0 <= self.lhv <= 25.0:
            raise ContentError(f"Waste: lhv is {self.lhv:g} MJ/kg; expected 2 to 25 MJ/kg as received.")
        if not 0.0 <= self.fossil_share <= 1.0:
            raise ContentError(
                f"Waste: fossil_share is {self.fossil_share:g}; expected a share between 0 and 1."
            )

    @property
    def combustible(self) -> float:
        """Dry combustible matter, kg per kg of wet waste."""
        return float(sum(getattr(self, name) for name in ELEMENTS)) / 100.0

    @property
    def amounts(self) -> tuple[float, ...]:
        """Amounts of C, H, O, N, S, Cl, kmol per kg of wet waste."""
        return tuple(getattr(self, name) / 100.0 / MOLAR_MASS[name] for name in ELEMENTS)

    @property
    def combustible_lhv(self) -> float:
        """Lower heating value of the dry combustible matter, MJ/kg; evaporation is added back."""
        return (self.lhv + LATENT_HEAT * self.moisture / 100.0) / self.combustible

    @property
    def oxygen_demand(self) -> float:
        """Stoichiometric oxygen, kmol of O2 per kg of wet waste; chlorine leaves as HCl."""
        carbon, hydrogen, oxygen, _, sulphur, chlorine = self.amounts
        return carbon + (hydrogen - chlorine) / 4 + sulphur - oxygen / 2
