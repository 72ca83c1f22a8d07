"""Speed of the grid worlds beside Gymnasium's own environments (and EnvPool, where installed), in one run.

Usage: ``python benchmarks/envs.py [--seconds 0.5] [--repeats 5] [--json FILE]``. Every case is run in turn,
and the turns are repeated, so that a busy machine slows all of them alike; read medians and ratios.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
from numba import njit

import lantern
from lantern.envs.grid import load_grid
from lantern.envs.grid.vector import GridVectorEnv
from lantern.envs.task_env import TaskEnv

TASK = "F(key & X F chest) & F shield & (!dragon U chest) & (!dragon U shield) & F dragon"
CHUNK = 2_000

Case = Callable[[], int]  # runs for a moment and says how many environment steps that were


def single(env: Any) -> Case:
    """One environment through the Gymnasium API, random actions, resets included."""
    actions = np.random.default_rng(0).integers(0, env.action_space.n, CHUNK).tolist()
    env.reset(seed=0)

    def run() -> int:
        step, reset = env.step, env.reset
        for action in actions:
            _, _, terminated, truncated, _ = step(action)
            if terminated or truncated:
                reset()
        return CHUNK

    return run


def vector(envs: Any) -> Case:
    """Many environments through Gymnasium's vector API, random actions."""
    rng = np.random.default_rng(0)
    actions = [rng.integers(0, envs.single_action_space.n, envs.num_envs) for _ in range(50)]
    envs.reset(seed=0)

    def run() -> int:
        for action in actions:
            envs.step(action)
        return len(actions) * int(envs.num_envs)

    return run


@njit(cache=True)
def _walk(
    following: Any, label: Any, terminated: Any, delta: Any, over: Any, start: int, limit: int, steps: int
) -> int:
    """Random play on a tabular model with its task: what a compiled learner does, but for the learning."""
    random, state, task, played, ends = np.uint64(88172645463325252), start, 0, 0, 0
    for _ in range(steps):
        random ^= random << np.uint64(13)
        random ^= random >> np.uint64(7)
        random ^= random << np.uint64(17)
        action = np.int64(random >> np.uint64(62))
        task = delta[task, label[state, action, 0]]
        ended = terminated[state, action, 0] or over[task]
        state = following[state, action, 0]
        played += 1
        if ended or played >= limit:
            state, task, played = start, 0, 0
            ends += 1
    return ends


def compiled() -> Case:
    """A compiled loop over the tabular model, with the automaton."""
    env = load_grid("dungeon_quest/student")
    model = env.tabular()
    assert model is not None
    dfa = lantern.compile(TASK, env.vocabulary)
    delta = np.ascontiguousarray(dfa.delta(model.masks, env.vocabulary.names))
    over = np.array(dfa.accepting | ~dfa.live)
    arrays = (model.next_state, model.label, model.terminated, delta, over)
    steps = 1_000_000

    def run() -> int:
        _walk(*arrays, int(model.initial[0]), model.max_steps, steps)
        return steps

    return run


def cases() -> dict[str, Case]:
    """Everything that is measured, ours first."""
    env = load_grid("dungeon_quest/student")
    dfa = lantern.compile(TASK, env.vocabulary)
    found = {
        "lantern single, unwrapped": single(gymnasium.make("lantern/DungeonQuest-v0").unwrapped),
        "lantern single, gymnasium.make": single(gymnasium.make("lantern/DungeonQuest-v0")),
        "lantern single, TaskEnv": single(TaskEnv(load_grid("dungeon_quest/student"), dfa)),
        "lantern single, random maps, planes": single(load_grid("mineworld/dungeon_quest/student")),
        "lantern vector 4096 with task": vector(GridVectorEnv("dungeon_quest/student", 4096, dfa)),
        "lantern vector 4096 with task, next_step": vector(
            GridVectorEnv("dungeon_quest/student", 4096, dfa, autoreset="next_step")
        ),
        "lantern vector 4096, random maps, planes": vector(
            GridVectorEnv("mineworld/dungeon_quest/student", 4096)
        ),
        "lantern compiled loop with task": compiled(),
        "gymnasium FrozenLake, unwrapped": single(gymnasium.make("FrozenLake-v1").unwrapped),
        "gymnasium FrozenLake, gymnasium.make": single(gymnasium.make("FrozenLake-v1")),
        "gymnasium vector 1024 CartPole": vector(
            gymnasium.make_vec("CartPole-v1", 1024, vectorization_mode="vector_entry_point")
        ),
        "gymnasium vector 4096 CartPole": vector(
            gymnasium.make_vec("CartPole-v1", 4096, vectorization_mode="vector_entry_point")
        ),
    }
    return {**found, **envpool_cases()}


def envpool_cases() -> dict[str, Case]:
    """EnvPool's fastest comparable environment; nothing where EnvPool is not installed."""
    try:
        import envpool  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return {}
    envs = envpool.make("FrozenLake-v1", env_type="gymnasium", num_envs=512, num_threads=2)
    rng = np.random.default_rng(0)
    actions = [rng.integers(0, 4, 512).astype(np.int32) for _ in range(20)]
    envs.reset()

    def run() -> int:
        for action in actions:
            envs.step(action)
        return len(actions) * 512

    return {"envpool vector 512 FrozenLake": run}


def rate(run: Case, seconds: float) -> float:
    """Steps a second over at least `seconds`."""
    steps, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        steps += run()
    return steps / elapsed


def measure(seconds: float, repeats: int) -> dict[str, list[float]]:
    """Rates of all cases: one warm-up each, then turn by turn."""
    found = cases()
    for run in found.values():
        run()
    rates: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(repeats):
        for name, run in found.items():
            rates[name].append(rate(run, seconds))
    return rates


def main() -> None:
    """Print a table; write the raw rates where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.5, help="time for each case and turn")
    parser.add_argument("--repeats", type=int, default=5, help="number of turns")
    parser.add_argument("--json", type=Path, help="also write all rates to this file")
    options = parser.parse_args()
    rates = measure(options.seconds, options.repeats)
    base = statistics.median(rates["gymnasium FrozenLake, unwrapped"])
    print(f"{'case':44}{'steps/s (median)':>18}{'lowest':>14}{'highest':>14}{'x FrozenLake':>14}")
    for name, values in rates.items():
        middle = statistics.median(values)
        print(f"{name:44}{middle:18,.0f}{min(values):14,.0f}{max(values):14,.0f}{middle / base:14.1f}")
    if options.json:
        options.json.write_text(json.dumps(rates, indent=1))


if __name__ == "__main__":
    main()
