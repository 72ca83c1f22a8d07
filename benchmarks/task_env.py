"""What a task adds to a step: labels and the automaton on Gymnasium environments, and in vector form.

Usage: ``python benchmarks/task_env.py [--repeats 15] [--json FILE]``. The layers of each environment take
turns in short chunks, with the same actions, and processor time is counted, so that a busy machine slows all
of them alike; medians of the differences are what to read. The label function here is empty: its own time is
the user's. For MiniGrid it is the shipped one, so that its price can be seen.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np

import lantern
from lantern.envs import LabelledEnv, TaskEnv, VectorTaskEnv, make_env
from lantern.envs.labelling import LabelledEnv as Labelled

BUDGET = 5.0  # microseconds a step
CHUNK = 2_000
SINGLE = ("FrozenLake-v1", "CartPole-v1", "MountainCar-v0", "Pendulum-v1", "Acrobot-v1")
WORDS = {"first": "the first thing holds", "second": "the second thing holds"}


def nothing(observation: Any) -> tuple[str, ...]:
    """Label with no proposition, at no cost."""
    return ()


def layers(env_id: str) -> dict[str, Any]:
    """The same environment alone, labelled, and as a task that is never done."""
    dfa = lantern.compile("F(first & F second)", WORDS)
    return {
        "alone": gymnasium.make(env_id),
        "labelled": LabelledEnv(gymnasium.make(env_id), WORDS, nothing),
        "task": TaskEnv(LabelledEnv(gymnasium.make(env_id), WORDS, nothing), dfa),
    }


def minigrid_layers(name: str) -> dict[str, Any]:
    """A MiniGrid level alone, labelled with its own labeller, and as a task."""
    labelled = make_env(name)
    assert isinstance(labelled, Labelled)
    dfa = lantern.compile("F(key & F goal)", labelled.vocabulary)
    task, alone = TaskEnv(make_env(name), dfa), make_env(name)
    assert isinstance(alone, Labelled)
    return {"alone": alone.env, "labelled": labelled, "task": task}


def chunk_seconds(env: Any, actions: list[Any]) -> float:
    """Processor seconds a step over one chunk, resets left out."""
    spent, step, clock = 0.0, env.step, time.process_time
    env.reset(seed=0)
    began = clock()
    for action in actions:
        _, _, terminated, truncated, _ = step(action)
        if terminated or truncated:
            spent += clock() - began
            env.reset()
            began = clock()
    return (spent + clock() - began) / len(actions)


def measure(envs: dict[str, Any], repeats: int, chunk: int = CHUNK) -> dict[str, float]:
    """Microseconds a step: alone, added by labels, added by the product, added by both."""
    space = envs["alone"].action_space
    space.seed(0)
    actions = [space.sample() for _ in range(chunk)]
    turns = [{name: chunk_seconds(env, actions) for name, env in envs.items()} for _ in range(repeats + 1)][
        1:
    ]

    def added(outer: str, inner: str) -> float:
        return statistics.median(turn[outer] - turn[inner] for turn in turns) * 1e6

    return {
        "alone": statistics.median(turn["alone"] for turn in turns) * 1e6,
        "labels": added("labelled", "alone"),
        "product": added("task", "labelled"),
        "both": added("task", "alone"),
    }


def vector_rates(num_envs: int, repeats: int) -> dict[str, float]:
    """Environment steps a second of CartPole side by side: alone, as single tasks, as one vector task."""
    dfa = lantern.compile("F(first & F second)", WORDS)

    def labelled() -> Any:
        return LabelledEnv(gymnasium.make("CartPole-v1"), WORDS, nothing)

    sync, disabled = gymnasium.vector.SyncVectorEnv, gymnasium.vector.AutoresetMode.DISABLED
    cases: dict[str, Any] = {
        "SyncVectorEnv": sync([lambda: gymnasium.make("CartPole-v1")] * num_envs, autoreset_mode="SameStep"),
        "make_vec": lantern.envs.make_vec(labelled, dfa, num_envs),
        "VectorTaskEnv": VectorTaskEnv(sync([labelled] * num_envs, autoreset_mode=disabled), dfa),
    }
    actions = np.random.default_rng(0).integers(0, 2, (max(20, 4_000 // num_envs), num_envs))
    rates: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(repeats):
        for name, envs in cases.items():
            envs.reset(seed=0)
            began = time.perf_counter()
            for action in actions:
                envs.step(action)
            rates[name].append(actions.size / (time.perf_counter() - began))
    return {name: statistics.median(values) for name, values in rates.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results: dict[str, Any] = {env_id: measure(layers(env_id), options.repeats) for env_id in SINGLE}
    results["MiniGrid-DoorKey-6x6-v0"] = measure(minigrid_layers("minigrid/door_key"), options.repeats, 400)
    columns = ("alone", "labels", "product", "both")
    print(
        f"{'microseconds a step':26}" + "".join(f"{name:>10}" for name in columns) + f"   within {BUDGET:g}"
    )
    for name, row in results.items():
        fits = "yes" if row["both"] <= BUDGET else "no"
        verdict = "(with its labeller)" if name.startswith("MiniGrid") else fits
        print(f"{name:26}" + "".join(f"{row[column]:10.2f}" for column in columns) + f"   {verdict}")
    print("\nenvironment steps a second, CartPole side by side")
    for num_envs in (8, 64):
        rates = vector_rates(num_envs, options.repeats)
        results[f"vector {num_envs}"] = rates
        print(f"{num_envs:4}  " + "  ".join(f"{name} {rate:,.0f}" for name, rate in rates.items()))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
