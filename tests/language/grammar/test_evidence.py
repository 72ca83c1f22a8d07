"""What a text says that must show in its formula: signs that are missing, and texts that lack none."""

from __future__ import annotations

import pytest

from lantern.language.grammar.evidence import doubt
from lantern.language.grammar.opinions import HARD, checked
from lantern.language.types import Reading, Readings
from lantern.logic import Vocabulary, parse

MILL = Vocabulary(
    {
        "loft": "the miller is in the loft",
        "cellar": "the miller is in the cellar",
        "sacks": "the sacks are tied",
        "wheel": "the wheel is turning",
        "storm": "there is a storm",
        "grind": "the miller grinds the corn",
        "whistle": "the whistle sounds",
    }
)

# A text, a formula in which something is missing, and one in which nothing is.
MISSING = (
    ("The sacks must be tied the whole time.", "F sacks", "G sacks"),
    ("Keep the sacks tied as long as there is a storm.", "F(sacks & storm)", "G(storm -> sacks)"),
    ("Grind the corn three steps in a row.", "F grind", "F(grind & X(grind & X grind))"),
    ("Stay in the loft until the whistle sounds.", "F(loft & F whistle)", "loft U whistle"),
    ("Be in the loft at the very end.", "F loft", "F(last & loft)"),
    ("Go to the cellar and never to the loft.", "F cellar & F loft", "F cellar & G !loft"),
    ("Have the sacks tied and the corn ground at the same time.", "F sacks & F grind", "F(sacks & grind)"),
    ("Go to both the loft and the cellar.", "F loft", "F loft & F cellar"),
    (
        "Grind the corn in the loft, then go to the cellar.",
        "F(loft & F cellar)",
        "F(grind & loft & F cellar)",
    ),
    ("The miller must not grind during a storm.", "F storm & G !grind", "G(storm -> !grind)"),
    ("When the whistle sounds, go to the loft.", "G(whistle -> F whistle)", "G(whistle -> F loft)"),
    ("As soon as there is a storm, go down.", "G(storm -> G storm)", "G(storm -> cellar)"),
    ("Some corn must have been ground.", "F(grind & X F grind)", "F grind"),
    ("Go to the loft, then to the cellar.", "F(loft & F loft)", "F(loft & F cellar)"),
    ("Go into the loft, then into the cellar.", "F(loft & cellar)", "F(loft & F cellar)"),
    ("Tie the sacks, but not before the whistle.", "F(sacks & !sacks)", "F sacks & !sacks W whistle"),
)


@pytest.mark.parametrize(("text", "short", "whole"), MISSING)
def test_what_is_said_must_show(text: str, short: str, whole: str) -> None:
    assert doubt(text, parse(short), MILL)
    assert not doubt(text, parse(whole), MILL)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("Go to the loft or to the cellar, it does not matter which.", "F loft | F cellar"),
        ("Wait until the whistle sounds, then go to the loft.", "F(whistle & F loft)"),
        ("Be in the loft no later than step 2.", "loft | X(loft | X loft)"),
        ("Go to the cellar, then to the loft and stay there until the end.", "F(cellar & F G loft)"),
        ("Once the sacks are tied, leave them tied.", "G(sacks -> G sacks)"),
        ("Go to the loft, then to the cellar and back to the loft.", "F(loft & F(cellar & X F loft))"),
        ("Start and end in the loft.", "loft & F(last & loft)"),
        ("Never be in the loft and the cellar at the same time.", "G !(loft & cellar)"),
        ("At the end of the day the sacks are tied.", "F(last & sacks)"),
    ],
)
def test_words_that_leave_no_trace_are_no_doubts(text: str, formula: str) -> None:
    assert not doubt(text, parse(formula), MILL)


def test_a_doubtful_answer_is_not_sure_and_says_why() -> None:
    found = Readings((Reading(parse("F sacks")),), "grammar", (HARD, "A note."))
    asked = checked(found, "The sacks must be tied the whole time.", MILL)
    assert not asked.sure and asked.warnings[0] == "A note." and "'the whole time'" in asked.warnings[1]
    assert checked(found, "Tie the sacks.", MILL) is found
