"""What a policy gains over usual control on the same waste, which a model of a plant can burn twice.

The same days under both take out most of what the waste does. What counts, in this order by its weights: the
limits of whole days, then that no pollutant is higher than under usual control, then the risk index, the cost
and the task.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.control.emissions import SIX, ratios
from lantern.agents.control.policies import Abreast, Policy, Reagents, Rule, still, usual_observation
from lantern.agents.control.settings import SearchSettings
from lantern.agents.control.task import ControlTask, Days, Plants, run_days

Floats = NDArray[np.float64]

MARGIN = np.array([0.08, 0.01, 0.01, 0.01, 0.01, 0.001])
"""How much lower than under usual control each pollutant is wanted, to be no worse at another site and with
other waste too; of CO2 little, since little moves it."""

WEIGHT = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 5.0])
"""Of each pollutant where it is worse; CO2 moves by tenths of a percent where the others move by percents. A
percent less NOx takes ammonia whose N2O is 0.06 % of CO2: that is to count for less than a percent over a
limit."""

MOVED = (1, 2, 3)
"""NOx, SO2 and HCl, which reagents move: of the others a surrogate cannot tell to a percent what they do."""

DAY_KEPT = 0.95
"""Share of a daily limit that the mean of a day is to keep to."""

PRESSED = ("nox", "so2", "hcl")
"""Whose limits are moved to the site's usual emissions: reagents can answer when they press."""


def missed(task: ControlTask, means: Floats) -> Floats:
    """By how much means of some time are above ``DAY_KEPT`` of the daily limits, in logarithms: float64[N].

    Parameters
    ----------
    task : ControlTask
    means : float64[N, 5]
        mg/Nm3, in the order of ``POLLUTANTS``.
    """
    from lantern.envs.incinerator.standards import find_standard

    daily = np.array(find_standard(task.settings.standard).daily)
    return np.asarray(np.log(np.maximum(means / (DAY_KEPT * daily), 1.0)).sum(axis=1))


def with_limits_at(task: ControlTask, level: float) -> ControlTask:
    """The same site where usual control emits so much of the daily limits of ``PRESSED`` pollutants.

    Short limits move along. A rule that is to be handed on has to do right at sites whose limits press and at
    sites where they do not, and one site is only one of them.
    """
    from lantern.envs.incinerator.sensors import READ
    from lantern.envs.incinerator.simulate import usual_reading
    from lantern.envs.incinerator.standards import POLLUTANTS, find_standard

    standard, usual = find_standard(task.settings.standard), usual_reading(task.site)
    factor = np.ones(len(POLLUTANTS))
    for name in PRESSED:
        at = POLLUTANTS.index(name)
        factor[at] = usual[READ[name]] / (level * standard.daily[at])
    moved = replace(
        standard,
        short=tuple((factor * standard.short).tolist()),
        daily=tuple((factor * standard.daily).tolist()),
    )
    return replace(task, settings=replace(task.settings, standard=moved))


class Comparison:
    """Judges policies by their advantage over usual control on the same days of a model.

    Parameters
    ----------
    task : ControlTask
    plant : str or SurrogatePlant
        The model; ``"simulator"`` for the site's own.
    settings : SearchSettings
        ``plants`` are shared out among the limits that ``levels`` put in the place of the site's own.

    Attributes
    ----------
    model : bool
        Whether a surrogate stands in for the site.
    steps : int
        Control steps so far, over all plants.
    """

    def __init__(self, task: ControlTask, plant: Any, settings: SearchSettings) -> None:
        self.model, self.steps = not isinstance(plant, str), 0
        self._limits, self._worse = task.aim.limits, task.aim.worse
        # Limits are for whole days; within a day nobody knows yet whether one will be missed.
        task = replace(task, aim=task.aim.model_copy(update={"limits": 0.0}))
        self._tasks = [with_limits_at(task, level) for level in settings.levels] or [task]
        self._moved = bool(settings.levels)
        self._count = -(-settings.plants // len(self._tasks))
        self._plant, self._hours = plant, settings.hours
        self._plants: dict[tuple[int, int], Plants] = {}

    def days(self, policies: Sequence[Policy], seed: int) -> list[tuple[ControlTask, list[Days]]]:
        """What usual control and some policies (on a surrogate: their reagents) bring on the same days.

        One entry for each set of limits: the task that has them, and days, those of usual control first.
        """
        return [(task, self._run(at, policies, seed)) for at, task in enumerate(self._tasks)]

    def _run(self, at: int, policies: Sequence[Policy], seed: int) -> list[Days]:
        """The days of usual control and of the policies, all side by side."""
        task, copies = self._tasks[at], len(policies) + 1
        if (at, copies) not in self._plants:
            self._plants[at, copies] = Plants(task, self._count * copies, self._plant, self._hours)
        plants = self._plants[at, copies]
        self.steps += plants.steps * plants.count
        tried = tuple(self._here(policy, task) for policy in policies)
        days = run_days(plants, Abreast((still, *tried)), seed, copies=copies)
        starts = range(0, plants.count, self._count)
        return [days.part(slice(start, start + self._count)) for start in starts]

    def _here(self, policy: Policy, task: ControlTask) -> Policy:
        """A policy as it is tried: a rule reads ratios to the limits that hold here."""
        if isinstance(policy, Rule) and self._moved:
            policy = replace(policy, usual=usual_observation(task.site, task.settings.standard))
        return Reagents(policy) if self.model else policy

    def gain(self, policies: Sequence[Policy], seed: int) -> Floats:
        """Mean gain of a control step over usual control, limits included: float64[len(policies), N].

        Whether a pollutant is worse does not count.
        """
        found = [
            [self._gain(task, one, days[0]) for one in days[1:]] for task, days in self.days(policies, seed)
        ]
        return np.concatenate(found, axis=1)

    def _gain(self, task: ControlTask, days: Days, usual: Days) -> Floats:
        kept = missed(task, usual.emitted.mean(axis=0)) - missed(task, days.emitted.mean(axis=0))
        return np.asarray((days.worth - usual.worth).mean(axis=0) + self._limits * kept)

    def advantage(self, policies: Sequence[Policy], seed: int, margin: Floats | float = MARGIN) -> Floats:
        """Mean gain of a control step over usual control, less what got worse: float64[len(policies), N].

        On a surrogate what got worse is taken over all days together: on a single one it is too coarse.
        """
        found = []
        for task, (usual, *days) in self.days(policies, seed):
            ratio = np.stack([ratios(task, one, usual) for one in days])
            if self.model:
                mean = ratio.mean(axis=1, keepdims=True)
                ratio = np.where(np.isin(np.arange(len(SIX)), MOVED), mean, 0.0)
            worse = (WEIGHT * np.clip(ratio - 1.0 + margin, 0.0, 1.0)).sum(axis=2)
            found.append(np.stack([self._gain(task, one, usual) for one in days]) - self._worse * worse)
        return np.concatenate(found, axis=1)
