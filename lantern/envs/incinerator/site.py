"""A site: what an engineer would say of a line, and the numbers that the plant runs on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lantern.envs.incinerator.combustion import burn
from lantern.envs.incinerator.control.usual import Gains
from lantern.envs.incinerator.drift import Drift
from lantern.envs.incinerator.layout import (
    ACTIONS,
    ACTUATOR,
    ASH,
    CAKE,
    FEED,
    GAS,
    HEAT,
    INDEX,
    PARAMETERS,
    STATES,
    WALL,
    WATER,
    Floats,
)
from lantern.envs.incinerator.plant import STEAM_TEMPERATURE
from lantern.envs.incinerator.thermo import MOLAR_VOLUME
from lantern.envs.incinerator.waste import Waste
from lantern.errors import ContentError

_RANGES = {
    "capacity": (50.0, 2000.0, "t/d"),
    "oxygen": (0.04, 0.13, "dry share"),
    "heat_loss": (0.08, 0.25, "share"),
    "preheat": (20.0, 300.0, "C"),
    "mixing_spread": (0.05, 0.6, "coefficient of variation"),
    "rich_co": (0.0, 0.05, "share"),
    "fuel_nitrogen": (0.02, 0.25, "share"),
    "sncr_mixing": (0.2, 1.0, "share"),
    "sncr_offset": (-100.0, 100.0, "K"),
    "hcl_order": (1.2, 30.0, "sorption parameter"),
    "so2_order": (1.2, 30.0, "sorption parameter"),
    "raw_dust": (100.0, 20000.0, "mg/Nm3"),
    "dust_passing": (0.00005, 0.02, "share"),
    "leak": (0.0, 0.2, "share of the air"),
    "staging": (0.05, 0.6, "share of the air"),
    "ratio": (0.0, 3.0, "mol NH3 per mol NO"),
    "lime_ratio": (0.0, 5.0, "stoichiometric ratio"),
}


@dataclass(frozen=True)
class Site:
    """One incineration line.

    Attributes
    ----------
    name : str
    waste : Waste
        Mean composition.
    technology : str
        ``"grate"`` or ``"fluidised bed"``.
    capacity : float
        Waste at full load, t/d.
    oxygen : float
        Dry oxygen share of the flue gas at the usual operating point.
    heat_loss : float
        Share of the heat that the gas loses to walls and surroundings before it leaves the furnace.
    preheat : float
        Combustion air, C.
    staging, leak : float
        Secondary air and leaked air as shares of all air, usual operating point.
    mixing_spread : float
        Coefficient of variation of the local air ratio.
    rich_co : float
        Share of carbon that rich pockets leave as CO.
    fuel_nitrogen : float
        Share of the waste's nitrogen that becomes NO at 8 % oxygen.
    sncr_mixing, sncr_offset : float
        Share of the gas that meets its ammonia; injection temperature minus furnace temperature, K.
    ratio, lime_ratio : float
        Usual ammonia (mol NH3 per mol NO) and lime (stoichiometric ratio).
    hcl_order, so2_order : float
        Sorption parameters.
    raw_dust, dust_passing : float
        Dust before the filter, mg/Nm3; share that passes it.
    drift : Drift
        How waste, feeding and mixing change by themselves.
    gains : Gains
        Settings of its usual controller.

    Raises
    ------
    ContentError
        If a number is out of range; the message says which, and what is expected.
    """

    name: str
    waste: Waste
    technology: str = "grate"
    capacity: float = 500.0
    oxygen: float = 0.075
    heat_loss: float = 0.15
    preheat: float = 150.0
    staging: float = 0.3
    leak: float = 0.05
    mixing_spread: float = 0.22
    rich_co: float = 0.004
    fuel_nitrogen: float = 0.09
    sncr_mixing: float = 0.65
    sncr_offset: float = 0.0
    ratio: float = 1.2
    lime_ratio: float = 2.0
    hcl_order: float = 8.0
    so2_order: float = 3.0
    raw_dust: float = 3000.0
    dust_passing: float = 0.001
    drift: Drift = field(default_factory=Drift)
    gains: Gains = field(default_factory=Gains)

    def __post_init__(self) -> None:
        for name, (low, high, unit) in _RANGES.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise ContentError(
                    f"Site {self.name!r}: {name} is {value:g}; expected {low:g} to {high:g} ({unit})."
                )
        if self.technology not in ("grate", "fluidised bed"):
            raise ContentError(
                f"Site {self.name!r}: technology is {self.technology!r}; expected 'grate' or 'fluidised bed'."
            )

    @property
    def full_load(self) -> float:
        """Waste at full load, kg/s."""
        return self.capacity * 1000.0 / 86400.0

    def usual_actions(self) -> Floats:
        """Set-points of the usual operating point at full load: float64[ACTIONS], in the plant's units."""
        waste, gas = self.waste, burn(self.waste, self.oxygen, loss=self.heat_loss, preheat=self.preheat)
        _, _, _, nitrogen, sulphur, chlorine = waste.amounts
        air = gas.air_ratio * waste.oxygen_demand / 0.21 * self.full_load
        oxide = nitrogen * self.fuel_nitrogen * self.full_load
        acid = (0.5 * chlorine * 0.9 + sulphur * 0.8) * self.full_load
        actions = np.empty(ACTIONS)
        actions[FEED] = self.full_load
        actions[FEED + 1] = air * (1.0 - self.staging - self.leak)
        actions[FEED + 2] = air * self.staging
        actions[FEED + 3] = oxide * self.ratio
        actions[FEED + 4] = acid * self.lime_ratio
        return actions

    def parameters(self) -> Floats:
        """What the compiled plant reads: float64[len(PARAMETERS)]."""
        waste, load = self.waste, self.full_load
        gas = burn(waste, self.oxygen, loss=self.heat_loss, preheat=self.preheat)
        usual = self.usual_actions()
        surface = 0.01
        heat = waste.lhv * 1000.0 * load  # kW
        wall = 850.0  # K, at the usual operating point
        to_wall = (self.heat_loss - surface) * heat * 1.05  # 5 %: the preheated air's share of the heat
        fluidised = self.technology == "fluidised bed"
        values: dict[str, float] = dict(
            zip(PARAMETERS[:6], waste.amounts, strict=True),
            moisture=waste.moisture / 100,
            ash=waste.ash / 100,
            heat=waste.combustible_lhv * waste.combustible,
            fossil=waste.fossil_share,
            drying=1 / 120.0 if fluidised else 1 / 700.0,
            burning=1 / 60.0 if fluidised else 1 / 500.0,
            discharge=1 / 2400.0,
            preheat=self.preheat,
            humidity=0.013,
            leak=self.leak / (1.0 - self.leak) * (usual[1] + usual[2]),
            wall_transfer=to_wall / (gas.furnace + 273.15 - wall),
            steam_transfer=to_wall / (wall - STEAM_TEMPERATURE),
            wall_capacity=30_000.0 * load,
            surface_loss=surface,
            mixing_spread=self.mixing_spread,
            rich_co=self.rich_co,
            fuel_nitrogen=self.fuel_nitrogen,
            sncr_mixing=self.sncr_mixing,
            sncr_offset=self.sncr_offset,
            hcl_release=0.9,
            so2_release=0.8,
            hcl_order=self.hcl_order,
            so2_order=self.so2_order,
            filter_seconds=1200.0,
            raw_dust=self.raw_dust,
            dust_passing=self.dust_passing,
            nominal_gas=gas.wet * load / MOLAR_VOLUME,
            steam_outlet=190.0,
        )
        return np.array([values[name] for name in PARAMETERS])

    def usual_state(self) -> Floats:
        """State near which the usual operating point settles: float64[STATES]."""
        row, usual = self.parameters(), self.usual_actions()
        gas = burn(self.waste, self.oxygen, loss=self.heat_loss, preheat=self.preheat)
        state = np.zeros(STATES)
        minutes = 2.5 / row[INDEX["burning"]]
        state[:6] = row[:6] * self.full_load * minutes
        state[WATER] = row[INDEX["moisture"]] * self.full_load / row[INDEX["drying"]]
        state[ASH] = row[INDEX["ash"]] * self.full_load / row[INDEX["discharge"]]
        state[HEAT] = row[INDEX["heat"]] * self.full_load * minutes
        state[WALL], state[GAS] = 850.0, gas.furnace + 273.15
        state[ACTUATOR] = usual
        state[CAKE] = usual[4] * row[INDEX["filter_seconds"]]
        return state
