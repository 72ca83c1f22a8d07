"""Many plants with their disturbances, instruments and usual control, run in compiled code.

This is the plant without Gymnasium: ``assemble`` puts plants together, ``run`` advances them any number of
steps and gives back what was set, what was read and what was true.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lantern.compiled import njit
from lantern.envs.incinerator.control.usual import MEMORY, USUAL, Gains, fresh_memory, usual_control
from lantern.envs.incinerator.drift import DRIFTS, wander
from lantern.envs.incinerator.layout import ACTIONS, BOOKS, DRIFT, OUTPUT, OUTPUTS, STATES, Floats
from lantern.envs.incinerator.plant import SNCR_SECONDS, advance
from lantern.envs.incinerator.random import Seeds, streams
from lantern.envs.incinerator.sensors import MEASURED, TRUE, measure, true_values
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.sncr import Kinetics, kinetics_at
from lantern.envs.incinerator.steady import SUBSTEPS, settle

STEP_SECONDS = 60.0
"""Length of a plant-step: instruments are read and controllers act once in it."""

_WORTH_THREADS = 500  # plant-steps; fewer are done before threads have started

DIRECT, TRIMS, KICKS = range(3)
"""What commands are: set-points; trims of the usual controller; factors on what the usual controller sets."""


class Plants(NamedTuple):
    """All that N plants are and remember.

    Attributes
    ----------
    state : float64[N, STATES]
    site : float64[N, len(PARAMETERS)]
    pace : float64[N, 2, 8]
        How the waste drifts.
    centre : float64[N, 8]
        What it drifts about.
    rng : uint64[N, 1]
        Each plant's random numbers.
    lagged, reading : float64[N, len(MEASURED)]
        What instruments have come to see, and what they last showed.
    out : bool[N, len(MEASURED)]
        Which instruments are out.
    usual : float64[N, USUAL]
        Parameters of the usual controllers.
    memory : float64[N, MEMORY]
        What these remember.
    """

    state: Floats
    site: Floats
    pace: Floats
    centre: Floats
    rng: Seeds
    lagged: Floats
    reading: Floats
    out: NDArray[np.bool_]
    usual: Floats
    memory: Floats


class History(NamedTuple):
    """What a run left, one row a step.

    Attributes
    ----------
    setpoints : float64[T, N, 5]
        In the plant's units.
    reading : float64[T, N, len(MEASURED)]
        An instrument that is out keeps its last reading.
    out : bool[T, N, len(MEASURED)]
    true : float64[T, N, len(TRUE)]
    """

    setpoints: Floats
    reading: Floats
    out: NDArray[np.bool_]
    true: Floats


class Rules(NamedTuple):
    """How plants are run: seconds and substeps of a step, factor on noise, outages an hour and instrument."""

    seconds: float = STEP_SECONDS
    substeps: int = SUBSTEPS
    noise: float = 1.0
    dropouts: float = 0.0


@lru_cache(maxsize=256)
def usual_levels(site: Site) -> tuple[float, ...]:
    """What a site's stack shows, in the order of ``OUTPUTS``, at its usual operating point."""
    return tuple(float(value) for value in settle(site)[1])


def controller_row(site: Site, gains: Gains | None = None) -> Floats:
    """Parameters of a site's usual controller: design, targets, gains; float64[USUAL]."""
    levels = usual_levels(site)
    targets = [levels[OUTPUT["steam"]], 100.0 * levels[OUTPUT["oxygen"]]]
    targets += [max(levels[OUTPUT[name]], 1.0) for name in ("nox", "so2", "hcl")]
    row = np.concatenate([site.usual_actions(), targets, (gains or site.gains).row()])
    assert len(row) == USUAL
    return row


def assemble(
    sites: Sequence[Site], seed: int | np.random.SeedSequence | None = 0, *, gains: Gains | None = None
) -> Plants:
    """Put plants together, each at its usual operating point with its own random numbers.

    Parameters
    ----------
    sites : sequence of Site
        One for each plant; a site may occur more than once.
    seed : int or numpy.random.SeedSequence
        Of all that is random in them.
    gains : Gains, optional
        Settings of the usual controllers; those of each site by default.
    """
    count = len(sites)
    known = list(dict.fromkeys(sites))
    numbers = {site: index for index, site in enumerate(known)}
    which = np.array([numbers[site] for site in sites])
    sequence = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    states = np.array([site.usual_state() for site in known])[which]
    sizes = np.array([site.drift.sizes() for site in known])[which]
    states[:, DRIFT] = sizes * np.random.default_rng(sequence).standard_normal(sizes.shape)
    readings = np.array([usual_reading(site) for site in known])[which]
    return Plants(
        states,
        np.array([site.parameters() for site in known])[which],
        np.array([site.drift.pace(STEP_SECONDS) for site in known])[which],
        np.zeros((count, DRIFTS)),
        streams(sequence, count),
        readings,
        readings.copy(),
        np.zeros(readings.shape, np.bool_),
        np.array([controller_row(site, gains) for site in known])[which],
        np.tile(fresh_memory(), (count, 1)),
    )


def usual_reading(site: Site) -> Floats:
    """What the instruments show at the usual operating point: float64[len(MEASURED)]."""
    true = np.zeros(len(TRUE))
    true_values(site.usual_state(), np.array(usual_levels(site)), site.parameters(), true)
    return true[: len(MEASURED)]


def select(plants: Plants, chosen: NDArray[np.bool_], fresh: Plants) -> None:
    """Replace some plants by fresh ones, in place.

    Parameters
    ----------
    plants : Plants
    chosen : bool[N]
        Which.
    fresh : Plants
        As many as are chosen.
    """
    for old, new in zip(plants, fresh, strict=True):
        old[chosen] = new


@njit()
def _run_one(
    plants: Plants, plant: int, table: Kinetics, commands: Floats,
    load: Floats, mode: int, rules: Rules, history: History,
) -> None:  # fmt: skip
    books, output = np.zeros(len(BOOKS)), np.zeros(len(OUTPUTS))
    state, reading, rng = plants.state[plant], plants.reading[plant], plants.rng[plant]
    site, usual, memory = plants.site[plant], plants.usual[plant], plants.memory[plant]
    plain = np.zeros(ACTIONS)
    for step in range(len(commands)):
        command, wanted = commands[step, plant], history.setpoints[step, plant]
        if mode == DIRECT:
            wanted[:] = command
        else:
            trims = command if mode == TRIMS else plain
            usual_control(reading, load[step, plant], trims, usual, memory, rules.seconds / 60.0, wanted)
            if mode == KICKS:
                wanted *= command
        wander(state, plants.centre[plant], plants.pace[plant], rng)
        advance(state, wanted, site, rules.seconds, rules.substeps, table, books, output)
        true = history.true[step, plant]
        true_values(state, output, site, true)
        out = plants.out[plant]
        measure(true, plants.lagged[plant], reading, out, rules.seconds, rules.noise, rules.dropouts, rng)
        history.reading[step, plant, :] = reading
        history.out[step, plant, :] = out


@njit(nogil=True)
def _run(
    plants: Plants, first: int, last: int, table: Kinetics, commands: Floats, load: Floats,
    mode: int, rules: Rules, history: History,
) -> None:  # fmt: skip
    for plant in range(first, last):
        _run_one(plants, plant, table, commands, load, mode, rules, history)


def run(
    plants: Plants,
    commands: Floats,
    load: Floats,
    mode: int = DIRECT,
    rules: Rules | None = None,
    threads: int | None = None,
) -> History:
    """Advance plants by some steps of a minute.

    Parameters
    ----------
    plants : Plants
        Changed in place.
    commands : float64[T, N, 5]
        By ``mode``: set-points in the plant's units (waste kg/s, air kmol/s, ammonia and lime kmol/s); trims
        in [-1, 1]; or factors.
    load : float64[T, N]
        Demanded load, share of full; read by the usual controllers only.
    mode : int
        ``DIRECT``, ``TRIMS`` or ``KICKS``.
    rules : Rules, optional
        How plants are run.
    threads : int, optional
        How many run the plants, each a share of them; as many as there are cores by default. What comes out
        does not depend on it.

    Returns
    -------
    History
    """
    steps, count = load.shape
    history = History(
        np.zeros((steps, count, ACTIONS)),
        np.zeros((steps, count, len(MEASURED))),
        np.zeros((steps, count, len(MEASURED)), np.bool_),
        np.zeros((steps, count, len(TRUE))),
    )
    table = kinetics_at(SNCR_SECONDS)
    full = np.broadcast_to(np.asarray(commands, dtype=np.float64), (steps, count, ACTIONS))
    given, demand = np.ascontiguousarray(full), np.ascontiguousarray(load, dtype=np.float64)
    how = rules or Rules()

    def part(bounds: tuple[int, int]) -> None:
        first, last = bounds
        _run(plants, first, last, table, given, demand, mode, how, history)

    workers = min(threads or _cores(), count) if steps * count >= _WORTH_THREADS else 1
    edges = np.linspace(0, count, workers + 1).astype(int).tolist()
    if workers == 1:
        part((0, count))
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(part, itertools.pairwise(edges)))
    return history


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


assert DRIFT.stop == STATES
assert MEMORY > ACTIONS
