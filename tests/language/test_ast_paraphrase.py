"""English made from typed tasks."""

from __future__ import annotations

import pytest

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Atom,
    Clause,
    Count,
    Finish,
    Never,
    Not,
    NotBefore,
    Now,
    OneOf,
    Or,
    Reach,
    Requirement,
    Sequence,
    SomeOf,
    Task,
    Until,
    Whenever,
)
from lantern.language.paraphrase import condition_text, negated, paraphrase
from lantern.logic import Proposition, Vocabulary

VOCABULARY = Vocabulary(
    {
        "key": "the agent picks up the key",
        "door": Proposition("the door is open", opposite="the door is shut"),
        "lava": "the agent is in the lava",
    }
)
KEY, DOOR, LAVA = Atom("key"), Atom("door"), Atom("lava")

TEXTS: list[tuple[Clause, str]] = [
    (Reach(KEY), "The agent picks up the key."),
    (
        Reach(DOOR, avoiding=LAVA),
        "The door is open, and before that it never happens that the agent is in the lava.",
    ),
    (Reach(LAVA, steps=3), "The agent is in the lava for three steps in a row."),
    (Sequence((Reach(KEY), Reach(DOOR))), "First the agent picks up the key, and then the door is open."),
    (AllOf((Reach(KEY), Reach(DOOR))), "The agent picks up the key and the door is open, in any order."),
    (OneOf((Reach(KEY), Reach(DOOR))), "Either the agent picks up the key or the door is open."),
    (Never(LAVA), "It never happens that the agent is in the lava."),
    (Always(Not(DOOR)), "At every step, the door is shut."),
    (Finish(DOOR), "At the end of the episode, the door is open."),
    (
        NotBefore(DOOR, KEY),
        "It never happens that the door is open before the agent picks up the key, which need not come.",
    ),
    (Count(KEY, 2, 2, "step"), "The agent picks up the key, exactly twice (counted in single steps)."),
    (
        Count(KEY, 1, 3),
        "The agent picks up the key, at least once and at most three times (counted in separate visits).",
    ),
    (
        Whenever(LAVA, Now(KEY), 1),
        "Whenever the agent is in the lava, one step later the agent picks up the key.",
    ),
    (
        Whenever(KEY, Never(LAVA), 1),
        "Whenever the agent picks up the key,"
        " from the next step on it never happens that the agent is in the lava.",
    ),
    (Until(DOOR, KEY), "The door is open at every step until the agent picks up the key, which has to come."),
]


@pytest.mark.parametrize(("clause", "text"), TEXTS, ids=[clause.kind for clause, _ in TEXTS])
def test_paraphrase(clause: Clause, text: str) -> None:
    assert paraphrase(clause, VOCABULARY) == text


def test_every_clause_of_a_task_is_a_sentence() -> None:
    text = paraphrase(Task((Reach(KEY), Never(LAVA))), VOCABULARY)
    assert text == "The agent picks up the key. It never happens that the agent is in the lava."


@pytest.mark.parametrize(
    ("sentence", "denied"),
    [
        ("the agent is at home", "the agent is not at home"),
        ("the agent has the key", "the agent does not have the key"),
        ("the agent picks up the key", "the agent does not pick up the key"),
        ("the agent carries wood", "the agent does not carry wood"),
        ("the agent reaches the goal", "the agent does not reach the goal"),
        ("the grate has been cleaned", "the grate has not been cleaned"),
        ("rain", "not rain"),
    ],
)
def test_negated(sentence: str, denied: str) -> None:
    assert negated(sentence) == denied


def test_conditions() -> None:
    assert (
        condition_text(Or((KEY, LAVA)), VOCABULARY)
        == "the agent picks up the key or the agent is in the lava"
    )
    assert (
        condition_text(Not(And((KEY, DOOR))), VOCABULARY)
        == "the agent does not pick up the key or the door is shut"
    )


def test_requirement_and_choice_of_several() -> None:
    requirement = Requirement(KEY, "before", "in", LAVA, None, False, DOOR)
    assert paraphrase(requirement, VOCABULARY) == (
        "While the agent is in the lava, the agent picks up the key before the door is open."
    )
    some = SomeOf((Reach(KEY), Reach(DOOR), Reach(LAVA)), 2)
    assert paraphrase(some, VOCABULARY).startswith("At least two of these: ")
