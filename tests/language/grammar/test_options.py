"""Choices whose options have steps of their own."""

from __future__ import annotations

import pytest

from lantern.language import translate
from lantern.logic import Vocabulary, compile

WORDS = Vocabulary(
    {
        "wood": "the agent collects wood",
        "stone": "the agent collects stone",
        "factory": "the agent visits the factory",
        "home": "the agent comes home",
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "Either collect wood, then visit the factory, or collect stone, then collect wood. "
        "After that, come home.",
        "Do one of the following: collect wood, then visit the factory; or collect stone, then collect wood. "
        "Then come home.",
        "Either collect wood, then visit the factory, then come home, "
        "or collect stone, then collect wood, then come home.",
    ],
)
def test_each_option_is_a_whole_sequence(text: str) -> None:
    expected = compile("F(wood & F(factory & F home)) | F(stone & F(wood & F home))", WORDS)
    translation = translate(text, WORDS, "grammar")
    assert translation.dfa.difference(expected) is None
    assert not translation.questions


def test_what_came_before_the_choice_stays_before_it() -> None:
    text = (
        "First collect stone. Then either collect wood, then visit the factory, "
        "or visit the factory, then collect wood."
    )
    expected = compile("F(stone & (F(wood & F factory) | F(factory & F wood)))", WORDS)
    assert translate(text, WORDS, "grammar").dfa.difference(expected) is None


def test_a_choice_between_single_goals_is_as_before() -> None:
    text = "Either collect wood or collect stone. After that, come home."
    expected = compile("F((wood | stone) & F home)", WORDS)
    assert translate(text, WORDS, "grammar").dfa.difference(expected) is None
