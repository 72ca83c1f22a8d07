"""From English to an automaton that one can look at and try."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from lantern.experiments.report.svg import embed

if TYPE_CHECKING:
    from lantern.language import Translation
    from lantern.logic import DFA, Vocabulary

Label = list[str]


class Ask(BaseModel):
    """What the page asks when it asks something of an environment."""

    model_config = ConfigDict(extra="forbid")
    env: str = Field(min_length=1, max_length=500)


class TaskText(Ask):
    """A task in English, with the answers given so far."""

    text: str = Field(min_length=1, max_length=5000)
    answers: dict[str, str] = Field(default_factory=dict)


class Trial(Ask):
    """A trace to try on a task."""

    formula: str = Field(min_length=1, max_length=20_000)
    trace: list[Label] = Field(max_length=200)


@lru_cache(maxsize=32)
def vocabulary(env: str) -> Vocabulary:
    """Propositions of an environment."""
    from lantern.envs import make_env
    from lantern.envs.task_env import vocabulary_of

    made = make_env(env)
    try:
        return vocabulary_of(made)
    finally:
        made.close()


@lru_cache(maxsize=64)
def automaton(env: str, formula: str) -> DFA:
    """Automaton of a formula over an environment's propositions."""
    from lantern.logic import compile

    return compile(formula, vocabulary(env))


def propositions(env: str) -> list[dict[str, str]]:
    """Names and sentences of an environment's propositions."""
    return [{"name": name, "sentence": str(sentence)} for name, sentence in vocabulary(env).items()]


def understand(ask: TaskText) -> dict[str, Any]:
    """Translate a task: formula, paraphrase, automaton, examples, questions.

    Raises
    ------
    TranslationError
        If the text cannot be understood; the message says which words.
    """
    from lantern.language import translate

    found = translate(ask.text, vocabulary(ask.env), answers=ask.answers)
    return describe(found)


def describe(found: Translation) -> dict[str, Any]:
    """Return what the page shows of a translation."""
    dfa = found.dfa
    shown = found.to_dict()
    shown.pop("dfa")
    return {
        **shown,
        "svg": embed(dfa.svg(), "task", f"Automaton of: {found.text}", roles=()),
        "states": [state(dfa, index) for index in range(dfa.n_states)],
        "initial": int(dfa.initial),
    }


def state(dfa: DFA, index: int) -> dict[str, Any]:
    """What a state of an automaton means for the task."""
    return {
        "index": index,
        "sentence": dfa.sentence(index),
        "accepting": bool(dfa.accepting[index]),
        "live": bool(dfa.live[index]),
        "settled": bool(dfa.settled[index]),
    }


def try_trace(trial: Trial) -> dict[str, Any]:
    """Run a trace through a task's automaton: the state after each step, and the verdict."""
    dfa = automaton(trial.env, trial.formula)
    path = [int(index) for index in dfa.run(trial.trace)]
    return {
        "path": path,
        "states": [state(dfa, index) for index in path],
        "accepted": bool(dfa.accepting[path[-1]]),
    }
