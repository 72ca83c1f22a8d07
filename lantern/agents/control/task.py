"""Plants with the task's automaton beside them: what controllers learn on and are judged on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.control.settings import Aim
from lantern.errors import LanternError

if TYPE_CHECKING:
    from lantern.agents.control.policies import Policy
    from lantern.envs import TaskEnv
    from lantern.envs.incinerator.episodes import Settings
    from lantern.envs.incinerator.site import Site
    from lantern.envs.incinerator.standards import Standard
    from lantern.logic import DFA, Vocabulary

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class ControlTask:
    """A site and a task for it.

    Attributes
    ----------
    site : Site
    settings : Settings
        Of the environment; actions are trims of the usual control, whatever the environment takes.
    dfa : DFA
    vocabulary : Vocabulary
    aim : Aim
        What learners are to reach.
    """

    site: Site
    settings: Settings
    dfa: DFA
    vocabulary: Vocabulary
    aim: Aim

    @classmethod
    def of(cls, task_env: TaskEnv, aim: Aim) -> ControlTask:
        """Take the site and the task out of a product.

        Raises
        ------
        LanternError
            If the environment is no incineration line.
        """
        from lantern.envs.incinerator.env import EmissionControlEnv

        env: Any = getattr(task_env.env, "unwrapped", None)
        if not isinstance(env, EmissionControlEnv):
            raise LanternError(
                "The learner 'control' controls incineration lines only. Give it an environment of kind "
                "emission_control, such as emission_control/site_02; or take another agent, such as sac."
            )
        # What it costs to miss a limit is in the aim: as it comes about, not when an hour or a day ends.
        prices = replace(env.settings.prices, exceeded=0.0, exceeded_day=0.0)
        settings = replace(env.settings, actions="setpoints", prices=prices)
        return cls(env.site, settings, task_env.dfa, task_env.vocabulary, aim)

    @cached_property
    def delta(self) -> Ints:
        """Next state of the automaton by state and label mask: int64[U, 2**P]."""
        masks = np.arange(1 << len(self.vocabulary.names), dtype=np.int64)
        return np.asarray(self.dfa.delta(masks, self.vocabulary.names), dtype=np.int64)

    @cached_property
    def gain(self) -> Floats:
        """How far the task has got in each state of its automaton: 1 is done, -1 can never be done."""
        distance, live = np.asarray(self.dfa.distance, float), np.asarray(self.dfa.live, bool)
        farthest = max(float(distance[live].max(initial=0.0)), 1.0)
        return np.where(live, 1.0 - np.where(live, distance, 0.0) / farthest, -1.0)

    @property
    def steps_of_day(self) -> int:
        """Control steps of an episode."""
        return self.settings.steps

    def steps_of(self, hours: float) -> int:
        """Control steps in some hours."""
        return round(hours * 60 / self.settings.minutes)


@dataclass(frozen=True)
class Step:
    """What a control step brought, one row or entry a plant.

    Attributes
    ----------
    observation : float32[N, D]
    state : int64[N]
        Of the automaton, after the step.
    worth : float64[N]
        By the aim, without comparison to usual control.
    infos : dict
        As `EmissionControlVectorEnv` gives them.
    over : bool
        Whether the episodes ended; all do at once.
    """

    observation: NDArray[np.float32]
    state: Ints
    worth: Floats
    infos: dict[str, Any]
    over: bool


class Plants:
    """N plants of one site, each with the automaton of the task; their episodes run side by side.

    Parameters
    ----------
    task : ControlTask
    count : int
        N.
    plant : str or SurrogatePlant
        ``"simulator"``, or what stands in for it.
    hours : float, optional
        Length of the episodes; that of the environment by default.
    """

    def __init__(
        self, task: ControlTask, count: int, plant: Any = "simulator", hours: float | None = None
    ) -> None:
        from lantern.envs.incinerator.vector import EmissionControlVectorEnv

        given = vars(task.settings) | ({"hours": hours} if hours else {})
        self.task, self.count = task, count
        self.env = EmissionControlVectorEnv(task.site, count, plant, autoreset="disabled", **given)
        self.steps = self.env.max_steps
        self.state = np.zeros(count, np.int64)
        self._ended = np.zeros(count, np.bool_)
        self._worth = self.env.episodes.full_steam * task.settings.prices.steam * task.settings.minutes / 60.0

    def reset(
        self, seed: int | None = None, waste: str | None = None, copies: int = 1
    ) -> NDArray[np.float32]:
        """Start all episodes, so many times the same ones: float32[N, D] of observations."""
        options = {"copies": copies} | ({"waste": waste} if waste else {})
        observation, infos = self.env.reset(seed=seed, options=options)
        self.state = self.task.delta[int(self.task.dfa.initial), infos["label"]]
        self._at = 0
        return np.asarray(observation, np.float32)

    def step(self, trims: Floats) -> Step:
        """Hold trims, float64[N, 5] in [-1, 1], for a control step; what 1 means is in ``BOUNDS``."""
        observation, _, _, ended, infos = self.env.step(BOUNDS * trims)
        before, aim = self.state, self.task.aim
        self.state = self.task.delta[before, infos["label"]]
        gained = np.where(self.state != before, self.task.gain[self.state] - self.task.gain[before], 0.0)
        worth = aim.task * gained - aim.cost * infos["cost"]["total"] / self._worth - aim.risk * infos["cpsi"]
        worth = worth - aim.limits * shortfall(infos["measured"], self.env.episodes.standard)
        if "novelty" in infos:
            worth = worth - aim.novelty * np.maximum(infos["novelty"] - 1.0, 0.0)
        return Step(np.asarray(observation, np.float32), self.state, worth, infos, bool(ended[0]))


def shortfall(values: Floats, standard: Standard) -> Floats:
    """By how much readings are above ``KEPT`` of the daily limits, in logarithms: float64[N].

    Parameters
    ----------
    values : float64[N, len(MEASURED)]
    standard : Standard
    """
    from lantern.envs.incinerator.sensors import READ
    from lantern.envs.incinerator.standards import POLLUTANTS

    ratio = values[:, [READ[name] for name in POLLUTANTS]] / (KEPT * np.array(standard.daily))
    return np.asarray(np.log(np.maximum(ratio, 1.0)).sum(axis=1))


@dataclass(frozen=True)
class Days:
    """What some episodes brought, control step by control step.

    Attributes
    ----------
    worth : float64[T, N]
    state : int64[T + 1, N]
        Of the automaton; the first row is after the reset.
    emitted : float64[T, N, 5]
        mg/Nm3, in the order of ``POLLUTANTS``: true where that is known, measured otherwise.
    cost : float64[4, N]
        EUR a day: reagents, lost load, CO2, penalties.
    values : float64[T, N, len(MEASURED)]
        All that instruments can show; true where that is known.
    setpoints, trims : float64[T, N, 5]
    load : float64[T, N]
    label : int64[T, N]
    """

    worth: Floats
    state: Ints
    emitted: Floats
    cost: Floats
    values: Floats
    setpoints: Floats
    trims: Floats
    load: Floats
    label: Ints

    def part(self, rows: slice) -> Days:
        """Some of the episodes."""
        cost = self.cost[:, rows]
        kept = {name: part[:, rows] for name, part in vars(self).items() if name != "cost"}
        return Days(cost=cost, **kept)


BOUNDS = np.array([0.25, 0.5, 1.0, 1.0, 1.0])
"""How far controllers may move each set-point, as a share of what the environment allows: the load by 2 %,
oxygen by 0.75 % of dry gas, the share of secondary air, NOx and acid gases by 40, 40 and 50 %."""

KEPT = 0.9
"""Share of a daily limit that is aimed at, so that a day of other waste keeps it too."""

COSTS = ("reagents", "lost_load", "co2", "penalty")


def run_days(plants: Plants, policy: Policy, seed: int, waste: str | None = None, copies: int = 1) -> Days:
    """Run an episode in all plants under a policy, with ``copies`` so many times the same episodes."""
    from lantern.envs.incinerator.sensors import MEASURED, READ
    from lantern.envs.incinerator.standards import POLLUTANTS

    observation = plants.reset(seed, waste, copies)
    states, rows, cost = [plants.state], [], np.zeros((len(COSTS), plants.count))
    over = False
    while not over:
        trims = policy(observation, plants.state)
        load = plants.env.episodes.demand()
        step = plants.step(trims)
        observation, over = step.observation, step.over
        values = step.infos.get("true", step.infos["measured"])[:, : len(MEASURED)]
        cost += [step.infos["cost"][name] for name in COSTS]
        rows.append((step.worth, values, step.infos["setpoints"], trims, load, step.infos["label"]))
        states.append(step.state)
    worth, values, setpoints, trims, load, label = (np.array(part) for part in zip(*rows, strict=True))
    emitted = values[:, :, [READ[name] for name in POLLUTANTS]]
    daily = cost * 24.0 * 60.0 / (len(worth) * plants.task.settings.minutes)
    return Days(worth, np.array(states), emitted, daily, values, setpoints, trims, load, label)
