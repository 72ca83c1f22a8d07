"""Tactics: a teacher's policy in the target's observations, actions and DFA states."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lantern.envs.catalogue import NOWHERE, Catalogue
from lantern.logic import Vocabulary, compile
from lantern.transfer import align, carry_over
from lantern.transfer.tactics import steps_to_go

QUEST = {
    "key": "the agent picks up the key",
    "chest": "the agent opens the chest",
    "shield": "the agent picks up the shield",
    "dragon": "the agent fights the dragon",
}
TASK = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"
CHAIN = "F(key & X F chest)"
MOVES = ("left", "right")
DISCOUNT = 0.9


def corridor(place="here", width=7, kind="position", actions=MOVES):
    """Cells in a row; the key lies at the right end, the chest at the left one."""
    content = np.column_stack([np.zeros(width), np.arange(width)]).astype(np.int32)
    return Catalogue(kind, place, actions, content)


def seen_map(place, width, key, chest):
    """The same, seen whole: offsets to key and chest; shield and dragon are nowhere."""
    offset = np.full((width, 4, 2), NOWHERE, np.int32)
    for p, at in ((0, key), (1, chest)):
        offset[:, p, 0], offset[:, p, 1] = 0, at - np.arange(width)
    return replace(corridor(place, width), kind="planes: chest, key", offset=offset)


def walker(build, catalogue, formula=CHAIN, goals=(6, 0)):
    """A teacher that walks to one goal and then to the other."""
    teacher = build(formula, QUEST)
    width = len(catalogue.content)
    q = np.zeros((teacher.dfa.n_states, width, 2), np.float32)
    ahead = [0.0, float(abs(goals[0] - goals[1]))]
    for v, goal in enumerate(goals):
        for cell in range(width):
            for a, move in enumerate((-1, 1)):
                after = np.clip(cell + move, 0, width - 1)
                q[v, cell, a] = DISCOUNT ** (abs(goal - after) + ahead[1 - v])
    return replace(teacher, policy={"q": q}, catalogue=catalogue, discount=DISCOUNT)


def carried(teacher, catalogue, formula=CHAIN, propositions=QUEST, **options):
    vocabulary = Vocabulary(propositions)
    dfa = compile(formula, vocabulary)
    return carry_over(
        teacher, align([teacher], dfa, vocabulary, "ngram"), dfa, vocabulary, catalogue, **options
    )


def test_the_same_place_is_read_content_by_content_and_action_by_action(build):
    teacher = walker(build, corridor())
    mirrored = Catalogue("position", "here", ("right", "left"), corridor().content[::-1].copy())
    tactics = carried(teacher, mirrored)
    assert tactics.mode == "same place" and tactics.trustworthy
    assert tactics.source.tolist()[:2] == [0, 1]
    # Rows run from the right end to the left one, and "right" is the first action.
    assert tactics.actions()[0].tolist() == [0] * 7
    assert tactics.actions()[1].tolist() == [1] * 7
    assert np.diff(tactics.steps[0, 1:]) == pytest.approx(1.0, abs=1e-4)


def test_a_part_of_the_task_is_enough_where_the_next_goal_is_the_same(build):
    """The target goes on after the chest; the futures differ, the next goals do not."""
    tactics = carried(walker(build, corridor()), corridor(), TASK)
    dfa = compile(TASK, Vocabulary(QUEST))
    keyed = dfa.step(0, {"key"})
    assert (tactics.source[0], tactics.source[keyed]) == (0, 1)
    opened = dfa.step(keyed, {"chest"})
    assert tactics.source[opened] == -1
    assert not tactics.known[opened].any()


def test_another_map_is_another_place_unless_position_is_asked_for(build):
    teacher, wider = walker(build, corridor()), corridor("elsewhere", 9)
    assert carried(teacher, wider).mode == "none"
    assert not carried(teacher, wider).known.any()
    taken = carried(teacher, wider, permissive=True)
    assert taken.mode == "position only" and not taken.trustworthy
    assert taken.known[0].tolist() == [True] * 7 + [False] * 2


def test_a_whole_map_is_read_by_where_the_goal_lies(build):
    """Key and chest have changed sides, and the corridor is longer than any the teacher saw."""
    teacher = walker(build, seen_map("here", 7, key=6, chest=0))
    tactics = carried(teacher, seen_map("there", 12, key=0, chest=11))
    assert tactics.mode == "whole map" and tactics.trustworthy
    # The teacher saw the key on its right only: mirrored offsets are unknown, not guessed.
    assert not tactics.known[0, 1:].any()
    same_side = carried(teacher, seen_map("there", 12, key=11, chest=0))
    assert same_side.actions()[0].tolist() == [1] * 12
    assert same_side.actions()[1].tolist() == [0] * 12
    assert (np.diff(same_side.steps[0]) == -1).all()


def test_what_was_never_learned_is_unknown(build):
    teacher = walker(build, corridor())
    teacher.policy["q"][0, 2] = 0.0
    teacher.policy["q"][0, 3] = 0.4
    assert carried(teacher, corridor()).known[0].tolist() == [True, True, False, False, True, True, True]


@pytest.mark.parametrize(
    ("change", "target"),
    [
        ({"kind": "index"}, {}),
        ({"actions": ("north", "south")}, {}),
        ({}, {"kind": "planes: lava"}),
    ],
)
def test_another_kind_of_observation_or_action_gives_nothing(build, change, target):
    teacher = walker(build, replace(corridor(), **change))
    assert carried(teacher, replace(corridor(), **target), permissive=True).mode == "none"


def test_an_unrelated_task_gives_nothing_even_in_the_same_place(build):
    words = {"grain": "the farmer harvests grain", "mill": "the farmer grinds flour at the mill"}
    tactics = carried(walker(build, corridor()), corridor(), "F(grain & X F mill)", words)
    assert tactics.mode == "same place"
    assert (tactics.source == -1).all() and not tactics.known.any()


def test_a_danger_that_the_teacher_does_not_know_halves_its_weight(build):
    safe = carried(walker(build, corridor()), corridor())
    feared = carried(walker(build, corridor()), corridor(), "!dragon U (key & X (!dragon U chest))")
    assert feared.weight[0] == pytest.approx(0.5 * safe.weight[0])


def test_tables_that_remember_events_are_read_memory_by_memory(build):
    """Two memories at every cell; the teacher's own row is taken where it has one, else the mean."""
    teacher = walker(build, corridor())
    q = np.concatenate([teacher.policy["q"], teacher.policy["q"][:, :, ::-1]], axis=1)
    event = np.array([[-1, 0], [6, 1]], np.int64)
    index = np.column_stack([np.arange(7), np.arange(7, 14)]).astype(np.int32)
    remembers = replace(teacher, policy={"q": q, "event": event, "index": index})
    target = carried(remembers, corridor(), recall={"event": event, "index": index})
    assert target.actions()[0].tolist() == [1] * 7 + [0] * 7
    plain = carried(teacher, corridor(), recall={"event": event, "index": index})
    assert plain.actions()[0].tolist() == [1] * 14


def test_values_become_steps_whatever_the_rewards_are():
    d = np.arange(1, 30)
    for accept, step in ((1.0, 0.0), (10.0, 0.0), (1.0, -0.1), (100.0, -1.0)):
        value = step * (1 - 0.95**d) / 0.05 + accept * 0.95 ** (d - 1)
        assert steps_to_go(value, 0.95, {"accept": accept, "step": step}) == pytest.approx(d)
