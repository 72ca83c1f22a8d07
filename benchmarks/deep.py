"""How fast the deep learners are, beside Stable-Baselines3's own algorithms with the same settings.

Usage: ``python benchmarks/deep.py [--repeats 3] [--only TEXT]``. Both learn in the same environment with
the same network, batch size and ratio of updates to steps, in turns, on one thread; processor time is
counted. Read the ratio of each turn: rates depend on the machine and on what else runs there.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import copy
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gymnasium
import numpy as np
import torch
from stable_baselines3 import DQN, SAC, TD3

import lantern
from lantern.agents.deep.dqn import LeanDQN
from lantern.agents.deep.sac import LeanSAC
from lantern.agents.deep.td3 import LeanTD3

PAIRS: dict[str, tuple[Any, Any]] = {"DQN": (DQN, LeanDQN), "SAC": (SAC, LeanSAC), "TD3": (TD3, LeanTD3)}
SMALL = {"policy_kwargs": {"net_arch": [64, 64]}}
WIDE = {"policy_kwargs": {"net_arch": [256, 256]}}


@dataclass(frozen=True)
class Case:
    """One environment and one setting."""

    name: str
    algorithm: str
    make: Callable[[], gymnasium.Env[Any, Any]]
    steps: int
    settings: dict[str, Any] = field(default_factory=dict)


def task(name: str, formula: str) -> Callable[[], gymnasium.Env[Any, Any]]:
    """A task in one of LANTERN's environments."""

    def make() -> gymnasium.Env[Any, Any]:
        env: Any = lantern.make_env(name)
        return lantern.TaskEnv(env, lantern.compile(formula, env.vocabulary))

    return make


def pendulum() -> gymnasium.Env[Any, Any]:
    return gymnasium.make("Pendulum-v1")


QUEST = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"
GRID = task("dungeon_quest/student", QUEST)
FLAT = task("flat_world/open", "F(red & X F blue)")
CASES = (
    Case("CartPole-v1", "DQN", lambda: gymnasium.make("CartPole-v1"), 6000),
    Case("Dungeon Quest 10x10, task", "DQN", GRID, 6000),
    Case("MiniGrid DoorKey, task", "DQN", task("minigrid/door_key", "F goal"), 3000),
    Case("Pendulum-v1, 64-64", "SAC", pendulum, 1200, SMALL),
    Case("Pendulum-v1, 256-256", "SAC", pendulum, 700, WIDE),
    Case("FlatWorld, task, 64-64", "SAC", FLAT, 1200, SMALL),
    Case("Pendulum-v1, 64-64", "TD3", pendulum, 1500, SMALL),
    Case("Pendulum-v1, 256-256", "TD3", pendulum, 800, WIDE),
    Case("FlatWorld, task, 64-64", "TD3", FLAT, 1500, SMALL),
)


def rate(case: Case, algorithm: Any, seed: int) -> float:
    """Steps per second of processor time, updates included, warming up left out."""
    env = case.make()
    policy = "MultiInputPolicy" if isinstance(env.observation_space, gymnasium.spaces.Dict) else "MlpPolicy"
    options: dict[str, Any] = {"buffer_size": 20_000, "learning_starts": 100, "seed": seed, **case.settings}
    model = algorithm(policy, env, **copy.deepcopy(options))  # which it changes
    model.learn(200)
    began = time.process_time()
    model.learn(case.steps, reset_num_timesteps=False)
    return case.steps / (time.process_time() - began)


#: Products of two 256 x 256 matrices in one update at 256-256 with batches of 256: passes of actor and
#: critics forward, their gradients, and slopes on the way back (through one critic a sample, where the actor
#: learns from them); TD3 has those of its actor every other time.
PRODUCTS = {"SAC": 15.0, "TD3": 11.5}


def bound(algorithm: str) -> float:
    """Updates a second if nothing but the large matrix products of an update took time."""
    draw = np.random.default_rng(0)
    left, right = (draw.normal(size=(256, 256)).astype(np.float32) for _ in range(2))
    room, count = np.empty_like(left), 400
    np.matmul(left, right, out=room)
    began = time.process_time()
    for _ in range(count):
        np.matmul(left, right, out=room)
    return count / (time.process_time() - began) / PRODUCTS[algorithm]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default="", help="only rows with this in their name")
    given = parser.parse_args()
    repeats = given.repeats
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    print(
        f"{'environment':28s} {'':4s} {'SB3 steps/s':>12s} {'LANTERN steps/s':>16s} {'ratio (lowest)':>16s}"
    )
    for case in (case for case in CASES if given.only in case.name):
        stock, lean = PAIRS[case.algorithm]
        rate(case, lean, 0)  # compiled code is loaded outside the measurement
        turns = np.array([[rate(case, one, seed) for one in (stock, lean)] for seed in range(repeats)])
        ratios = turns[:, 1] / turns[:, 0]
        theirs, ours = np.median(turns, axis=0)
        shown = f"{statistics.median(ratios):.1f} ({ratios.min():.1f})"
        print(f"{case.name:28s} {case.algorithm:4s} {theirs:12,.0f} {ours:16,.0f} {shown:>16s}")
        if "256" in case.name:
            most = bound(case.algorithm)
            print(f"{'  its matrix products alone':46s}{most:16,.0f} {most / theirs:>16.1f}")


if __name__ == "__main__":
    main()
