"""``lantern train``, ``lantern evaluate`` and ``lantern would-help``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.table import Table
from rich.text import Text

from lantern.cli.console import err, heading, out, say
from lantern.cli.tasks import find_task, make_product

if TYPE_CHECKING:
    from lantern.logic import DFA
    from lantern.transfer import Prospect

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
    for name, values in curve.metrics.items():
        say(f"  {name.replace('_', ' ')}: {values[0]:.4g} before, {values[-1]:.4g} at the end")
    show_leaders(run.leaders, found.dfa)
    if save is not None:
        teacher = run.teacher()
        say(f"Saved as a teacher: {teacher.save(save)}")


def show_leaders(leaders: dict[int, str], dfa: DFA) -> None:
    """Say where the greedy policy was a teacher's, since what is saved is the student's own."""
    for state, name in leaders.items():
        say(f"  {name} led at the end: {dfa.sentence(state)}")
    if leaders:
        say("  A saved run is the student's own network, which may do less well there yet.")


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
    from lantern.envs import make_env, tabular_model
    from lantern.envs.catalogue import find_catalogue
    from lantern.envs.task_env import vocabulary_of
    from lantern.transfer import load_teachers, would_help

    world = make_env(env)
    vocabulary = vocabulary_of(world)
    found = find_task(task, vocabulary)
    model = tabular_model(world)
    catalogue = None if model is None else find_catalogue(world, model)
    teachers, skipped = load_teachers(folder)
    for complaint in skipped:
        err.print(Text(f"Left out: {complaint}"))
    for one in would_help(teachers, found.dfa, vocabulary, catalogue=catalogue):
        show_prospect(one, found.dfa)


READ_BY = {
    "same place": "It knows this very map",
    "whole map": "It sees the whole map, as this task's agent does",
}
"""Why a teacher could act, by how its observations are read."""


def show_tactics(prospect: Prospect, dfa: DFA) -> None:
    """Print where a teacher could act for the student, and why it can."""
    if prospect.mode == "none":
        say("  It could not act here: it observes another kind of thing, or another map.")
        return
    if not prospect.acts:
        say(f"  {READ_BY[prospect.mode]}, but it heads for nothing that this task needs.")
        return
    say(
        f"  {READ_BY[prospect.mode]}: it could act in {len(prospect.acts)} of {prospect.states} states, where"
    )
    for state, source, surely in prospect.acts:
        there = prospect.teacher.dfa.sentence(source)
        say(f"    {surely:.0%}: {dfa.sentence(state)} It would act as when: {there}")


def show_prospect(prospect: Prospect, dfa: DFA) -> None:
    """Print what one teacher promises."""
    heading(f"{prospect.teacher.name}: {prospect.score:.0%} sure over the whole task")
    say(f"  It learned: {prospect.teacher.task_text} ({prospect.teacher.steps:,} steps)")
    show_tactics(prospect, dfa)
    if not prospect.places:
        if not prospect.acts:
            say("  Nothing in it corresponds to this task; it would be ignored.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("where in this task", "what it knows"):
        table.add_column(name, overflow="fold")
    for name in ("sure", "text", "behaviour", "propositions", "sampling"):
        table.add_column(name, justify="right")
    for place in prospect.places:
        numbers = (place.weight, place.text, place.behaviour, place.propositions, place.sampling)
        sentences = (dfa.sentence(place.state), prospect.teacher.dfa.sentence(place.source))
        table.add_row(*map(Text, sentences), *(f"{number:.0%}" for number in numbers))
    out.print(table)
    missing = prospect.states - len(prospect.places)
    if missing:
        say(f"  {missing} of {prospect.states} states have no counterpart in it.")
