"""``lantern translate``: what was understood, for the user to check."""

from __future__ import annotations

from pathlib import Path

from lantern.cli.console import heading, say
from lantern.errors import TranslationError


def show_translation(
    text: str, env: str, translator: str, answers: list[str], draw: Path | None, save: Path | None
) -> None:
    """Translate a text for an environment, print everything worth checking, draw and save if asked to."""
    from lantern.envs import make_env
    from lantern.envs.task_env import vocabulary_of
    from lantern.language import save_task, sections, translate

    vocabulary = vocabulary_of(make_env(env))
    translation = translate(text, vocabulary, translator, answers=parse_answers(answers))
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
