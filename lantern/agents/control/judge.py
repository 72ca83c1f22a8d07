"""Judging controllers on the simulator: all on the same days, with waste that no training had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.control.emissions import SIX, UNCERTAINTY, carbon, none_worse, ratios
from lantern.agents.control.policies import Policy, still
from lantern.agents.control.task import COSTS, ControlTask, Days, Plants, run_days

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """How a controller did.

    Attributes
    ----------
    success : float
        Share of days that fulfilled the task.
    worth : float
        Mean sum of a day's worth.
    metrics : dict of str to float
        See :func:`measure`.
    days : Days
        What happened.
    """

    success: float
    worth: float
    metrics: dict[str, float]
    days: Days


class Judge:
    """Runs controllers on the same days.

    Parameters
    ----------
    task : ControlTask
    count : int
        How many days, each with its own waste.
    seed : int, optional
        Of the days; that of the environment's evaluation by default.
    """

    def __init__(self, task: ControlTask, count: int, seed: int | None = None) -> None:
        from lantern.envs.incinerator.scenario import EVALUATION_SEEDS

        self.task, self.seed = task, EVALUATION_SEEDS[0] if seed is None else seed
        self._plants = Plants(task, count)
        self.usual = run_days(self._plants, still, self.seed, "unseen")

    def __call__(self, policy: Policy) -> Verdict:
        """Judge a controller."""
        days = self.usual if policy is still else run_days(self._plants, policy, self.seed, "unseen")
        success = np.asarray(self.task.dfa.accepting)[days.state[-1]]
        metrics = measure(self.task, days, self.usual)
        return Verdict(float(success.mean()), float(days.worth.sum(axis=0).mean()), metrics, days)


def measure(task: ControlTask, days: Days, usual: Days) -> dict[str, float]:
    """Numbers of some days, beside the same days under usual control.

    Returns
    -------
    dict of str to float
        ``within``: share of time with all limits kept, those of the short means and those of the day's.
        ``within_short``, ``within_day``: share of short means, and of days, with all five limits kept.
        ``cpsi``, ``cpsi_max``: mean risk index, and mean of the day's largest ratio to a daily limit.
        ``cpsi_change``: relative to usual control on the same days. ``no_worse``: share of days on which none
        of the six pollutants' means is higher than under usual control by more than the analysers'
        uncertainty (3 %, CO 10 %); ``no_worse_strict``: at all; ``worse_co`` and so on: share of days on
        which this one is higher at all, ``beyond_co``: beyond the uncertainty. ``missed_co`` and so on: share
        of days on which its daily limit is missed. ``reagents``, ``lost_load``, ``co2``, ``cost``: EUR a day,
        penalties apart. ``cost_change``: relative to usual control. Emissions in mg/Nm3 by name.
    """
    from lantern.envs.incinerator.standards import POLLUTANTS, find_standard

    short, day = _kept(task, days)
    daily = find_standard(task.settings.standard).daily
    mean, ratio = days.emitted.mean(axis=0), ratios(task, days, usual)
    index, largest = _index(task, days)
    usual_index, _ = _index(task, usual)
    cost = dict(zip(COSTS, days.cost.mean(axis=1), strict=True))
    running, usually = days.cost[:3].sum(axis=0).mean(), usual.cost[:3].sum(axis=0).mean()
    found = {
        "within": (short & day).mean(),
        "within_short": short.mean(),
        "within_day": day.mean(),
        "cpsi": index.mean(),
        "cpsi_max": largest.mean(),
        "cpsi_change": index.mean() / usual_index.mean() - 1.0,
        "no_worse": none_worse(ratio, UNCERTAINTY).mean(),
        "no_worse_strict": none_worse(ratio).mean(),
        **{f"worse_{name}": (~none_worse(ratio[:, [at]])).mean() for at, name in enumerate(SIX)},
        **{
            f"beyond_{name}": (~none_worse(ratio[:, [at]], UNCERTAINTY[at])).mean()
            for at, name in enumerate(SIX)
        },
        **{f"missed_{name}": (mean[:, at] > daily[at]).mean() for at, name in enumerate(POLLUTANTS)},
        **{name: cost[name] for name in COSTS[:3]},
        "cost": running,
        "cost_change": running / usually - 1.0,
        **{name: mean[:, at].mean() for at, name in enumerate(POLLUTANTS)},
    }
    return {name: float(value) for name, value in found.items()}


def _kept(task: ControlTask, days: Days) -> tuple[Any, Any]:
    """Whether all limits of the short means, bool[blocks, N], and of the day's, bool[N], were kept."""
    from lantern.envs.incinerator.standards import find_standard

    standard = find_standard(task.settings.standard)
    length = standard.minutes // task.settings.minutes
    whole = len(days.emitted) // length * length
    means = days.emitted[:whole].reshape(-1, length, *days.emitted.shape[1:]).mean(axis=1)
    short = (means <= np.array(standard.short)).all(axis=2)
    return short, (means.mean(axis=0) <= np.array(standard.daily)).all(axis=1)


def _index(task: ControlTask, days: Days) -> tuple[Floats, Floats]:
    """Risk index of each day, and its largest ratio to a daily limit: float64[N] each."""
    from lantern.envs.incinerator.costs import carbon_intensity
    from lantern.envs.incinerator.simulate import usual_reading
    from lantern.envs.incinerator.standards import find_standard, risk_index

    usual = carbon_intensity(usual_reading(task.site)[None], task.site.waste.fossil_share)[0]
    standard = find_standard(task.settings.standard)
    return risk_index(days.emitted.mean(axis=0), carbon(task, days) / usual, standard)
