"""What teachers are worth to the LANTERN agent on the quickstart's maps.

Run ``python benchmarks/teachers.py`` (a minute or two on one core). Aligned, irrelevant and order-reversed
teachers beside none at all, with the same learner and seeds in every row: environment steps to the first
greedy success, interquartile mean of 100 seeds with a 95 % bootstrap interval. Teachers of the student's own
map may act: one of the same task, one of a reversed task, and two liars made of the first (values at random,
and each DFA state's values given to another). To show what acting alone does, the liars give no costs.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import lantern
from lantern.envs.task_env import vocabulary_of
from lantern.experiments.statistics import bootstrap_iqm, iqm
from lantern.language import load_task

SEEDS = 100
SOURCE_STEPS, MAP_STEPS = 60_000, 300_000
REVERSED = {
    "dungeon_quest": "F(dragon & F(shield & F(chest & F key)))",
    "blind_craftsman": "F(home & F(factory & F(wood & F(factory & F(wood & X F wood)))))",
}
IRRELEVANT = {"dungeon_quest": "farming_operation", "blind_craftsman": "rescue_mission"}
BUDGET = {"dungeon_quest": 8_000, "blind_craftsman": 20_000}


def product(env: str, task: str | None = None, formula: str = "") -> lantern.TaskEnv:
    """Make the product of an environment with a shipped task or a formula."""
    labelled = lantern.make_env(env)
    known = vocabulary_of(labelled)
    dfa = load_task(task, known).dfa if task else lantern.compile(formula, known)
    return lantern.TaskEnv(labelled, dfa)


def sources(name: str) -> dict[str, list[lantern.TaskEnv]]:
    """Source tasks of each row."""
    return {
        "none": [],
        "aligned": [product(f"{name}/teacher", name)],
        "irrelevant": [product(IRRELEVANT[name], IRRELEVANT[name])],
        "order-reversed": [product(f"{name}/teacher", formula=REVERSED[name])],
    }


def on_the_map(name: str) -> dict[str, lantern.Teacher]:
    """Teachers that learned on the student's own map, and liars made of one of them."""
    same = learn(product(f"{name}/student", name), MAP_STEPS)
    table = same.policy["q"]
    noise = np.random.default_rng(0).uniform(0, 1, table.shape).astype(np.float32)
    swapped = np.concatenate([table[:-1][::-1], table[-1:]])
    lies = {"map, random": noise, "map, swapped": swapped}
    return {
        "map, same task": same,
        "map, reversed": learn(product(f"{name}/student", formula=REVERSED[name]), MAP_STEPS),
        **{row: replace(same, policy={**same.policy, "q": lie}) for row, lie in lies.items()},
    }


def learn(task_env: lantern.TaskEnv, steps: int) -> lantern.Teacher:
    """Learn a source task by counterfactual experience."""
    return lantern.make_agent("crm", task_env, seed=0).learn(steps).teacher()


def first_success(
    task_env: lantern.TaskEnv, teachers: list[lantern.Teacher], budget: int, *, strategy: bool = True
) -> np.ndarray:
    """Steps to the first greedy success of each seed; the budget where there was none."""
    found = []
    for seed in range(SEEDS):
        agent = lantern.make_agent(
            "lantern", task_env, teachers=teachers, seed=seed, transfer={"strategy": strategy}
        )
        curve = agent.learn(budget, evaluate_every=20).curve
        done = np.flatnonzero(curve.success == 1.0)
        found.append(curve.step[done[0]] if len(done) else budget)
    return np.array(found, dtype=np.float64)


def main() -> None:
    """Print the table."""
    print(f"{'target':<18}{'teachers':<18}{'IQM steps':>10}{'95 % interval':>20}{'to none':>10}")
    for name, budget in BUDGET.items():
        target, alone = product(f"{name}/student", name), 1.0
        rows = {row: [learn(env, SOURCE_STEPS) for env in envs] for row, envs in sources(name).items()}
        rows |= {row: [teacher] for row, teacher in on_the_map(name).items()}
        for row, teachers in rows.items():
            liar = row in ("map, random", "map, swapped")
            steps = first_success(target, teachers, budget, strategy=not liar)
            mean = float(iqm(steps))
            low, high = np.percentile(bootstrap_iqm([steps], np.random.default_rng(0)), [2.5, 97.5])
            alone = mean if row == "none" else alone
            bounds = f"[{low:,.0f}, {high:,.0f}]"
            print(f"{name:<18}{row:<18}{mean:>10,.0f}{bounds:>20}{mean / alone:>10.2f}", flush=True)


if __name__ == "__main__":
    main()
