"""Bans in all ordinary wordings, orders, and the names of propositions in other forms."""

from __future__ import annotations

import pytest
from bans_and_orders import ASKED, READ, REFUSED, VOCABULARIES
from shipped_sentences import vocabularies

from lantern.errors import TranslationError
from lantern.language.grammar import GrammarTranslator
from lantern.language.verify import satisfiable
from lantern.logic import Vocabulary, compile

TRANSLATOR = GrammarTranslator()
KNOWN = vocabularies() | {name: Vocabulary.from_dict(words) for name, words in VOCABULARIES.items()}


@pytest.mark.parametrize(("vocabulary", "text", "formula"), READ, ids=[text for _, text, _ in READ])
def test_read(vocabulary: str, text: str, formula: str) -> None:
    found = TRANSLATOR.translate(text, KNOWN[vocabulary])
    wanted = compile(formula)
    assert found.sure
    assert all(compile(reading.formula).equivalent(wanted) for reading in found.readings), found.readings


@pytest.mark.parametrize(("vocabulary", "text"), ASKED, ids=[text for _, text in ASKED])
def test_two_readings_are_a_question(vocabulary: str, text: str) -> None:
    first, *others = [compile(one.formula) for one in TRANSLATOR.translate(text, KNOWN[vocabulary]).readings]
    assert any(not first.equivalent(other) for other in others)


@pytest.mark.parametrize(("vocabulary", "text"), REFUSED, ids=[text for _, text in REFUSED])
def test_what_is_not_understood_or_contradicts_itself_is_refused(vocabulary: str, text: str) -> None:
    try:
        found = TRANSLATOR.translate(text, KNOWN[vocabulary])
    except TranslationError as error:
        assert "'" in str(error)
    else:
        assert not satisfiable(compile(found.readings[0].formula))
