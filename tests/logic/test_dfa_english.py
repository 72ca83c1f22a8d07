"""Sentences of states and edges."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from logic_strategies import SETTINGS, formulas

from lantern.logic import Proposition, Vocabulary, compile
from lantern.logic.phrases import infinitive, past_tense, phrase

VOCABULARY = Vocabulary(
    {
        "key": "the agent picks up the key",
        "shield": "the agent takes the shield",
        "chest": "the agent opens the chest",
        "dragon": "the agent fights the dragon",
        "lava": "the agent touches the lava",
        "wood": "the agent collects wood",
        "home": "the agent is at home",
        "door": Proposition("the door is open", opposite="the door is shut"),
        "lamp": "the lamp is lit",
    }
)


def sentences(formula: str) -> list[str]:
    dfa = compile(formula, VOCABULARY)
    return [dfa.sentence(state) for state in range(dfa.n_states)]


def test_a_sequence_says_what_was_done_and_what_remains():
    assert sentences("F(key & F chest)") == [
        "Nothing has been done yet; the agent still has to pick up the key, then open the chest.",
        "The agent picked up the key; the agent still has to open the chest.",
        "The task is done; the agent picked up the key and opened the chest.",
    ]


def test_different_subjects():
    assert sentences("F(door & F lamp)") == [
        "Nothing has been done yet; still to happen: the door is open, then the lamp is lit.",
        "The door was open; the lamp still has to be lit.",
        "The task is done; the door was open and the lamp was lit.",
    ]


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        ("F key & F shield", "has to pick up the key and take the shield in any order."),
        ("F(key & shield)", "has to pick up the key and take the shield at the same time."),
        ("F(key | shield)", "has to pick up the key or take the shield."),
        ("F key & F shield & F home & (!home U key) & (!home U shield)", "in any order, then be at home;"),
        ("F(key & F chest) & F shield", "key then open the chest, and take the shield, in any order."),
        ("F(key & X F(key & X F key))", "has to pick up the key three times."),
        ("F(wood & F home) | F(key & F chest)", "either pick up the key, then open the chest, or "),
        ("F shield & (F(wood & F home) | F(key & F chest))", "take the shield, among other things."),
        ("F key & G !lava", "the agent must not touch the lava."),
        ("F key & F chest & (!chest U key)", "the agent must not yet open the chest."),
        ("key U shield", "the agent must pick up the key until then."),
        ("G(key -> F chest)", "once the agent picks up the key, the agent has to open the chest."),
        ("G door", "the door must be open."),
        ("X X key", "the next 2 steps do not matter."),
        ("X true", "at least 2 more steps must pass"),
        ("false", "The task has failed; it cannot be done at all."),
        ("true", "The task is done."),
        ("G !(key & shield)", "must not be that the agent picks up the key and the agent takes the shield"),
        ("G(key -> shield)", "must not pick up the key unless the agent takes the shield."),
    ],
)  # fmt: skip
def test_the_initial_state(formula, part):
    assert part in sentences(formula)[0]


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("F key & G !lava", "The task has failed; the agent touched the lava."),
        ("F key & F chest & (!chest U key)", "The task has failed; the agent opened the chest too early."),
        ("G door", "The task has failed; the door is shut."),
        ("G(!key & !shield & !chest & !dragon & !wood & !home & !lava)", "it can no longer be done."),
    ],
)
def test_the_failing_state_says_why(formula, reason):
    dfa = compile(formula, VOCABULARY)
    (dead,) = [u for u in range(dfa.n_states) if not dfa.live[u]]
    assert dfa.sentence(dead).endswith(reason)


def test_a_state_that_allows_no_further_step():
    assert sentences("N false")[1] == "Nothing is due now; any further step makes the task fail."
    assert sentences("N false")[2] == "The task has failed; too many steps were taken."


def test_descriptions_are_the_parts_of_sentences():
    dfa = compile("F(key & F chest) & G !lava", VOCABULARY)
    done, remaining, rules = dfa.description(2)
    assert done == "the agent picked up the key"
    assert remaining == "the agent still has to open the chest"
    assert rules == "the agent must not touch the lava"
    assert dfa.sentence(2) == f"{done.capitalize()}; {remaining}; {rules}."
    assert dfa.description(1) == ("the task has failed", "", "the agent touched the lava")


def test_repetition_and_partial_progress():
    assert sentences("F(key & X F(key & X F key))")[2] == (
        "The agent picked up the key twice; the agent still has to pick up the key again."
    )
    dfa = compile("F shield & (F(wood & F home) | F(key & F chest))", VOCABULARY)
    state = dfa.run([{"wood"}, {"home"}])[-1]
    assert dfa.sentence(state) == "Part of it has been done; the agent still has to take the shield."
    state = compile("G(key -> X home)", VOCABULARY)
    assert state.sentence(1).endswith("the agent must be at home at the next step.")


def test_edges():
    dfa = compile("F(key & F chest) & G !lava", VOCABULARY)
    text = {(e.source, e.target): e.sentence for e in dfa.edges}
    start, dead, had, won = 0, 1, 2, 3
    assert not dfa.live[dead] and dfa.accepting[won]
    assert text[start, had] == "The agent picks up the key; the agent still has to open the chest."
    assert text[start, start].startswith("Nothing new happens; the agent still has to pick up the key")
    assert text[start, dead] == "The agent touches the lava; the task fails."
    assert text[had, won] == "The agent opens the chest; nothing more is due now."
    assert text[start, won].startswith("The agent picks up the key and opens the chest")
    assert text[dead, dead] == "The task has failed."


def test_without_a_vocabulary_propositions_are_named():
    dfa = compile("F(blue_room & F door)")
    assert dfa.sentence(1) == "Blue_room occurred; door still has to occur."


def test_sentences_depend_on_the_language_only():
    assert sentences("F(key & F chest)") == sentences("true U (key & (true U chest)) | false")


@settings(SETTINGS, max_examples=250)
@given(formulas(leaves=10))
def test_every_state_and_edge_of_any_automaton_has_a_sentence(formula):
    dfa = compile(formula, {"a": "the robot lifts a box", "b": "both lamps are on", "c": "cheese"})
    texts = [dfa.sentence(state) for state in range(dfa.n_states)] + [e.sentence for e in dfa.edges]
    for text in texts:
        assert text[0].isupper() and text.endswith(".") and len(text) > 8
        for flaw in ("  ", ";;", "; .", " ;", "..", ": .", " ,", "the agent the"):
            assert flaw not in text


@pytest.mark.parametrize(
    ("sentence", "past", "must"),
    [
        ("The agent carries the key.", "the agent carried the key", "the agent must carry the key"),
        ("the robot reaches room b", "the robot reached room b", "the robot must reach room b"),
        ("it goes home", "it went home", "it must go home"),
        ("the lamps are lit", "the lamps were lit", "the lamps must be lit"),
        ("the furnace has fuel", "the furnace had fuel", "the furnace must have fuel"),
        ("the steps are done", "the steps were done", "the steps must be done"),
        ("the boss is dead", "the boss was dead", "the boss must be dead"),
        ("the car stops", "the car stopped", "the car must stop"),
        ("850 degrees", "it happened that 850 degrees", "it must happen that 850 degrees"),
        ("the flue gas temperatures exceed 850", "it happened that the flue gas temperatures exceed 850",
         "it must happen that the flue gas temperatures exceed 850"),
    ],
)  # fmt: skip
def test_clauses(sentence, past, must):
    parts = phrase(sentence)
    assert " ".join(parts.past_parts).strip() == past
    assert " ".join(parts.modal_parts("must")).strip() == must


def test_negation_uses_the_opposite():
    assert phrase("the door is open", "the door is shut").negated == "the door is shut"
    assert phrase("the door is open").negated == "the door is not open"
    assert phrase("the robot lifts a box").negated == "the robot does not lift a box"
    assert phrase("fire").negated == "it is not so that fire"


def test_verbs():
    forms = {
        "carries": "carry",
        "goes": "go",
        "touches": "touch",
        "fixes": "fix",
        "uses": "use",
        "lies": "lie",
    }
    assert {third: infinitive(third) for third in forms} == forms
    pasts = {"carry": "carried", "use": "used", "stop": "stopped", "play": "played", "fight": "fought"}
    assert {verb: past_tense(verb) for verb in pasts} == pasts
