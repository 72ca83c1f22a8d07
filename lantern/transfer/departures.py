"""Which DFA state of a teacher is heading where a DFA state of the target should go next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.transfer.strategy import own_costs

if TYPE_CHECKING:
    from lantern.logic import DFA, Vocabulary
    from lantern.transfer.alignment import Alignment
    from lantern.transfer.teacher import Teacher

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Weights below this are no correspondence.
LEAST = 0.3
#: What is left of a weight where the target can be lost by something that does the teacher no harm.
UNWARNED = 0.5


@dataclass(frozen=True)
class Departures:
    """For each DFA state of the target, the teacher's state that leaves by progress; shapes [U].

    Attributes
    ----------
    source : int64
        The teacher's state; -1 where there is none.
    weight : float64
        Share of the teacher's successful departures that are progress in the target, times the similarity of
        what they are about and how well the teacher knows the state.
    mine, theirs : int64
        Propositions (as indices into the vocabularies) of the commonest such departure; -1 where none.
    """

    source: Ints
    weight: Floats
    mine: Ints
    theirs: Ints


@dataclass(frozen=True)
class _Edge:
    source: int
    share: float
    names: frozenset[str]
    held: frozenset[str]
    similarity: float
    mine: int
    theirs: int


def departures(teacher: Teacher, alignment: Alignment, dfa: DFA, vocabulary: Vocabulary) -> Departures:
    """Find them.

    Parameters
    ----------
    teacher : Teacher
        The teacher.
    alignment : Alignment
        Its matching of propositions, and its weights of states, which decide between equals.
    dfa, vocabulary : DFA, Vocabulary
        The target task.
    """
    states = dfa.n_states
    weight = np.zeros((states, teacher.dfa.n_states))
    first: dict[tuple[int, int], _Edge] = {}
    cost = own_costs(dfa)
    for edge in _edges(teacher, alignment, vocabulary):
        for u in range(states):
            if not dfa.live[u] or dfa.accepting[u]:
                continue
            # What held already in the teacher's state must not be what moves the target.
            after, before = dfa.step(u, edge.names), dfa.step(u, edge.held)
            if cost[after] < min(cost[u], cost[before]):
                weight[u, edge.source] += edge.share * edge.similarity
                held = first.setdefault((u, edge.source), edge)
                if edge.share > held.share:
                    first[u, edge.source] = edge
    count = teacher.state.count.astype(np.float64)
    weight *= (count / (count + 10.0))[None, :]
    weight *= np.where(_unwarned(teacher, alignment, dfa), UNWARNED, 1.0)
    best = (weight + 1e-3 * alignment.states[teacher.name]).argmax(axis=1)
    top = weight[np.arange(states), best]
    source = np.where(top >= LEAST, best, -1)
    chosen = [first.get((u, int(source[u]))) for u in range(states)]
    return Departures(
        source=source,
        weight=np.where(source >= 0, np.minimum(top, 1.0), 0.0),
        mine=np.array([edge.mine if edge else -1 for edge in chosen], np.int64),
        theirs=np.array([edge.theirs if edge else -1 for edge in chosen], np.int64),
    )


def _edges(teacher: Teacher, alignment: Alignment, vocabulary: Vocabulary) -> list[_Edge]:
    """The teacher's departures in the target's words, each with its share of those of its state."""
    partner = {
        str(found["source"]): (name, float(found["similarity"]))
        for name, found in alignment.propositions[teacher.name].items()
    }
    table, names = teacher.edge, teacher.vocabulary.names
    matters = frozenset(teacher.dfa.support)
    success = np.where(table.source != table.target, table.count * table.success, 0.0)
    total = np.bincount(table.source, success, teacher.dfa.n_states)
    held = _held(teacher)
    found = []
    for row in np.flatnonzero(success > 0):
        v, mask = int(table.source[row]), int(table.mask[row])
        theirs = [i for i, name in enumerate(names) if mask >> i & 1 and name in matters]
        new = [i for i in theirs if not held[v] >> i & 1] or theirs
        if not theirs or any(names[i] not in partner for i in theirs):
            continue
        pairs = {i: partner[names[i]] for i in theirs}
        found.append(
            _Edge(
                source=v,
                share=float(success[row] / total[v]),
                names=frozenset(name for name, _ in pairs.values()),
                held=frozenset(pairs[i][0] for i in theirs if i not in new),
                similarity=min(pairs[i][1] for i in new),
                mine=vocabulary.names.index(pairs[new[0]][0]),
                theirs=new[0],
            )
        )
    return found


def _held(teacher: Teacher) -> list[int]:
    """Mask of the propositions that held in every step that stayed in a state."""
    table = teacher.edge
    stays = (table.source == table.target) & (table.count > 0)
    masks = [table.mask[stays & (table.source == v)] for v in range(teacher.dfa.n_states)]
    return [int(np.bitwise_and.reduce(mask)) if len(mask) else 0 for mask in masks]


def _unwarned(teacher: Teacher, alignment: Alignment, dfa: DFA) -> NDArray[np.bool_]:
    """Whether one proposition loses the target's task and does not lose the teacher's; shape [U, V]."""
    partner = {name: str(found["source"]) for name, found in alignment.propositions[teacher.name].items()}
    risk = np.zeros((dfa.n_states, teacher.dfa.n_states), np.bool_)
    mine, theirs = np.asarray(dfa.live), np.asarray(teacher.dfa.live)
    for name in dfa.support:
        lost = np.array([mine[u] and not mine[dfa.step(u, {name})] for u in range(dfa.n_states)])
        label = {partner[name]} if name in partner else set()
        warned = np.array(
            [not theirs[teacher.dfa.step(v, label)] for v in range(teacher.dfa.n_states)], np.bool_
        )
        risk |= lost[:, None] & ~warned[None, :]
    return risk
