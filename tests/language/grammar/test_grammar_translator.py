# ruff: noqa: E501 (sentences and their formulas stand side by side)
"""The offline translator on tasks of the shipped kinds, its questions and its refusals."""

from __future__ import annotations

from itertools import product

import pytest
from shipped_sentences import vocabularies

from lantern.errors import TranslationError
from lantern.language.grammar import Conventions, GrammarTranslator
from lantern.language.types import Readings, Translator
from lantern.logic import Proposition, Vocabulary, compile

WORDS = vocabularies()
TRANSLATOR = GrammarTranslator()


def read(text: str, vocabulary: str | Vocabulary, conventions: Conventions | None = None) -> Readings:
    words = WORDS[vocabulary] if isinstance(vocabulary, str) else vocabulary
    return (GrammarTranslator(conventions) if conventions else TRANSLATOR).translate(text, words)


def same(readings: Readings, formula: str, at: int = 0) -> bool:
    return compile(readings.readings[at].formula).equivalent(compile(formula))


CRAFTSMAN = (
    "F(wood & F(factory & F(wood & F(factory & F(wood & F(factory & F home))))))"
    " | F(wood & X F(wood & F(factory & F(wood & F(factory & F home)))))"
    " | F(wood & F(factory & F(wood & X F(wood & F(factory & F home)))))"
)
BUILD = "F(wood & F(pickaxe & F(gem & F home))) & F(iron & F(pickaxe & F(gem & F home)))"

TASKS = [
    (
        "dungeon",
        "Pick up the key, then open the chest; also get the shield; and after that slay the dragon",
        "F(key & F(chest & F dragon)) & F(shield & F dragon)",
    ),
    ("dungeon", "Do not open the chest until you have the key.", "!chest W key"),
    ("dungeon", "Do not open the chest until you have the key, and open the chest.", "(!chest W key) & F chest"),
    (
        "craft",
        "Do one of the following: wood, factory, wood, factory, wood, factory; or wood, wood, factory, wood, "
        "factory; or wood, factory, wood, wood, factory. Then go home.",
        CRAFTSMAN,
    ),
    (
        "craft",
        "Either collect wood, then use the factory, then collect wood, then use the factory, then collect wood, "
        "then use the factory, or collect wood twice, then use the factory, then collect wood, then use the "
        "factory, or collect wood, then use the factory, then collect wood twice, then use the factory. After "
        "that, come home.",
        CRAFTSMAN,
    ),
    (
        "craft",
        "Collect wood and iron in any order; when all of this is done, craft a pickaxe, then mine the gem and "
        "finally come home. Never step into the lava.",
        BUILD + " & G !lava",
    ),
    ("craft", "Get wood and iron in any order, then use the factory.", "F(wood & F factory) & F(iron & F factory)"),
    ("office", "Get coffee, then the mail, then go to the office.", "F(coffee & F(mail & F office))"),
    ("office", "Deliver coffee to the office and avoid the plants.", "F(coffee & F office) & G !plant"),
    ("office", "Visit the hall, then the lab, then the office.", "F(hall & F(lab & F office))"),
    (
        "rescue",
        "First pick up the medkit, then reach the victim, then go to the hospital; never enter the fire.",
        "F(medkit & F(victim & F hospital)) & G !fire",
    ),
    ("mine", "Mine silver and copper in any order, then mine gold.", "F(silver & F gold) & F(copper & F gold)"),
    (
        "farm",
        "Collect the seeds, then fetch water, then visit the field, and finally harvest the crop.",
        "F(seeds & F(water & F(field & F crop)))",
    ),
    ("corners", "Visit each of the four corners.", "F north_east & F north_west & F south_east & F south_west"),
    ("keys", "Keep the door closed until the ball has been picked up.", "!door W ball"),
    ("warehouse", "Whenever the battery is low, go to the charger immediately.", "G(battery_low -> X charger)"),
    ("rooms", "Stay in the red room until you see the blue room.", "red_room U blue_room"),
    ("rooms", "Visit the red room exactly twice.", "F(red_room & F(!red_room & F red_room)) & "
     "!F(red_room & F(!red_room & F(red_room & F(!red_room & F red_room))))"),
]  # fmt: skip


@pytest.mark.parametrize(("vocabulary", "text", "formula"), TASKS, ids=[text[:50] for _, text, _ in TASKS])
def test_tasks(vocabulary: str, text: str, formula: str) -> None:
    readings = read(text, vocabulary)
    assert same(readings, formula), readings.readings[0].formula
    assert all(same(readings, formula, i) for i in range(len(readings.readings))), "asks needlessly"


def test_dungeon_quest_has_seven_states_and_craftsman_ten() -> None:
    quest = compile(read(TASKS[0][1], "dungeon").readings[0].formula)
    assert quest.n_states == 7
    craftsman = compile(read(TASKS[3][1], "craft").readings[0].formula)
    for good in ("wfwfwfh", "wwfwfh", "wfwwfh", "wwwfwfh"):
        assert craftsman.accepts([{WAY[letter]} for letter in good]), good
    for bad in ("wwfwh", "wfwfh", "wwwfh", "hwwfwf", "fwwfwh"):
        assert not craftsman.accepts([{WAY[letter]} for letter in bad]), bad


def test_craftsman_agrees_with_its_paper_on_every_row_of_events() -> None:
    craftsman = compile(read(TASKS[3][1], "craft").readings[0].formula)
    for length in range(9):
        for events in product("wfh", repeat=length):
            state = 0
            for event in events:
                state = PAPER.get((state, event), state)
            assert craftsman.accepts([{WAY[event]} for event in events]) == (state == 9), events


# Transitions of the published automaton; all others stay where they are.
PAPER = {
    (0, "w"): 1, (1, "w"): 3, (1, "f"): 2, (3, "f"): 5, (5, "w"): 7, (2, "w"): 4, (4, "w"): 7, (4, "f"): 6,
    (6, "w"): 7, (7, "f"): 8, (8, "h"): 9,
}  # fmt: skip
WAY = {"w": "wood", "f": "factory", "h": "home"}


QUESTIONS = [
    ("dungeon", "Pick up the key. Open the chest.", {"order"}, "F key & F chest", "F(key & F chest)"),
    ("rooms", "Go from the red room to the green room.", {"origin"}, "F green_room", "F(red_room & F green_room)"),
    ("dungeon", "Get the key or the shield and the chest.", set(), "F key | (F shield & F chest)",
     "F((key | shield)) & F chest"),
    ("rooms", "Do not visit the red room before the blue room and do not visit the blue room before the green room.",
     {"goal"}, "(!red_room W blue_room) & (!blue_room W green_room)",
     "(!red_room W blue_room) & (!blue_room W green_room) & F red_room"),
]  # fmt: skip


@pytest.mark.parametrize(("vocabulary", "text", "ids", "default", "other"), QUESTIONS)
def test_doubts_become_readings_with_a_marked_default(
    vocabulary: str, text: str, ids: set[str], default: str, other: str
) -> None:
    readings = read(text, vocabulary)
    assert same(readings, default)
    assert any(same(readings, other, i) for i in range(1, len(readings.readings)))
    assert set(readings.readings[0].choices) == ids
    assert all(reading.because for reading in readings.readings) or not ids


REFUSALS = [
    ("dungeon", "Fly to the moon.", "moon"),
    ("dungeon", "Pick up the kettle and open the chest.", "kettle"),
    ("dungeon", "Close the chest.", None),
    ("dungeon", "Drop the key.", "key"),
    ("craft", "Collect wood quickly.", "quickly"),
    ("rooms", "Go to the room.", "room"),
    ("rooms", "Go to the purple room.", "purple"),
    ("dungeon", "Hello.", "Hello"),
]


@pytest.mark.parametrize(("vocabulary", "text", "word"), REFUSALS, ids=[text for _, text, _ in REFUSALS])
def test_refusals_quote_the_words(vocabulary: str, text: str, word: str | None) -> None:
    if word is None:
        readings = read(text, vocabulary)
        assert same(readings, "F !chest")
        return
    with pytest.raises(TranslationError) as caught:
        read(text, vocabulary)
    assert word in str(caught.value)


def test_unknown_words_come_with_the_nearest_proposition() -> None:
    with pytest.raises(TranslationError, match="nearest propositions are: shield"):
        read("Pick up the shieldmaiden.", "dungeon")


def test_synonyms_opposites_and_spelling() -> None:
    words = Vocabulary(
        {
            "gate": Proposition("the gate is open", synonyms=("portcullis", "way out")),
            "tower": "the agent is in the grey tower",
        }
    )
    assert same(read("Open the portcullis, then visit the gray tower.", words), "F(gate & F tower)")
    assert same(read("Keep the gate shut.", words), "G !gate")
    readings = read("Vist the gray towr.", words)
    assert same(readings, "F tower")
    assert any("towr" in note for note in readings.warnings)


CONVENTIONS = [
    (Conventions(avoid="until"), "Go to the red room while avoiding the blue room.", "!blue_room U red_room"),
    (Conventions(), "Go to the red room while avoiding the blue room.", "F red_room & G !blue_room"),
    (Conventions(until="strong"), "Do not enter the red room before the blue room.", "!red_room U blue_room"),
    (Conventions(order="text"), "Visit the red room and visit the blue room.", "F(red_room & F blue_room)"),
    (Conventions(order="any"), "Visit the red room. Visit the blue room.", "F red_room & F blue_room"),
    (Conventions(origin="visit"), "Go from the red room to the blue room.", "F(red_room & F blue_room)"),
    (Conventions(origin="start"), "Go from the red room to the blue room.", "F blue_room"),
    (
        Conventions(next="strong"),
        "After the red room, never enter the blue room.",
        "G(red_room -> X G !blue_room)",
    ),
    (Conventions(visits="step"), "Visit the red room twice.", "F(red_room & X F red_room)"),
    (Conventions(visits="visit"), "Visit the red room twice.", "F(red_room & F(!red_room & F red_room))"),
]


@pytest.mark.parametrize(("conventions", "text", "formula"), CONVENTIONS)
def test_conventions(conventions: Conventions, text: str, formula: str) -> None:
    readings = read(text, "rooms", conventions)
    assert same(readings, formula), readings.readings[0].formula


def test_readings_carry_what_verification_needs() -> None:
    readings = read("Get the key, then open the chest, and never touch the lava.", "dungeon")
    (reading,) = readings.readings
    assert reading.mentioned == ("key", "chest", "lava")
    assert [str(clause.formula) for clause in reading.clauses] == ["F(key & F chest)", "G !lava"]
    assert "lava" in reading.text
    assert isinstance(TRANSLATOR, Translator) and readings.translator == "grammar"


def test_translation_is_deterministic() -> None:
    text = "Either get the key or the shield, then go home. Avoid the lava."
    first, second = (GrammarTranslator().translate(text, WORDS["dungeon"]) for _ in range(2))
    assert first.readings == second.readings
