"""``lantern translate``: what was understood, for the user to check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lantern.cli.console import heading, say
from lantern.errors import TranslationError

if TYPE_CHECKING:
    from gymnasium import Env

    from lantern.logic import Vocabulary


def show_translation(
    text: str,
    env: str,
    translator: str,
    answers: list[str],
    draw: Path | None,
    save: Path | None,
    **model: Any,
) -> None:
    """Translate a text for an environment, print everything worth checking, draw and save if asked to.

    Further arguments are settings of the language model (see `lantern.language.LLMSettings`).
    """
    from lantern.envs import make_env
    from lantern.envs.task_env import vocabulary_of
    from lantern.language import save_task, sections, translate

    world = make_env(env)
    vocabulary = vocabulary_of(world)
    translation = translate(
        text,
        vocabulary,
        translator,
        answers=parse_answers(answers),
        occurrences=occurrences(world, vocabulary),
        **model,
    )
    for title, lines in sections(translation).items():
        heading(title)
        for line in lines:
            say(f"  {line}")
    if draw is not None:
        translation.dfa.draw(draw)
        say(f"Drawn: {draw}")
    if save is not None:
        save_task(save, translation, env=env)
        say(f"Saved: {save}")


def occurrences(env: Env[Any, Any], vocabulary: Vocabulary) -> dict[str, float] | None:
    """Which propositions can occur at all (1 or 0), exactly; None where the environment is not finite."""
    import numpy as np

    from lantern.envs.tabular import tabular_model

    model = tabular_model(env)
    if model is None:
        return None
    labels = np.union1d(model.label, model.initial_label)
    seen = vocabulary.label(int(np.bitwise_or.reduce(model.masks[labels])))
    return {name: float(name in seen) for name in vocabulary.names}


def parse_answers(answers: list[str]) -> dict[str, str]:
    """Read ``QUESTION=READING`` pairs.

    Raises
    ------
    TranslationError
        If one has no equals sign.
    """
    pairs = {}
    for answer in answers:
        question, equals, reading = answer.partition("=")
        if not equals:
            raise TranslationError(f"The answer {answer!r} has no '='. Write --answer QUESTION=READING.")
        pairs[question.strip()] = reading.strip()
    return pairs
