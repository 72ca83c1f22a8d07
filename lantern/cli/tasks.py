"""Environments and tasks as people name them on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lantern.cli.console import say

if TYPE_CHECKING:
    from gymnasium import Env

    from lantern.envs import TaskEnv
    from lantern.language import Task
    from lantern.logic import Vocabulary


def find_task(task: str, vocabulary: Vocabulary) -> Task:
    """Read a task by name or path; a text of several words is taken as English.

    Says what the user should know of it: warnings, a change of its meaning, open questions.
    """
    from lantern.language import load_task

    if len(task.split()) > 1 and not task.endswith((".yaml", ".yml")):
        found = load_task({"text": task}, vocabulary, where="--task")
    else:
        found = load_task(task, vocabulary)
    for warning in found.warnings:
        say(f"Note: {warning}")
    for question in found.translation.questions:
        say(f"Open question {question.id!r}: {question.text} Taken: {question.meanings[question.default]}.")
    return found


def make_product(env: str, task: str) -> tuple[Env[Any, Any], Task, TaskEnv]:
    """Make an environment, a task and their product."""
    from lantern.envs import TaskEnv, make_env
    from lantern.envs.task_env import vocabulary_of

    labelled = make_env(env)
    found = find_task(task, vocabulary_of(labelled))
    return labelled, found, TaskEnv(labelled, found.dfa, **found.options)
