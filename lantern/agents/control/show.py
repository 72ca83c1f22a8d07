"""A controller's day in a form that a report can draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from lantern.agents.control.policies import TRIMMED
from lantern.agents.control.task import ControlTask, Days


def episode(
    task: ControlTask, days: Days, usual: Days, portrait: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The first day, a dict a control step; the first of them with what the site's surrogate is like.

    Returns
    -------
    list of dict
        ``step``, ``observation`` (None), ``action`` (trims), ``label``, ``dfa_state``, ``reward`` (worth) as
        every run has them, and ``day``: what a figure of the day shows.
    """
    from lantern.envs.incinerator.sensors import READ
    from lantern.envs.incinerator.standards import POLLUTANTS, find_standard

    standard = find_standard(task.settings.standard)
    shown = [READ[name] for name in ("furnace", "oxygen", "steam", "nh3")]
    success = bool(np.asarray(task.dfa.accepting)[days.state[-1, 0]])
    found: list[dict[str, Any]] = []
    for step in range(len(days.worth)):
        emitted, before, values = days.emitted[step, 0], usual.emitted[step, 0], days.values[step, 0]
        found.append(
            {
                "step": step,
                "observation": None,
                "action": [round(float(one), 3) for one in days.trims[step, 0]],
                "label": sorted(task.vocabulary.label(int(days.label[step, 0]))),
                "dfa_state": int(days.state[step + 1, 0]),
                "reward": round(float(days.worth[step, 0]), 5),
                "day": {
                    "hour": round((step + 1) * task.settings.minutes / 60.0, 4),
                    "load": round(float(days.load[step, 0]), 4),
                    **{name: _short(emitted[at]) for at, name in enumerate(POLLUTANTS)},
                    **{f"usual_{name}": _short(before[at]) for at, name in enumerate(POLLUTANTS)},
                    **dict(
                        zip(("furnace", "oxygen", "steam", "nh3"), map(_short, values[shown]), strict=True)
                    ),
                },
            }
        )
    found[0]["day"]["limits"] = dict(zip(POLLUTANTS, standard.short, strict=True))
    found[0]["day"]["daily_limits"] = dict(zip(POLLUTANTS, standard.daily, strict=True))
    found[0]["day"]["minutes"] = standard.minutes
    found[0]["day"]["trims"] = list(TRIMMED)
    if portrait is not None:
        found[0]["surrogate"] = portrait
    found[-1]["success"] = success
    return found


def _short(value: Any) -> float:
    return float(f"{float(value):.4g}")
