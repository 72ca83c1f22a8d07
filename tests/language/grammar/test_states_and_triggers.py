# ruff: noqa: E501 (sentences and their formulas stand side by side)
"""Conditions, triggers and states: what holds when, what follows within how many steps, and what is refused."""

from __future__ import annotations

import pytest

from lantern.errors import TranslationError
from lantern.language.ast import Atom, Not, Task, Whenever, Within
from lantern.language.english.words import tokenize
from lantern.language.grammar import GrammarTranslator
from lantern.language.grammar.windows import window
from lantern.language.paraphrase import paraphrase
from lantern.language.semantics import to_formula
from lantern.logic import Proposition, Vocabulary, compile

BREWERY = Vocabulary(
    {
        "mash": "the mash is heated",
        "hops": "hops are added",
        "taste": "a sample is tasted",
        "fan": "the fan is on",
        "lid": "the lid is open",
        "boil": "the kettle is boiling",
        "foam": "there is foam",
        "dark": "it is dark",
        "cold": "the yeast is too cold",
    }
)
PATROL = Vocabulary(
    {
        "gate": "the guard checks the gate",
        "vault": "the guard opens the vault",
        "tower": "the guard is on the tower",
        "torch": "the guard is carrying the torch",
        "quiet": Proposition("the guard is walking quietly", ("walk quietly",)),
        "alarm": "the alarm is ringing",
        "thief": "a thief is near",
        "rain": "it is raining",
    }
)
TRANSLATOR = GrammarTranslator()

READ = [
    # whole sentences of the vocabulary, in any tense
    ("When it's dark, the fan must be on.", BREWERY, "G(dark -> fan)"),
    ("The lid must not be open when the kettle boils.", BREWERY, "G !(lid & boil)"),
    ("Whenever it is foamy, the lid has to be open.", BREWERY, "G(foam -> lid)"),
    ("If there is no foam, the lid has to be closed.", BREWERY, "G(!foam -> !lid)"),
    # circumstances
    ("No hops in the dark.", BREWERY, "G !(hops & dark)"),
    ("In the dark, the fan must be off and hops must not be added.", BREWERY, "G(dark -> !fan) & G !(hops & dark)"),
    ("Keep the fan on throughout the foam.", BREWERY, "G(foam -> fan)"),
    # time limits
    ("If the yeast is too cold, heat the mash within two steps.", BREWERY, "G(cold -> mash | X mash | X X mash)"),
    ("If the yeast is too cold, the mash must be heated within the next two steps.", BREWERY, "G(cold -> X mash | X X mash)"),
    ("Whenever the kettle is boiling, the fan has to be on by the next step at the latest.", BREWERY, "G(boil -> fan | X fan)"),
    ("Whenever the kettle is boiling, the fan has to be on in that step or in the one after.", BREWERY, "G(boil -> fan | X fan)"),
    ("After hops have been added, the lid must not be open in the following two steps.", BREWERY, "G(hops -> N(!lid & N !lid))"),
    ("If the kettle boils, the fan must be on for the next two steps.", BREWERY, "G(boil -> X(fan & X fan))"),
    ("Hops must be followed, exactly one step later, by a sample being tasted.", BREWERY, "G(hops -> X taste)"),
    ("Every heating of the mash must be followed by tasting a sample within three steps.", BREWERY, "G(mash -> taste | X taste | X X taste | X X X taste)"),
    ("If the kettle ever boils, the lid must be open from the next step on.", BREWERY, "G(boil -> X G lid)"),
    ("A sample must be tasted at most two steps after hops have been added.", BREWERY, "G(hops -> taste | X taste | X X taste)"),
    ("Within three steps, add hops.", BREWERY, "hops | X(hops | X(hops | X hops))"),
    ("Heat the mash and within two steps add hops.", BREWERY, "F(mash & (hops | X hops | X X hops))"),
    # unless, except when
    ("The fan must be on unless the lid is open.", BREWERY, "G(!lid -> fan)"),
    ("Unless it is dark, no hops may be added.", BREWERY, "G !(hops & !dark)"),
    ("Whenever the kettle boils, the fan must be on, except when the lid is open.", BREWERY, "G(boil & !lid -> fan)"),
    ("When the kettle boils, the fan must not be on unless the lid is open.", BREWERY, "G !(boil & fan & !lid)"),
    # until
    ("Run the fan until the yeast is no longer too cold, then add hops.", BREWERY, "fan U (!cold & F hops)"),
    ("Once hops have been added, leave the fan on until a sample is tasted.", BREWERY, "G(hops -> fan U taste)"),
    ("After hops have been added, the lid must be open until a sample is tasted.", BREWERY, "G(hops -> lid U taste)"),
    ("Once the vault has been opened, keep checking the gate until the alarm is ringing.", PATROL, "G(vault -> gate U alarm)"),
    # so many steps in a row
    ("The lid must not be open for three steps in a row.", BREWERY, "G !(lid & X(lid & X lid))"),
    ("The guard must not be on the tower for more than two consecutive steps.", PATROL, "G !(tower & X(tower & X tower))"),
    ("The fan may be on for at most two steps at a time.", BREWERY, "G !(fan & X(fan & X fan))"),
    ("Don't check the gate twice in a row.", PATROL, "G(gate -> N !gate)"),
    # conditions that deny, join and choose
    ("If the kettle is boiling and the fan is not on, the lid must be open.", BREWERY, "G(boil & !fan -> lid)"),
    ("Whenever it is dark or there is foam, the fan must be on.", BREWERY, "G(dark | foam -> fan)"),
    ("Whenever the kettle boils, the lid must be open or the fan must be on.", BREWERY, "G(boil -> lid | fan)"),
    ("Walk quietly whenever a thief is near.", PATROL, "G(thief -> quiet)"),
    # otherwise
    ("If the kettle is boiling, the lid must be open; otherwise it must be closed.", BREWERY, "G(boil <-> lid)"),
    ("If you ever open the vault, never be on the tower afterwards; otherwise check the gate.", PATROL, "G(vault -> N G !tower) & (F vault | F gate)"),
    # what a deed requires
    ("Adding hops requires the fan to have been on in the step before.", BREWERY, "G(X hops -> fan)"),
    ("Adding hops requires the fan to be on.", BREWERY, "G(hops -> fan)"),
    # from then on
    ("From the moment the kettle is boiling, the fan must be on.", BREWERY, "G(boil -> G fan)"),
    ("The fan must go off in the next step whenever hops are added.", BREWERY, "G(hops -> X !fan)"),
    ("In the dark the fan must be on.", BREWERY, "G(dark -> fan)"),
    ("If the kettle is boiling in the dark, the fan must be on.", BREWERY, "G(boil & dark -> fan)"),
    ("Whenever the lid is open in the dark, close it in the next step.", BREWERY, "G(lid & dark -> X !lid)"),
    ("If hops are ever added, switch off the fan for good.", BREWERY, "G(hops -> F(!fan & G !fan))"),
    ("Whenever the kettle is boiling, the fan must be on too.", BREWERY, "G(boil -> fan)"),
    ("Every time hops are added, a sample must be tasted before hops are added again.", BREWERY, "G(hops -> N(!hops W taste))"),
    ("At the end, the fan must not be on, and the lid must not be open either.", BREWERY, "F(last & !fan & !lid)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "vocabulary", "formula"), READ, ids=[text[:60] for text, _, _ in READ])
def test_sentences(text: str, vocabulary: Vocabulary, formula: str) -> None:
    found = TRANSLATOR.translate(text, vocabulary)
    readings = [compile(reading.formula) for reading in found.readings]
    assert all(reading.equivalent(readings[0]) for reading in readings)
    assert readings[0].equivalent(compile(formula))


# Nothing here says clearly when what is due, or of what a predicate is said.
REFUSED = [
    ("Once the mash has been heated and hops have been added, taste a sample within two steps.", BREWERY),
    ("If the fan is open, add hops.", BREWERY),
    ("If neither the fan nor the lid is open, add hops.", BREWERY),
    ("If the lid or the fan is open, add hops.", BREWERY),
    ("Add hops unless the lid is open.", BREWERY),
    ("Keep tasting a sample.", BREWERY),
    ("Otherwise add hops.", BREWERY),
    ("Whenever the kettle boils, taste a sample; otherwise add hops.", BREWERY),
    ("Stay on the tower until they have been checked.", PATROL),
    ("You need not open the vault.", PATROL),
    ("If the kettle is boiling for two steps in a row, taste a sample.", BREWERY),
]


@pytest.mark.parametrize(("text", "vocabulary"), REFUSED, ids=[text for text, _ in REFUSED])
def test_what_leaves_open_when_or_what_is_refused(text: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(TranslationError):
        TRANSLATOR.translate(text, vocabulary)


ASKED = [
    ("After opening the vault, check the gate within two steps.", "each"),
    ("Check the gate, and be on the tower only when a thief is near.", "only-if"),
]


@pytest.mark.parametrize(("text", "point"), ASKED, ids=[text for text, _ in ASKED])
def test_what_can_be_read_in_two_ways_is_asked(text: str, point: str) -> None:
    found = TRANSLATOR.translate(text, PATROL)
    assert {name for reading in found.readings for name in reading.choices} == {point}
    assert not compile(found.readings[0].formula).equivalent(compile(found.readings[1].formula))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("within the next two steps", "some 1 2"),
        ("within 3 steps of that", "some 0 3"),
        ("in the same step or one step later", "some 0 1"),
        ("no later than two steps after that", "some 0 2"),
        ("exactly three steps later", "some 3 3"),
        ("in the next step at the latest", "some 0 1"),
        ("in the following four steps", "in 1 4"),
        ("for the next 2 steps", "every 1 2"),
        ("starting with the next step", "from 1 1"),
        ("in the step right before that", "before 1 1"),
        ("in the second step", ""),
        ("in that room", ""),
    ],
)
def test_windows(text: str, expected: str) -> None:
    words = tokenize(text)
    assert window(words, 0) == ((expected, len(words)) if expected else ("", 0))


@pytest.mark.parametrize(
    ("clause", "formula", "english"),
    [
        (Within(Atom("fan"), 0, 2), "fan | X fan | X X fan", "The fan is on at the first step or at most 2 steps later."),
        (Within(Atom("fan"), 1, 1), "X fan", "The fan is on one step later."),
        (Within(Atom("fan"), 2, 3), "X X fan | X X X fan", "The fan is on 2 to 3 steps later."),
        (Within(Not(Atom("lid")), 1, 2, True, False), "N !lid & N N !lid", "The lid is not open at every step from one step later to 2 steps later."),
        (Whenever(Atom("hops"), Within(Atom("fan"), 1, 2)), "G(hops -> X fan | X X fan)", "Whenever hops are added, the fan is on one to 2 steps later."),
    ],
)  # fmt: skip
def test_within(clause: Whenever | Within, formula: str, english: str) -> None:
    assert compile(to_formula(Task((clause,)))).equivalent(compile(formula))
    assert paraphrase(clause, BREWERY) == english
