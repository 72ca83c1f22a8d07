"""``lantern train``, ``lantern evaluate`` and ``lantern would-help``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.table import Table
from rich.text import Text

from lantern.cli.console import heading, out, say
from lantern.cli.tasks import find_task, make_product

EVALUATIONS = 20
"""Evaluations shown of a training run."""


def run_training(
    env: str, task: str, agent: str, teachers: list[Path], steps: int, seed: int, save: Path | None
) -> None:
    """Train an agent, print its learning curve, save it as a teacher if asked to."""
    from lantern.agents import make_agent
    from lantern.transfer import Teacher

    _, found, product = make_product(env, task)
    say(f"Task: {found.translation.paraphrase}")
    loaded = [Teacher.load(path) for path in teachers]
    every = max(steps // EVALUATIONS, 1)
    run = make_agent(agent, product, teachers=loaded, seed=seed).learn(steps, evaluate_every=every)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("steps", "success", "episode length"):
        table.add_column(name, justify="right")
    curve = run.curve
    for step, success, length in zip(curve.step, curve.success, curve.length, strict=True):
        table.add_row(f"{step:,}", f"{success:.0%}", f"{length:.1f}")
    out.print(table)
    say(f"{run.steps:,} steps in {run.seconds:.1f} s; final greedy success {curve.success[-1]:.0%}.")
    if save is not None:
        teacher = run.teacher()
        say(f"Saved as a teacher: {teacher.save(save)}")


def run_evaluation(folder: Path, env: str | None, task: str | None, episodes: int, seed: int) -> None:
    """Run a saved policy greedily and print how its episodes ended."""
    from lantern.agents.evaluation import evaluate, greedy_policy
    from lantern.envs import TaskEnv, make_env
    from lantern.transfer import Teacher

    teacher = Teacher.load(folder)
    name = env or str(teacher.env.get("name", ""))
    if task is None:
        product = TaskEnv(make_env(name), teacher.dfa)
    else:
        _, _, product = make_product(name, task)
    outcomes = evaluate(greedy_policy(teacher, product), product, episodes, seed)
    lengths = [outcome.steps for outcome in outcomes]
    successes = sum(outcome.success for outcome in outcomes)
    say(f"{teacher.name} on {name}: {successes} of {episodes} episodes fulfilled the task.")
    say(f"Episode length: median {np.median(lengths):.0f} steps, from {min(lengths)} to {max(lengths)}.")


def show_help_of_teachers(task: str, env: str, folder: Path) -> None:
    """Print which saved teachers would help with a task, where, how surely and why."""
    from lantern.envs import make_env
    from lantern.envs.task_env import vocabulary_of
    from lantern.transfer import load_teachers, would_help

    vocabulary = vocabulary_of(make_env(env))
    found = find_task(task, vocabulary)
    heading(found.text)
    for line in would_help(load_teachers(folder), found.dfa, vocabulary).lines():
        out.print(Text(line))
