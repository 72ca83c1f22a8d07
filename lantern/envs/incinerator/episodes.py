"""Episodes of N plants of one site: what single and vector environment have in common, in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lantern.envs.incinerator import words
from lantern.envs.incinerator.backends import Backend, Passed, SimulatedPlants, SurrogatePlants
from lantern.envs.incinerator.control.usual import HIGH, LOW
from lantern.envs.incinerator.costs import Prices, carbon_intensity, costs_of
from lantern.envs.incinerator.layout import ACTIONS, OUTPUT, Floats
from lantern.envs.incinerator.observation import OBSERVED, observe
from lantern.envs.incinerator.scenario import NOTICE, Loads, check_scenario, draw_loads
from lantern.envs.incinerator.sensors import ACTUATOR_UNITS, MEASURED, READ, TRUE
from lantern.envs.incinerator.simulate import Rules, usual_levels, usual_reading
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.standards import POLLUTANTS, Means, Standard, find_standard, risk_index
from lantern.errors import EnvError

_COLUMNS = [READ[name] for name in POLLUTANTS]
ACTION_KINDS = ("actuators", "setpoints")


@dataclass(frozen=True)
class Settings:
    """How the environment is set up.

    Attributes
    ----------
    standard : str or Standard
        ``"gb18485"`` (hourly and daily means) or ``"eu_ied"`` (half-hourly and daily).
    hours : float
        Length of an episode.
    minutes : int
        Length of a control step.
    actions : {"actuators", "setpoints"}
        What actions are; see `lantern.envs.incinerator.env.EmissionControlEnv`.
    load : {"change", "constant"} or sequence of float
        Demanded load; see `lantern.envs.incinerator.scenario.draw_loads`.
    waste : {"usual", "unseen"}
        What the waste drifts about.
    noise, dropouts : float
        Factor on the instruments' noise; outages an hour and instrument.
    risk : float
        Weight of the risk index in the reward.
    prices : Prices
        What the costs are worked out with.
    """

    standard: str | Standard = "gb18485"
    hours: float = 24.0
    minutes: int = 5
    actions: str = "actuators"
    load: str | Sequence[float] = "change"
    waste: str = "usual"
    noise: float = 1.0
    dropouts: float = 0.0
    risk: float = 1.0
    prices: Prices = field(default_factory=Prices)

    @property
    def steps(self) -> int:
        """Control steps of an episode."""
        return round(self.hours * 60 / self.minutes)


@dataclass
class Outcome:
    """What a control step brought, one row or entry a plant.

    Attributes
    ----------
    observation : float32[N, len(OBSERVED)]
    reward : float64[N]
    label : int64[N]
    cost : dict of str to float64[N]
        EUR: ``reagents``, ``lost_load``, ``co2``, ``penalty`` and their sum ``total``.
    cpsi, cpsi_max : float64[N]
        Risk index and largest ratio to a daily limit.
    passed : Passed
        What was measured, set and (by the simulator) true.
    """

    observation: Any
    reward: Floats
    label: Any
    cost: dict[str, Floats]
    cpsi: Floats
    cpsi_max: Floats
    passed: Passed


class Episodes:
    """N plants of one site, an episode each.

    Parameters
    ----------
    site : Site
    plants : int
        N.
    settings : Settings
    plant : str or object
        ``"simulator"`` or a surrogate.
    """

    def __init__(self, site: Site, plants: int, settings: Settings, plant: Any = "simulator") -> None:
        _check(settings)
        self.site, self.count, self.settings = site, plants, settings
        self.standard = find_standard(settings.standard)
        self.means = Means(plants, self.standard, settings.minutes)
        if isinstance(plant, str) and plant == "simulator":
            rules = Rules(noise=settings.noise, dropouts=settings.dropouts)
            self.backend: Backend = SimulatedPlants(site, plants, rules)
        else:
            self.backend = SurrogatePlants(site, plants, plant, settings.minutes)
        self.limit = settings.steps
        # A change of load is announced ahead, so that profiles reach beyond the episode's end.
        self._minutes = self.limit * settings.minutes + NOTICE + 1
        self.loads = Loads.none(plants, self._minutes)
        self.step_number = np.zeros(plants, np.int64)
        self.usual = usual_reading(site)
        self.full_steam = usual_levels(site)[OUTPUT["steam"]]
        self.design = site.usual_actions()
        self._carbon = carbon_intensity(self.usual[None], site.waste.fossil_share)[0]
        self._half_hour = np.zeros((max(1, 30 // settings.minutes), plants))
        self.passed = Passed(np.zeros((plants, len(MEASURED))), None, np.zeros((plants, ACTIONS)), None)

    def begin(
        self, chosen: np.ndarray, rng: np.random.Generator, waste: str | None = None, copies: int = 1
    ) -> Any:
        """Start episodes of some plants, bool[N]; return observations and labels of all.

        With ``copies`` they are so many times the same episodes: the first part's load, waste and noise.
        """
        count = int(chosen.sum()) // copies
        settings = self.settings
        check_scenario(settings.load, waste or settings.waste)
        loads = draw_loads(settings.load, count, self._minutes, settings.minutes, rng)
        self.loads.put(chosen, loads.repeated(copies))
        self.step_number[chosen] = 0
        self.means.begin(chosen)
        demand = self.loads.demand[:, 0]
        self.passed = self.backend.begin(chosen, demand, waste or settings.waste, rng, copies)
        self._half_hour[:, chosen] = self.passed.measured[chosen, READ["nox"]]
        return self._observe(), self._label(np.zeros(self.count, np.bool_))

    def physical(self, actions: Floats) -> Floats:
        """Set-points in the plant's units of normalised actions, float64[N, 5]; 0 is the site's design."""
        kept = np.clip(actions, -1.0, 1.0)
        factor = np.where(kept < 0.0, 1.0 + kept * (1.0 - LOW), 1.0 + kept * (HIGH - 1.0))
        return self.design * factor

    def step(self, actions: Floats) -> Outcome:
        """Advance all plants by a control step."""
        minutes = self.settings.minutes
        first = self.step_number * minutes
        rows = np.arange(self.count)
        load = np.stack([self.loads.demand[rows, first + minute] for minute in range(minutes)])
        trims = self.settings.actions == "setpoints"
        commands = np.clip(actions, -1.0, 1.0) if trims else self.physical(actions)
        self.passed = self.backend.advance(commands, trims, load)
        changed = (self.loads.change >= first) & (self.loads.change < first + minutes)
        self.step_number += 1
        measured = self.passed.measured
        values = measured[:, _COLUMNS]
        block, day = self.means.add(values)
        self._half_hour = np.roll(self._half_hour, -1, axis=0)
        self._half_hour[-1] = measured[:, READ["nox"]]
        carbon = carbon_intensity(measured, self.site.waste.fossil_share) / self._carbon
        cpsi, largest = risk_index(values, carbon, self.standard)
        steam = load.mean(axis=0) * self.full_steam
        cost = costs_of(
            self.passed.setpoints, measured, steam, self.site.waste.fossil_share, minutes / 60.0,
            self.means, block, day, self.settings.prices,
        )  # fmt: skip
        worth = self.full_steam * self.settings.prices.steam * minutes / 60.0
        reward = -cost["total"] / worth - self.settings.risk * cpsi
        label = self._label(changed)
        return Outcome(self._observe(), reward, label, cost, cpsi, largest, self.passed)

    def demand(self) -> Floats:
        """Load that is asked for now: float64[N]."""
        now = self.step_number * self.settings.minutes
        return self.loads.demand[np.arange(self.count), now]

    def _ahead(self) -> tuple[np.ndarray, Floats]:
        """Which plants have a change announced, and minutes until it."""
        wait = self.loads.change - self.step_number * self.settings.minutes
        return (self.loads.change >= 0) & (wait >= 0) & (wait <= NOTICE), wait.astype(float)

    def _observe(self) -> Any:
        announced, wait = self._ahead()
        demand = self.demand()
        ahead = np.where(announced, self.loads.after, demand)
        waiting = np.where(announced, wait / NOTICE, 1.0)
        return observe(self, demand, ahead, waiting)

    def _label(self, changed: np.ndarray) -> Any:
        measured, kept = self.passed.measured, self.means.kept()
        held = {f"{name}_ok": kept[:, index] for index, name in enumerate(POLLUTANTS)}
        held["hot"] = measured[:, READ["furnace"]] >= words.MINIMUM_FURNACE
        held["announced"] = self._ahead()[0]
        held["load_change"] = changed
        steam = measured[:, READ["steam"]] / self.full_steam
        held["at_load"] = np.abs(steam / self.demand() - 1.0) <= 0.05
        held["nox_low"] = self._half_hour.mean(axis=0) <= words.NOX_LOW * self.usual[READ["nox"]]
        dosing = measured[:, READ["ammonia"]] / np.maximum(measured[:, READ["steam"]], 1e-6)
        usual = self.design[3] * ACTUATOR_UNITS[3] / self.full_steam
        held["ammonia_reduced"] = dosing <= words.AMMONIA_REDUCED * usual
        held["slip_ok"] = measured[:, READ["nh3"]] <= words.SLIP
        return words.masks(held)

    def constraints(self, plant: int) -> list[dict[str, Any]]:
        """What must be kept, for one plant: name, value, limit, and whether it is kept."""
        standard, running, today = self.standard, self.means.running()[plant], self.means.today()[plant]
        found = []
        for index, name in enumerate(POLLUTANTS):
            for kind, value, limit in (
                (f"{standard.minutes}min", running[index], standard.short[index]),
                ("day", today[index], standard.daily[index]),
            ):
                found.append(_constraint(f"{name}_{kind}", value, limit, value <= limit))
        measured = self.passed.measured[plant]
        furnace, slip = measured[READ["furnace"]], measured[READ["nh3"]]
        found.append(_constraint("furnace", furnace, words.MINIMUM_FURNACE, furnace >= words.MINIMUM_FURNACE))
        found.append(_constraint("ammonia_slip", slip, words.SLIP, slip <= words.SLIP))
        return found

    def true(self, plant: int) -> dict[str, float] | None:
        """What was true in the last control step, where that is known."""
        values = self.passed.true
        return None if values is None else dict(zip(TRUE, map(float, values[plant]), strict=True))


def _constraint(name: str, value: float, limit: float, kept: bool) -> dict[str, Any]:
    return {"name": name, "value": float(value), "limit": float(limit), "kept": bool(kept)}


def _check(settings: Settings) -> None:
    if settings.actions not in ACTION_KINDS:
        from lantern.content import nearest

        raise EnvError(
            f"actions={settings.actions!r} is not known. {nearest(settings.actions, ACTION_KINDS)}"
        )
    if settings.minutes < 1 or settings.minutes != int(settings.minutes):
        raise EnvError(
            f"minutes={settings.minutes!r}: a control step is a whole number of minutes, 1 or more."
        )
    if not 0.5 <= settings.hours <= 24 * 31:
        raise EnvError(f"hours={settings.hours!r}: an episode takes half an hour to 31 days.")
    check_scenario(settings.load, settings.waste)
    if settings.noise < 0 or settings.dropouts < 0:
        raise EnvError("noise and dropouts must be 0 or more.")


assert len(OBSERVED) > len(MEASURED)
