"""How near the model-based learner comes to trying everything once, on the deterministic grids.

Run ``python benchmarks/model_based.py`` (a minute on one core). For every map: the reachable pairs of what is
observed and action (``seen``) and of environment state and action (``all``; states hide the last event), and
the steps until the greedy policy is optimal and stays so for the rest of the run, evaluated every 25 steps:
median of 20 seeds and the worst of them, and the ratio of the median to the pairs that are seen. Optima are
those of a breadth-first search.
"""

from __future__ import annotations

from collections import deque

import numpy as np

import lantern
from lantern.agents.tabular.product import build_product, finite_model
from lantern.envs.task_env import vocabulary_of
from lantern.language import load_task

SEEDS = 20
MAPS = {
    "dungeon_quest/teacher": "dungeon_quest",
    "dungeon_quest/student": "dungeon_quest",
    "blind_craftsman/teacher": "blind_craftsman",
    "blind_craftsman/student": "blind_craftsman",
    "office/teacher": "office",
    "office/student": "office",
    "building_bridge/teacher": "building_bridge",
    "building_bridge/student": "building_bridge",
}


def product(env: str, task: str) -> lantern.TaskEnv:
    """Make the product of a shipped environment and task."""
    labelled = lantern.make_env(env)
    return lantern.TaskEnv(labelled, load_task(task, vocabulary_of(labelled)).dfa)


def search(task_env: lantern.TaskEnv) -> tuple[int, int, int]:
    """Reachable pairs that are seen, and all of them, and the fewest steps to acceptance."""
    model, task = build_product(task_env, finite_model(task_env))
    frontier = deque((int(s), int(u), 0) for s, u in zip(model.initial, model.start, strict=True))
    seen, best = {(s, u) for s, u, _ in frontier}, 0
    while frontier:
        s, u, steps = frontier.popleft()
        for a in range(model.next_state.shape[1]):
            after = int(model.next_state[s, a, 0]), int(task.delta[u, model.label[s, a, 0]])
            if task.accepting[after[1]]:
                best = best or steps + 1
            elif after not in seen and not task.terminal[after[1]]:
                seen.add(after)
                frontier.append((*after, steps + 1))
    states = {s for s, _ in seen}
    actions = model.next_state.shape[1]
    return len({int(model.observation[s]) for s in states}) * actions, len(states) * actions, best


def steps_to_optimum(agent: str, task_env: lantern.TaskEnv, best: int, budget: int) -> list[float]:
    """Steps from which on every evaluation was optimal, for each seed; infinite where the last was not."""
    found = []
    for seed in range(SEEDS):
        curve = lantern.make_agent(agent, task_env, seed=seed).learn(budget, evaluate_every=25).curve
        good = (curve.success == 1) & (curve.length == best)
        late = np.flatnonzero(~good)
        first = int(late[-1]) + 1 if len(late) else 0
        found.append(float(curve.step[first]) if first < len(good) else np.inf)
    return found


def main() -> None:
    """Print a line for each map."""
    print(f"{'map':<26}{'optimum':>8}{'seen':>8}{'all':>8}{'median':>9}{'worst':>9}{'median / seen':>15}")
    for env, task in MAPS.items():
        task_env = product(env, task)
        seen, every, best = search(task_env)
        found = steps_to_optimum("model_based", task_env, best, 4 * seen)
        median, worst = float(np.median(found)), max(found)
        counts = f"{best:>8}{seen:>8,}{every:>8,}{median:>9,.0f}{worst:>9,.0f}"
        print(f"{env:<26}{counts}{median / seen:>15.2f}", flush=True)


if __name__ == "__main__":
    main()
