"""Records of a simulated site, as a plant's archive would hold them, with the true values beside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np

from lantern.content import nearest
from lantern.envs.incinerator.layout import ACTIONS, Floats
from lantern.envs.incinerator.sensors import ACTUATOR_UNITS, HIDDEN, MEASURED, TRUE, UNITS
from lantern.envs.incinerator.simulate import (
    DIRECT,
    KICKS,
    STEP_SECONDS,
    TRIMS,
    History,
    Plants,
    Rules,
    assemble,
    run,
    usual_levels,
)
from lantern.envs.incinerator.site import Site
from lantern.errors import ContentError
from lantern.surrogates.record import Record

#: ``policy(reading, load, minute)`` returns set-points in the instruments' units: t/h, kNm3/h, kg/h.
Policy: TypeAlias = Callable[[dict[str, float], float, int], Any]

ACTUATORS = MEASURED[:ACTIONS]


def record(
    site: Site | str | int,
    hours: float,
    seed: int = 0,
    policy: Literal["usual", "excited", "trimmed"] | Policy = "usual",
    *,
    noise: float = 1.0,
    dropouts: float = 0.0,
    shift: Floats | None = None,
) -> Record:
    """Run a site and record what a plant's archive would hold, one row a minute.

    Parameters
    ----------
    site : Site or str or int
        A site, its file or name, or its number in the shipped fleet.
    hours : float
        How long; two hours before the first row are run and dropped.
    seed : int
        Of waste, noise, load and excitation.
    policy : {"usual", "excited", "trimmed"} or callable
        ``"usual"``: the site's usual controller; the load changes every few hours. ``"excited"``: the same
        with independent random factors on each actuator, held for 10 to 60 min, as plants are run for tests.
        ``"trimmed"``: with random trims of its set-points. A callable is asked every minute.
    noise : float
        Factor on the instruments' noise.
    dropouts : float
        Outages an hour and instrument; their rows are NaN.
    shift : float64[8], optional
        What the waste drifts about, as ``Drift.sizes`` orders it: an unseen waste.

    Returns
    -------
    Record
        Columns ``load``, set-points ``set_*``, the quantities of ``MEASURED`` and true values ``true_*``.
    """
    from lantern.envs.incinerator.sites import find_site

    site = site if isinstance(site, Site) else find_site(site)
    steps, before = round(hours * 3600 / STEP_SECONDS), 120
    rng = np.random.default_rng([seed, 0x1EC0])
    plants = assemble([site], seed)
    if shift is not None:
        plants.centre[0] = shift
        plants.state[0, 17:25] += shift
    load = load_profile(rng, steps + before)[:, None]
    rules = Rules(noise=noise, dropouts=dropouts)
    if callable(policy):
        run(plants, np.zeros((before, 1, ACTIONS)), load[:before], TRIMS, rules)
        history = _under_policy(plants, load[before:], policy, rules)
    else:
        mode, commands = _commands(policy, rng, steps + before)
        history = run(plants, commands, load, mode, rules)
    return _as_record(
        site,
        history,
        load,
        steps,
        {
            "seed": seed,
            "policy": policy if isinstance(policy, str) else getattr(policy, "__name__", "callable"),
            "noise": noise,
        },
    )


def load_profile(rng: np.random.Generator, steps: int) -> Floats:
    """Demanded load that changes every two to eight hours, between 75 and 105 % of full, by 1 % a minute."""
    wanted = np.ones(steps)
    minute = int(rng.integers(60, 480))
    while minute < steps:
        wanted[minute:] = rng.uniform(0.75, 1.05)
        minute += int(rng.integers(120, 480))
    return ramp(wanted, 0.01)


def ramp(wanted: Floats, rate: float) -> Floats:
    """Follow a profile with a limited change per step; float64[steps]."""
    load = np.empty_like(wanted)
    now = wanted[0]
    for step, aim in enumerate(wanted):
        now += min(max(aim - now, -rate), rate)
        load[step] = now
    return load


def _commands(policy: str, rng: np.random.Generator, steps: int) -> tuple[int, Floats]:
    """Mode and commands of a policy by name."""
    if policy == "usual":
        return TRIMS, np.zeros((steps, 1, ACTIONS))
    if policy == "trimmed":
        return TRIMS, held(rng, steps, 1.0)[:, None]
    if policy == "excited":
        return KICKS, np.exp(np.array([0.08, 0.12, 0.25, 0.5, 0.4]) * held(rng, steps, 1.0))[:, None]
    raise ContentError(
        f"policy={policy!r} is not known. {nearest(str(policy), ('usual', 'excited', 'trimmed'))}"
    )


def held(rng: np.random.Generator, steps: int, size: float) -> Floats:
    """Random levels in [-size, size], each held for 10 to 60 min, independent in each action: [steps, 5]."""
    levels = np.empty((steps, ACTIONS))
    for action in range(ACTIONS):
        step = 0
        while step < steps:
            length = int(rng.integers(10, 61))
            levels[step : step + length, action] = rng.uniform(-size, size)
            step += length
    return levels


def _under_policy(plants: Plants, load: Floats, policy: Policy, rules: Rules) -> History:
    parts = []
    for minute, demand in enumerate(load):
        reading = dict(zip(MEASURED, map(float, plants.reading[0]), strict=True))
        chosen = np.asarray(policy(reading, float(demand[0]), minute), dtype=float)
        if chosen.shape != (ACTIONS,) or not np.isfinite(chosen).all() or (chosen < 0).any():
            raise ContentError(
                f"The policy returned {chosen!r} in minute {minute}; expected five set-points of 0 or more: "
                f"{', '.join(f'{name} in {UNITS[name]}' for name in ACTUATORS)}."
            )
        parts.append(run(plants, chosen / ACTUATOR_UNITS, demand[None], DIRECT, rules))
    return History(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _as_record(site: Site, history: History, load: Floats, steps: int, about: dict[str, Any]) -> Record:
    columns: dict[str, Floats] = {"load": load[-steps:, 0]}
    units = {"load": "share", **UNITS}
    setpoints = history.setpoints[-steps:, 0] * ACTUATOR_UNITS
    reading = np.where(history.out, np.nan, history.reading)[-steps:, 0]
    for index, name in enumerate(ACTUATORS):
        columns[f"set_{name}"] = setpoints[:, index].copy()
        units[f"set_{name}"] = UNITS[name]
    for index, name in enumerate(MEASURED):
        columns[name] = reading[:, index].copy()
    for index, name in enumerate(TRUE):
        columns[f"true_{name}"] = history.true[-steps:, 0, index].copy()
        units[f"true_{name}"] = UNITS.get(name) or HIDDEN[name]
    return Record(columns, units, STEP_SECONDS, {**about, **describe(site)})


def describe(site: Site) -> dict[str, Any]:
    """What an engineer knows of a line without measuring anything: for ``Record.about``."""
    from dataclasses import asdict

    from lantern.envs.incinerator.layout import OUTPUT

    design = site.usual_actions() * ACTUATOR_UNITS
    return {
        "site": site.name,
        "technology": site.technology,
        "capacity": site.capacity,
        "waste": asdict(site.waste),
        "design": dict(zip(ACTUATORS, map(float, design), strict=True)),
        "steam": usual_levels(site)[OUTPUT["steam"]],
    }
