"""``lantern play`` and ``lantern record``."""

from __future__ import annotations

import sys
from pathlib import Path

from lantern.cli.console import out, say
from lantern.cli.tasks import make_product


def run_play(env: str, task: str, seed: int) -> None:
    """Let a person carry out a task in the terminal."""
    from lantern.envs.play import play

    _, found, product = make_product(env, task)
    say(f"Task: {found.translation.paraphrase}")
    result = play(product, _read, _write, seed)
    if result.finished:
        say(f"{'Done' if result.success else 'Not done'} after {result.steps} steps.")


def _read(prompt: str) -> str:
    """One key where there is a terminal, else a line of keys."""
    if not sys.stdin.isatty():
        return input()
    import typer

    say(prompt)
    return typer.getchar()


def _write(text: str) -> None:
    if sys.stdin.isatty():
        out.clear()
    say(text)


def run_record(
    folder: Path, env: str | None, task: str | None, film: Path, episodes: int, seed: int, fps: float
) -> None:
    """Film the greedy policy of a saved run."""
    from lantern.agents.evaluation import greedy_policy
    from lantern.envs import TaskEnv, make_env
    from lantern.envs.record import record
    from lantern.transfer import Teacher

    teacher = Teacher.load(folder)
    name = env or str(teacher.env.get("name", ""))
    product = TaskEnv(make_env(name), teacher.dfa) if task is None else make_product(name, task)[2]
    written = record(product, greedy_policy(teacher, product), film, episodes=episodes, seed=seed, fps=fps)
    say(f"{teacher.name} on {name}: {episodes} episodes in {written}")
