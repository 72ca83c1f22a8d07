"""Results made to measure, so that a test knows every number in advance."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from lantern.experiments.results import Curve, Job, Results, Target

sys.path.insert(0, str(Path(__file__).parent))

EVERY, BUDGET = 100, 10_000


def job(target, agent, seed, solved, final=1.0, **more) -> Job:
    """One run that succeeds from ``solved`` steps on (never for None; then ``final`` is what it ends at)."""
    step = np.arange(0, BUDGET + 1, EVERY)
    if solved is None:
        success = np.where(step == BUDGET, 0.0 if final == 1.0 else final, 0.0)
    else:
        success = np.where(step >= solved, final, 0.0)
    return Job(
        key=f"{target}-{agent}-{seed}",
        kind="target",
        target=target,
        agent=agent,
        seed=seed,
        curve=Curve(step, success, 100 - 90 * success, success.copy()),
        **more,
    )


def make_results(solved, targets=("maze",), baseline="product_q", jobs=None, **more) -> Results:
    """Results of runs whose steps to threshold are given as {agent: [steps or None for each seed]}.

    With several targets, ``solved`` maps each target to such a mapping.
    """
    per_target = solved if len(targets) > 1 else {targets[0]: solved}
    agents = tuple(dict.fromkeys(agent for cells in per_target.values() for agent in cells))
    made = tuple(
        job(target, agent, seed, steps)
        for target, cells in per_target.items()
        for agent, seeds in cells.items()
        for seed, steps in enumerate(seeds)
    )
    given = {name: Target(name, "maze/small", "Reach the goal.", "F goal", "", {}, {}) for name in targets}
    defaults = {
        "name": "made",
        "folder": Path("runs/made"),
        "file": "seeds: 10",
        "steps": BUDGET,
        "evaluate_every": EVERY,
        "episodes": 10,
        "threshold": 0.9,
        "agents": agents,
        "baseline": baseline,
        "targets": given,
        "seeds": tuple(range(max(len(s) for cells in per_target.values() for s in cells.values()))),
        "jobs": made if jobs is None else jobs,
    }
    return Results(**{**defaults, **more})


@pytest.fixture
def results_of():
    """Return the function that makes results."""
    return make_results


@pytest.fixture
def one_job():
    """Return the function that makes one job."""
    return job
