"""Whether what tuning found is better: each tuned agent as in ``agents/``, and with the settings found.

Run ``lantern sweep tuning --out runs/tuning`` first, then ``python benchmarks/tuning.py`` (two minutes on
one core): the same targets and conditions on sixty other seeds. What is compared is what trials were
chosen by, the mean number of steps to the threshold as a share of the budget. Agents of a folder
``agents/`` where it is run go before those of the library, so that earlier settings can be compared, too.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

import lantern
from lantern.content import find
from lantern.experiments.loading import load_results
from lantern.experiments.results import Results
from lantern.experiments.sweepfile import read_sweep
from lantern.experiments.tuning import job_value, tuned_agents, tuned_settings

Floats = NDArray[np.float64]

#: First seed, resamples, and the least share of a budget (a run that was right at once took a step, too).
FIRST, DRAWS, LEAST = 100, 2000, 1e-5


def rounded(value: Any) -> Any:
    """Two digits are what a setting is worth."""
    return float(f"{value:.2g}") if isinstance(value, float) else value


def sweep_file(folder: Path, where: str, seeds: int) -> dict[str, Any]:
    """The targets of a sweep, with every tuned agent twice."""
    _, sweep, _ = read_sweep("tuning")
    found = tuned_settings(folder, sweep)
    agents: list[dict[str, Any]] = []
    for name, entry, _ in tuned_agents(sweep):
        if name not in found:
            raise SystemExit(
                f"{folder} has no finished tuning of {name}: run `lantern sweep tuning --out {folder}`."
            )
        settings = {key: rounded(value) for key, value in found[name].items()}
        agents.append({"agent": entry.agent, "name": f"{name} before"})
        agents.append({"agent": entry.agent, "name": f"{name} found", "settings": settings})
    data: dict[str, Any] = yaml.safe_load(find("experiments", where).read_text(encoding="utf-8"))
    compared = {"baseline": agents[0]["name"], "references": []}
    return data | compared | {"agents": agents, "seeds": [*range(FIRST, FIRST + seeds)]}


def values(results: Results, agent: str) -> Floats:
    """Value of each run, lower is better; one row a target and condition, one column a seed."""
    _, sweep, _ = read_sweep("tuning")
    tuning = tuned_agents(sweep)[0][2]
    cells: dict[tuple[str, str], list[float]] = {}
    for job in sorted((job for job in results.jobs if job.agent == agent), key=lambda job: job.seed):
        value = job_value(job, tuning, results.threshold_of(job.target))
        cells.setdefault((job.target, job.condition), []).append(value)
    return np.array(list(cells.values()))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tuned", type=Path, default=Path("runs/tuning"))
    parser.add_argument("--out", type=Path, default=Path("runs/tuned"))
    parser.add_argument("--sweep", default="tuning", help="whose targets: those of the tuning by default")
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "tuned.yaml"
    file.write_text(
        yaml.safe_dump(sweep_file(options.tuned, options.sweep, options.seeds), sort_keys=False),
        encoding="utf-8",
    )
    lantern.sweep(file, options.out, workers=options.workers, update=True)
    results = load_results(options.out)
    random = np.random.default_rng(0)
    print(f"{'agent':<24}{'before':>8}{'found':>8}  {'difference [95 %]':<26}ratio of steps")
    for name in dict.fromkeys(agent.rpartition(" ")[0] for agent in results.agents):
        before, found = values(results, f"{name} before"), values(results, f"{name} found")
        seeds = random.integers(options.seeds, size=(DRAWS, options.seeds))
        low, high = np.quantile((found - before).mean(axis=0)[seeds].mean(axis=1), [0.025, 0.975])
        change = found.mean() - before.mean()
        ratio = np.exp(np.mean(np.log(np.maximum(found, LEAST)) - np.log(np.maximum(before, LEAST))))
        differs = f"{change:+.3f} [{low:+.3f}, {high:+.3f}]"
        print(f"{name:<24}{before.mean():>8.3f}{found.mean():>8.3f}  {differs:<26}{ratio:.2f}")


if __name__ == "__main__":
    main()
