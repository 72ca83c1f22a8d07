"""How much a ratio of a few seeds can say: the lantern agent with and without teachers on one target.

Run ``python benchmarks/spread.py`` (a minute on one core). It takes a target of the benchmark, by default
the one where runs differ most, and 300 seeds that the benchmark does not have. For each condition of
teachers it prints the ratio of interquartile mean steps to those of the same learner without teachers,
how far the two runs of a seed go together, and between which bounds 95 % of estimates from fewer of these
seeds lie.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

import lantern
from lantern.content import find
from lantern.experiments.loading import load_results
from lantern.experiments.numbers import make_cell
from lantern.experiments.statistics import iqm

Floats = NDArray[np.float64]

FIRST, DRAWS = 100, 4000


def sweep_file(target: str, seeds: int) -> dict[str, Any]:
    """The benchmark with one target and two agents."""
    data: dict[str, Any] = yaml.safe_load(find("experiments", "benchmark").read_text(encoding="utf-8"))
    data["targets"] = [one for one in data["targets"] if target in (one.get("name"), one["task"])]
    if not data["targets"]:
        raise SystemExit(f"The benchmark has no target {target!r}. Look into experiments/benchmark.yaml.")
    agents = [one for one in data["agents"] if isinstance(one, dict) and one["agent"] == "lantern"]
    data["agents"] = [{key: one[key] for key in one if key != "seeds"} for one in agents]
    return data | {"baseline": "lantern_alone", "references": [], "seeds": [*range(FIRST, FIRST + seeds)]}


def ratio(ours: Floats, alone: Floats) -> Floats:
    """Ratio of interquartile means over the last axis."""
    return np.asarray(iqm(ours, axis=-1) / iqm(alone, axis=-1))


def show(condition: str, ours: Floats, alone: Floats) -> None:
    """Print what the runs of one condition say."""
    random = np.random.default_rng(0)
    n = len(ours)
    again = random.integers(n, size=(DRAWS, n))
    low, high = np.quantile(ratio(ours[again], alone[again]), [0.025, 0.975])
    together = np.corrcoef(np.log(ours), np.log(alone))[0, 1]
    found = f"{float(ratio(ours, alone)):.2f} [{low:.2f}, {high:.2f}]"
    bounds = []
    for size in (20, 60):
        few = random.permuted(np.tile(np.arange(n), (DRAWS, 1)), axis=1)[:, :size]
        ends = np.quantile(ratio(ours[few], alone[few]), [0.025, 0.975])
        bounds.append(f"{ends[0]:.2f} to {ends[1]:.2f}")
    print(f"{condition:<16}{found:<20}{together:>11.2f}  {bounds[0]:<16}{bounds[1]:<16}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--target", default="door_key")
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spread.yaml"
        file.write_text(
            yaml.safe_dump(sweep_file(options.target, options.seeds), sort_keys=False), encoding="utf-8"
        )
        lantern.sweep(file, Path(folder) / "runs", workers=options.workers)
        results = load_results(Path(folder) / "runs")
    steps = {}
    for condition in results.conditions:
        for agent in results.agents:
            cell = make_cell(results.under(condition), options.target, agent)
            assert cell is not None
            steps[condition, agent] = np.maximum(cell.durations.steps, 1.0)
    alone = steps[results.conditions[0], "lantern_alone"]
    quarters = ", ".join(f"{value:,.0f}" for value in np.quantile(alone, [0.25, 0.5, 0.75]))
    print(f"{options.target}, {options.seeds} seeds; without teachers, quartiles of the steps: {quarters}")
    print(f"{'teachers':<16}{'ratio':<20}{'correlation':>11}  {'20 seeds':<16}{'60 seeds':<16}")
    for condition in results.conditions:
        show(condition, steps[condition, "lantern"], alone)


if __name__ == "__main__":
    main()
