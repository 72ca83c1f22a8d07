"""Speed of our statistics beside rliable's, in one run.

Usage: ``python benchmarks/statistics_speed.py [--peer PYTHON] [--repeats 5] [--json FILE]``. PYTHON is an
interpreter in which rliable can be imported; its last version needs an environment of its own::

    python3 -m venv peer && peer/bin/pip install rliable "pandas<3" "arch<8"

Without it only ours is measured. Cases are run in turn and the turns repeated, so that a busy machine slows
both alike; read the ratio of the medians. (A file named statistics.py here would hide Python's own module.)
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

RUNS, TASKS, POINTS = 10, 10, 101

PEER = """
import json, sys, time
import numpy as np
from rliable import library as rly, metrics

scores = np.random.default_rng(0).normal(size=(10, 10))
curves = np.random.default_rng(1).normal(size=(10, 10, 101))
frames = lambda x: np.array([metrics.aggregate_iqm(x[..., i]) for i in range(x.shape[-1])])
case, resamples = sys.argv[1], int(sys.argv[2])
start = time.perf_counter()
if case == "iqm":
    rly.get_interval_estimates({"a": scores}, lambda x: np.array([metrics.aggregate_iqm(x)]), reps=resamples)
elif case == "curve":
    rly.get_interval_estimates({"a": curves}, frames, reps=resamples)
else:
    improvement = lambda x, y: np.array([metrics.probability_of_improvement(x, y)])
    rly.get_interval_estimates({"a,b": (scores, scores + 0.1)}, improvement, reps=resamples)
print(json.dumps(resamples / (time.perf_counter() - start)))
"""
FEW = {"iqm": 2000, "curve": 50, "improvement": 200}
MANY = {"iqm": 50_000, "curve": 2000, "improvement": 20_000}


def cases() -> dict[str, Callable[[int], Any]]:
    """Our side: each case takes a number of resamples."""
    from lantern.experiments.statistics import bootstrap_iqm, efficiency_band, improvement_interval

    scores = list(np.random.default_rng(0).normal(size=(RUNS, TASKS)).T)
    curves = list(np.moveaxis(np.random.default_rng(1).normal(size=(RUNS, TASKS, POINTS)), 1, 0))
    better = [task + 0.1 for task in scores]
    generator = np.random.default_rng(2)
    return {
        "iqm": lambda resamples: bootstrap_iqm(scores, generator, resamples),
        "curve": lambda resamples: efficiency_band(curves, generator, resamples),
        "improvement": lambda resamples: improvement_interval(scores, better, generator, resamples),
    }


def ours(case: Callable[[int], Any], resamples: int) -> float:
    """Resamples a second."""
    start = time.perf_counter()
    case(resamples)
    return resamples / (time.perf_counter() - start)


def peers(python: str, case: str) -> float:
    """Resamples a second of rliable, in its own interpreter, start-up not counted."""
    command = [python, "-c", PEER, case, str(FEW[case])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.strip().splitlines()[-1]))


def importable(python: str) -> bool:
    """Whether an interpreter has a working rliable."""
    command = [python, "-c", "import rliable.library"]
    return subprocess.run(command, capture_output=True).returncode == 0


def measure(peer: str | None, repeats: int) -> dict[str, dict[str, float]]:
    """Measure all cases in turn; medians."""
    made = cases()
    for case in made.values():
        case(100)
    rates: dict[str, dict[str, list[float]]] = {name: {"ours": [], "rliable": []} for name in made}
    for _ in range(repeats):
        for name, case in made.items():
            rates[name]["ours"].append(ours(case, MANY[name]))
            if peer:
                rates[name]["rliable"].append(peers(peer, name))
    return {
        name: {side: statistics.median(values) for side, values in sides.items() if values}
        for name, sides in rates.items()
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--peer", default=sys.executable, help="interpreter that can import rliable")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    peer = options.peer if importable(options.peer) else None
    if peer is None:
        print("rliable cannot be imported there (see --help): only ours is measured.")
    names = {
        "iqm": f"IQM, {RUNS} runs x {TASKS} tasks",
        "curve": f"IQM curve and simultaneous band, {POINTS} points",
        "improvement": "probability of improvement",
    }
    found = measure(peer, options.repeats)
    print(f"{'resamples a second':<50}{'ours':>12}{'rliable':>12}{'ratio':>8}")
    for name, rates in found.items():
        other = rates.get("rliable")
        rest = f"{other:>12,.0f}{rates['ours'] / other:>8.0f}" if other else f"{'-':>12}{'-':>8}"
        print(f"{names[name]:<50}{rates['ours']:>12,.0f}{rest}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
