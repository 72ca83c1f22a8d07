"""Generated rewordings: understood, asked or refused, never read as something else."""

from __future__ import annotations

from collections import Counter

import pytest
from rewordings import Writer

from lantern.errors import TranslationError
from lantern.language.grammar import GrammarTranslator
from lantern.logic import Vocabulary, compile

TRANSLATOR = GrammarTranslator()
VOCABULARIES: dict[int, Vocabulary] = {}
LOTS = 6
EACH = 250


def outcome(text: str, formula: str, vocabulary: Vocabulary) -> str:
    """What becomes of a sentence of known meaning; a refusal must quote words of the text."""
    try:
        answer = TRANSLATOR.translate(text, vocabulary)
    except TranslationError as error:
        assert "'" in str(error), text
        return "refused"
    found = [compile(reading.formula) for reading in answer.readings]
    if not answer.sure or any(not found[0].equivalent(other) for other in found[1:]):
        return "asked"
    return "right" if found[0].equivalent(compile(formula)) else "wrong"


@pytest.mark.parametrize("lot", range(LOTS))
def test_rewordings_are_understood_or_refused(lot: int) -> None:
    outcomes: Counter[str] = Counter()
    for seed in range(lot * EACH, (lot + 1) * EACH):
        writer = Writer(seed)
        vocabulary = VOCABULARIES.setdefault(id(writer.world), writer.world.vocabulary())
        text, formula = writer.task()
        found = outcome(text, formula, vocabulary)
        assert found != "wrong", text
        outcomes[found] += 1
    assert outcomes["right"] >= 0.95 * EACH, outcomes
