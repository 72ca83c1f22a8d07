"""The same task in other words: an equivalent automaton, a question or a refusal, never silently another."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from paraphrasing import VOCABULARY, Speaker

from lantern.errors import TranslationError
from lantern.language.grammar import GrammarTranslator
from lantern.logic import Vocabulary, compile

TRANSLATOR = GrammarTranslator()
WORDS = Vocabulary(VOCABULARY)


def outcome(seed: int) -> tuple[str, str]:
    text, formula = Speaker(seed).task()
    try:
        readings = TRANSLATOR.translate(text, WORDS).readings
    except TranslationError:
        return "refused", text
    found = [compile(reading.formula) for reading in readings]
    if any(not found[0].equivalent(other) for other in found[1:]):
        return "asked", text
    return ("right" if found[0].equivalent(compile(formula)) else "wrong"), text


@given(st.integers(min_value=0, max_value=10**9))
@settings(max_examples=300, deadline=None)
def test_rewording_never_changes_the_meaning_silently(seed: int) -> None:
    result, text = outcome(seed)
    assert result != "wrong", text


def test_most_rewordings_are_understood() -> None:
    results = [outcome(seed)[0] for seed in range(200)]
    assert results.count("right") >= 190
