"""The shipped sentences: their labels are sound, and the translator reads them."""

from __future__ import annotations

from collections import Counter

import pytest
from shipped_sentences import sentences, vocabularies

from lantern.errors import TranslationError
from lantern.language.grammar import GrammarTranslator
from lantern.language.verify import satisfiable
from lantern.logic import Vocabulary, compile, evaluate, parse

LOTS = [
    "rl_developed",
    "rl_unseen",
    "rl_fresh",
    "rl_second_developed",
    "rl_second_unseen",
    "rl_third_developed",
    "rl_third_unseen",
    "rl_fourth_developed",
    "rl_fourth_unseen",
    "rl_fifth_unseen",
    "rl_sixth_developed",
    "rl_sixth_unseen",
    "rl_seventh_unseen",
    "rl_eighth_unseen",
]


@pytest.mark.parametrize("name", LOTS)
def test_formulas_agree_with_their_traces(name: str) -> None:
    for row in sentences(name):
        for formula in row.get("ltl", [])[:1]:
            assert all(evaluate(parse(formula), trace) for trace in row.get("accepted", [])), row["text"]
            assert not any(evaluate(parse(formula), trace) for trace in row.get("rejected", [])), row["text"]


def judge(translator: GrammarTranslator, row: dict, vocabulary: Vocabulary) -> str:
    try:
        answer = translator.translate(row["text"], vocabulary)
    except TranslationError:
        return "refused" if "ltl" in row else "right"
    found = [compile(reading.formula) for reading in answer.readings]
    if not satisfiable(found[0]):
        return "refused" if "ltl" in row else "right"  # verification refuses contradictions
    if not answer.sure or any(not found[0].equivalent(other) for other in found[1:]):
        return "asked"
    return "right" if any(found[0].equivalent(compile(text)) for text in row.get("ltl", [])) else "wrong"


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("rl_developed", 0.95, 0.0),
        ("rl_unseen", 0.94, 0.0),
        ("rl_fresh", 0.88, 0.0),
        ("rl_second_developed", 0.91, 0.0),
        ("rl_second_unseen", 0.92, 0.0),
        ("rl_third_developed", 0.72, 0.003),
        ("rl_third_unseen", 0.44, 0.0),
        ("rl_fourth_developed", 0.81, 0.01),
        ("rl_fourth_unseen", 0.92, 0.0),
        ("rl_fifth_unseen", 0.81, 0.015),
        ("rl_sixth_developed", 0.76, 0.02),
        ("rl_sixth_unseen", 0.65, 0.035),
        ("rl_seventh_unseen", 0.55, 0.045),
        ("rl_eighth_unseen", 0.58, 0.06),
    ],
)
def test_share_of_right_answers(name: str, right: float, wrong: float) -> None:
    rows, words, translator = sentences(name), vocabularies(), GrammarTranslator()
    results = Counter(judge(translator, row, words[row["vocabulary"]]) for row in rows)
    assert results["right"] / len(rows) >= right, results
    assert results["wrong"] / len(rows) <= wrong, results
