"""Speed and accuracy of the incinerator: plant-steps a second per core and on two, against 1-s substeps.

Usage: ``python benchmarks/plant.py [--plants 256] [--minutes 240] [--json FILE]``. A plant-step is one minute
of one plant: its control, the drift of its waste, its substeps, and its seventeen instruments. Speed is given
by CPU second, which a busy machine does not change, and by second on the wall, where threads show on a quiet
machine. Accuracy is the difference of what the stack shows when the same plants, waste and set-points run
with substeps of one second.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from lantern.envs.incinerator.layout import Floats
from lantern.envs.incinerator.sensors import MEASURED, TRUE
from lantern.envs.incinerator.simulate import DIRECT, TRIMS, Rules, assemble, run
from lantern.envs.incinerator.sites import fleet
from lantern.envs.incinerator.steady import SUBSTEPS
from lantern.envs.incinerator.vector import EmissionControlVectorEnv

SHOWN = ("furnace", "oxygen", "steam", "co", "nox", "so2", "hcl", "dust", "co2", "nh3", "n2o")


def rate(mode: int, plants: int, minutes: int, threads: int) -> tuple[float, float]:
    """Plant-steps by CPU second and by second on the wall; the best of three runs."""
    sites = (fleet() * (plants // 13 + 1))[:plants]
    best = (0.0, 0.0)
    commands = np.array([site.usual_actions() for site in sites]) if mode == DIRECT else np.zeros((1, 5))
    for _ in range(3):
        ready = assemble(sites, 0)
        wall, spent = time.perf_counter(), time.process_time()
        run(ready, commands[None], np.ones((minutes, plants)), mode, threads=threads)
        steps = plants * minutes
        found = (steps / (time.process_time() - spent), steps / (time.perf_counter() - wall))
        best = (max(best[0], found[0]), max(best[1], found[1]))
    return best


def rate_of_environment(plants: int, steps: int = 48) -> tuple[float, float]:
    """Plant-steps by CPU second and by second on the wall of the vector environment, 5-min control steps."""
    envs = EmissionControlVectorEnv(0, plants)
    envs.reset(seed=0)
    actions = np.random.default_rng(0).uniform(-0.2, 0.2, (steps, plants, 5))
    wall, spent = time.perf_counter(), time.process_time()
    for action in actions:
        envs.step(action)
    count = plants * steps * envs.settings.minutes
    return count / (time.process_time() - spent), count / (time.perf_counter() - wall)


def course(substeps: int, minutes: int) -> Floats:
    """True values of the fleet under set-points that jump every quarter of an hour: [minutes, 13, values]."""
    sites = fleet()
    plants = assemble(sites, 0)
    plants.pace[:, 1] *= 0.0  # the same waste in every run
    rng = np.random.default_rng(0)
    factors = np.repeat(rng.uniform(0.85, 1.15, (minutes // 15 + 1, 13, 5)), 15, axis=0)[:minutes]
    commands = factors * np.array([site.usual_actions() for site in sites])
    return run(plants, commands, np.ones((minutes, 13)), DIRECT, Rules(substeps=substeps, noise=0.0)).true


def accuracy(minutes: int = 600) -> dict[str, tuple[float, float]]:
    """Median and 99th percentile of the relative difference to 1-s substeps, for each quantity."""
    ours, fine = course(SUBSTEPS, minutes), course(60, minutes)
    found = {}
    for name in SHOWN:
        column = TRUE.index(name)
        difference = np.abs(ours[..., column] - fine[..., column])
        scale = np.maximum(np.abs(fine[..., column]), 0.02 * np.abs(fine[..., column]).max(axis=0))
        found[name] = (
            float(np.median(difference / scale)),
            float(np.quantile(difference / scale, 0.99)),
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plants", type=int, default=256)
    parser.add_argument("--minutes", type=int, default=240)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results: dict[str, Any] = {"substeps": SUBSTEPS, "instruments": len(MEASURED)}
    print(f"A plant-step: 60 s in {SUBSTEPS} substeps, {len(MEASURED)} instruments.")
    for label, mode in (("set-points given", DIRECT), ("usual control", TRIMS)):
        for threads in (1, 2):
            cpu, wall = rate(mode, options.plants, options.minutes, threads)
            results[f"{label}, {threads} threads"] = {"per_cpu_second": cpu, "per_second": wall}
            print(f"{label:17s} {threads} threads: {cpu:10,.0f} a CPU second {wall:10,.0f} a second")
    cpu, wall = rate_of_environment(options.plants)
    results["vector environment"] = {"per_cpu_second": cpu, "per_second": wall}
    print(f"vector environment         {cpu:10,.0f} a CPU second {wall:10,.0f} a second")
    results["accuracy"] = accuracy()
    print("Difference to 1-s substeps, share of the value (median, 99th percentile):")
    for name, (middle, high) in results["accuracy"].items():
        print(f"  {name:8s} {middle:8.4%} {high:8.3%}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
