# ruff: noqa: E501 (sentences and their formulas stand side by side)
"""What the grammar learns from a vocabulary, how it reads what points back, and where it asks or refuses."""

from __future__ import annotations

import pytest

from lantern.errors import TranslationError
from lantern.language.english.words import tokenize
from lantern.language.grammar import Conventions, GrammarTranslator
from lantern.language.grammar.lexicon import lexicon
from lantern.language.grammar.own import own_words
from lantern.language.grammar.pointing import pointer
from lantern.logic import Proposition, Vocabulary, compile

PROBE = Vocabulary(
    {
        "fuel": "the probe refuels",
        "orbit": "the probe enters orbit",
        "sample": "the probe collects a sample",
        "earth": "the probe returns to earth",
        "storm": "a solar storm is raging",
        "shield": "the shields are up",
        "debris": "the probe hits debris",
        "seen": "the probe is seen by the station",
    }
)
BOILER = Vocabulary(
    {
        "pump": "the pump is running",
        "gas": "the gas valve is open",
        "flame": "the flame is lit",
        "pressure": "the pressure is too high",
        "vent": "steam is vented",
        "inspect": "the boiler is inspected",
        "scan": "the robot scans the parcel",
        "pick": "the robot picks up the parcel",
        "belt": "the robot puts the parcel on the belt",
        "lab": Proposition("the robot is in the lab", ("laboratory",)),
    }
)
TRANSLATOR = GrammarTranslator()

READ = [
    ("The probe must refuel before it enters orbit.", PROBE, "!orbit W fuel"),
    ("Collect at least three samples and return to earth.", PROBE, "F(sample & X F(sample & X F(sample & F earth)))"),
    ("At most two samples may be collected.", PROBE, "!F(sample & X F(sample & X F sample))"),
    ("Enter orbit and collect a sample and, when you have done both, return to earth.", PROBE, "F(orbit & F earth) & F(sample & F earth)"),
    ("Enter orbit. Once that's done, return to earth.", PROBE, "F(orbit & F earth)"),
    ("While a solar storm is raging, keep the shields up.", PROBE, "G(storm -> shield)"),
    ("When a solar storm is raging, the shields have to be up.", PROBE, "G(storm -> shield)"),
    ("Samples may be collected only while the shields are up; never hit debris.", PROBE, "G !(sample & !shield) & G !debris"),
    ("The flame must not be lit unless the gas valve is open.", BOILER, "G !(flame & !gas)"),
    ("The probe must never be seen by the station.", PROBE, "G !seen"),
    ("If debris is ever hit, the shields must be up from then on.", PROBE, "G(debris -> G shield)"),
    ("Enter orbit and stay there until a sample has been collected.", PROBE, "F(orbit & (orbit U sample))"),
    ("Neither refuel nor collect a sample before entering orbit.", PROBE, "(!fuel W orbit) & (!sample W orbit)"),
    ("Return to earth with a sample.", PROBE, "F(sample & F earth)"),
    ("Scan the parcel before picking it up.", BOILER, "F(scan & F pick) & !pick W scan"),
    ("No parcel goes on the belt before it has been scanned.", BOILER, "!belt W scan"),
    ("Pick up the parcel, then scan it, and then put it on the belt.", BOILER, "F(pick & F(scan & F belt))"),
    ("The gas valve may only be open while the pump is running.", BOILER, "G !(gas & !pump)"),
    ("The pump must run at all times.", BOILER, "G pump"),
    ("The pressure must not be too high for two steps in a row.", BOILER, "G(pressure -> N !pressure)"),
    ("After the boiler has been inspected, no steam may be vented and the pump must not run any more.", BOILER, "G(inspect -> N G !vent) & G(inspect -> N G !pump)"),
    ("Whenever the pressure is too high, vent steam and close the gas valve.", BOILER, "G(pressure -> F vent & F !gas)"),
    ("Whenever the boiler is inspected, the gas valve must not be open before steam has been vented.", BOILER, "G(inspect -> N(!gas W vent))"),
    ("The flame and the pump must never both be off.", BOILER, "G !(!flame & !pump)"),
    ("Should the pressure be too high, steam must be vented in the next step.", BOILER, "G(pressure -> X vent)"),
    ("The gas valve must be closed whenever the pump isn't running.", BOILER, "G(!pump -> !gas)"),
    ("The pump has to be kept running until the boiler has been inspected.", BOILER, "pump U inspect"),
    ("Turn off the pump, but not while the flame is lit.", BOILER, "F !pump & G !(!pump & flame)"),
    ("Visit the lab exactly twice.", BOILER, "F(lab & F(!lab & F lab)) & !F(lab & F(!lab & F(lab & F(!lab & F lab))))"),
    ("The flame must not be lit unless the gas valve is open.", BOILER, "G(flame -> gas)"),
    ("If debris is hit, return to earth; otherwise refuel.", PROBE, "G(debris -> F earth) & (F debris | F fuel)"),
    ("If the pressure is too high, the pump has to be on and the gas valve closed in the next step.", BOILER, "G(pressure -> X(pump & !gas))"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "vocabulary", "formula"), READ, ids=[text[:60] for text, _, _ in READ])
def test_sentences(text: str, vocabulary: Vocabulary, formula: str) -> None:
    found = TRANSLATOR.translate(text, vocabulary)
    wanted = compile(formula)
    assert found.sure
    assert all(compile(reading.formula).equivalent(wanted) for reading in found.readings), found.readings


ASKED = [
    ("Do not enter orbit and collect a sample.", PROBE, "scope"),
    ("Return to earth right after collecting a sample.", PROBE, "each"),
    ("Scan the parcel. Inspect the boiler. Vent steam.", BOILER, "order"),
    ("Enter orbit instead of refueling.", PROBE, "instead"),
    ("Whenever debris is hit, return to earth, and never enter orbit.", PROBE, "trigger"),
    ("Return to earth, and collect samples only while the shields are up.", PROBE, "only-if"),
    ("The gas valve must be open.", BOILER, "lasting"),
    ("The pump must be running or the gas valve closed.", BOILER, "lasting"),
]


@pytest.mark.parametrize(("text", "vocabulary", "point"), ASKED, ids=[text for text, _, _ in ASKED])
def test_doubts_are_asked(text: str, vocabulary: Vocabulary, point: str) -> None:
    readings = TRANSLATOR.translate(text, vocabulary).readings
    first, *others = [compile(reading.formula) for reading in readings]
    assert any(not first.equivalent(other) for other in others)
    assert all(point in reading.choices and reading.because for reading in readings)


REFUSED = [
    ("You may enter orbit.", PROBE),
    ("Drop the sample.", PROBE),
    ("Collect a sample and paint it.", PROBE),
    ("Go to the pump.", BOILER),
]


@pytest.mark.parametrize(("text", "vocabulary"), REFUSED, ids=[text for text, _ in REFUSED])
def test_what_cannot_be_told_is_refused(text: str, vocabulary: Vocabulary) -> None:
    with pytest.raises(TranslationError):
        TRANSLATOR.translate(text, vocabulary)


def test_conventions_answer_the_doubts() -> None:
    for conventions, text, formula in (
        (Conventions(each="once"), "Return to earth right after collecting a sample.", "F(sample & X earth)"),
        (
            Conventions(each="every"),
            "Return to earth right after collecting a sample.",
            "G(sample -> X earth)",
        ),
        (
            Conventions(before="strict"),
            "Enter orbit before refueling.",
            "F(orbit & F fuel) & (!fuel W orbit)",
        ),
        (Conventions(instead="never"), "Enter orbit instead of refueling.", "F orbit & G !fuel"),
        (Conventions(only="order"), "Enter orbit only after refueling.", "F(fuel & F orbit)"),
    ):
        (reading,) = GrammarTranslator(conventions).translate(text, PROBE).readings
        assert compile(reading.formula).equivalent(compile(formula))


def test_a_vocabulary_brings_its_agents_and_verbs() -> None:
    own = own_words(PROBE, lexicon())
    assert own.agents == {"probe"}
    assert own_words(Vocabulary({"a": "the reactor is drained"}), lexicon()).lines[:2] == (
        "GO:own drain | drain",
        "GO:own drain | draine",
    )


@pytest.mark.parametrize(
    ("text", "terminal", "length"),
    [
        ("when you have both, go", "THEN", 4),
        ("only when this has been done", "ONLYTHEN", 6),
        ("before doing so, go", "PREVIOUSLY", 3),
        ("once the robot has done all of this, go", "THEN", 8),
        ("when you have the key, go", "", 0),
    ],
)
def test_clauses_that_point_back(text: str, terminal: str, length: int) -> None:
    assert pointer(tokenize(text), 0, frozenset({"robot"})) == (terminal, length)
