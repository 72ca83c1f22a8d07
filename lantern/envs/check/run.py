"""`check_env`: run every rule on one environment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gymnasium as gym

from lantern.envs.check import labels, rules
from lantern.envs.check.findings import Finding, failure
from lantern.envs.check.play import Maker, play
from lantern.envs.importing import load_object
from lantern.envs.labelling import AlreadyLabelled, LabelledEnv
from lantern.envs.loader import is_import_path, is_registered, make_env
from lantern.envs.task_env import check_propositions
from lantern.errors import ContentError, LanternError

if TYPE_CHECKING:
    from lantern.logic import DFA

# Steps over which two environments are compared.
_COMPARED = 300


def check_env(
    env: str | Path | Callable[[], gym.Env[Any, Any]],
    *,
    task: DFA | None = None,
    steps: int = 2000,
    seed: int = 0,
) -> list[Finding]:
    """Check an environment before training in it.

    Parameters
    ----------
    env : str, Path or callable
        A name or file of ``envs/``, a Gymnasium id, ``module:callable``, or a function that makes one.
    task : DFA, optional
        A task whose product is to be tried; ``F p`` of the first proposition by default.
    steps : int
        Steps of random play.
    seed : int
        Seed of the play.

    Returns
    -------
    list of Finding
        In the order: contract, observations, actions, seeding, time limit, labels, propositions, model,
        speed, product. Each says what to do about it.

    Raises
    ------
    ContentError
        If there is no such environment, or its file is wrong.
    LabelError
        If the task speaks of what the environment does not observe.
    """
    make = maker_of(env)
    subject = make()
    if task is not None and hasattr(subject, "vocabulary"):
        check_propositions(task, subject.vocabulary)
    found = [
        *rules.contract(lambda: _unlabelled(make())),
        *rules.observation_space(subject),
        *rules.action_space(subject),
    ]
    if any(finding.level == "error" and finding.topic in ("observations", "actions") for finding in found):
        return found
    record = play(subject, steps, seed)
    found += rules.observations(record)
    if not record.trouble and not record.label_trouble:
        found += rules.seeding(make, min(steps, _COMPARED), seed)
        found += rules.time_limit(subject, record)
    found += labels.labels(subject, record)
    found += labels.propositions(subject, record)
    if not record.trouble and not record.label_trouble:
        found += labels.model(subject)
        found += _tried(lambda: labels.speed(make, task, steps, seed))
    subject.close()
    return found


def maker_of(env: str | Path | Callable[[], gym.Env[Any, Any]]) -> Maker:
    """Turn any way to name an environment into a function that makes it.

    Raises
    ------
    ContentError
        If it is neither content, nor registered with Gymnasium, nor importable.
    """
    if callable(env):
        return env
    text = str(env)
    if is_import_path(text) and not text.endswith((".yaml", ".yml")):
        return lambda: _instance(load_object(text, text, Path.cwd()), text)
    try:
        make_env(env)
    except ContentError as error:
        if not is_registered(text):
            raise _unknown(text, error) from None
        return lambda: _from_registry(text)
    return lambda: make_env(env)


def _unknown(text: str, error: ContentError) -> ContentError:
    if "There is no" not in str(error):
        return error
    return ContentError(
        f"{error} It is no id that Gymnasium knows either; for an id that a package registers, write "
        f"PACKAGE:{text}."
    )


def _from_registry(env_id: str) -> gym.Env[Any, Any]:
    try:
        env = gym.make(env_id)
    except Exception as error:  # packages that are missing, or whatever the environment raises
        raise ContentError(
            f"Gymnasium knows {env_id!r}, but making it raised {type(error).__name__}: {error} Mend that "
            "first."
        ) from error
    vocabulary = getattr(env.unwrapped, "vocabulary", None)  # Gymnasium's own wrappers hide it
    return env if vocabulary is None else AlreadyLabelled(env, vocabulary)


def _instance(maker: Any, text: str) -> gym.Env[Any, Any]:
    env = maker()
    if not isinstance(env, gym.Env):
        raise ContentError(f"{text} made a {type(env).__name__}, not a gymnasium.Env. Name what makes one.")
    return env


def _unlabelled(env: gym.Env[Any, Any]) -> gym.Env[Any, Any]:
    """The environment below the labels: its contract is what a stranger answers for."""
    return env.env if isinstance(env, LabelledEnv) else env


def _tried(rule: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return rule()
    except LanternError as error:
        return [failure("product", str(error), "Mend this before training.")]
