"""Teachers made by hand, so that tests of transfer need no learning."""

from __future__ import annotations

import numpy as np
import pytest

from lantern.logic import Vocabulary, compile
from lantern.transfer import EdgeTable, StateTable, Teacher

QUEST = {
    "key": "the agent picks up the key",
    "chest": "the agent opens the chest",
    "shield": "the agent picks up the shield",
    "dragon": "the agent fights the dragon",
}
TASK = "F(key & X F(chest & X F dragon)) & F(shield & X F dragon)"


def make_teacher(formula, propositions, name="source", count=1000, steps=None, success=None):
    """A teacher that took every edge of its automaton ``count`` times."""
    vocabulary = Vocabulary(propositions)
    dfa = compile(formula, vocabulary)
    rows = [(edge.source, edge.target, vocabulary.mask(edge.example)) for edge in dfa.edges]
    source, target, mask = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    n, states = len(rows), dfa.n_states
    moves = source != target
    spent = np.where(moves, 4.0, 1.0) if steps is None else np.asarray(steps(dfa, source, target), float)
    share = np.ones(n) if success is None else np.asarray(success(dfa, source, target), float)
    distance = np.asarray(dfa.distance, float)
    return Teacher(
        name=name,
        task_text=formula,
        dfa=dfa,
        vocabulary=vocabulary,
        env={"name": "by hand"},
        state=StateTable(
            value=np.where(distance < 0, 0.0, 0.9 ** np.maximum(distance, 0)),
            cost=np.where(distance < 0, np.inf, 4.0 * distance),
            spread=np.zeros(states),
            count=np.full(states, count, np.int64),
            success=np.ones(states),
            dead=~np.asarray(dfa.live),
        ),
        edge=EdgeTable(
            source=source,
            target=target,
            mask=mask,
            count=np.full(n, count, np.int64),
            value=np.where(distance[target] < 0, 0.0, 0.9 ** np.maximum(distance[target], 0)),
            spread=np.zeros(n),
            steps=spent,
            success=share,
            cost=np.where(distance[target] < 0, np.inf, 1.0 + 4.0 * np.maximum(distance[target], 0)),
        ),
        policy={"q": np.zeros((states, 9, 4), np.float32)},
        observation_kind="index:by hand",
        steps=12_345,
    )


@pytest.fixture
def quest_teacher():
    return make_teacher(TASK, QUEST)


@pytest.fixture
def build():
    return make_teacher
