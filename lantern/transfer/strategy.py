"""Strategic advice: what each teacher, and the automaton alone, expect to be still ahead in each DFA state.

Costs are in edges of average length, so that teachers of small and of large maps can be compared.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lantern.logic import DFA
    from lantern.logic.dfa import Edge
    from lantern.transfer.alignment import Alignment
    from lantern.transfer.teacher import Teacher

Floats = NDArray[np.float64]

ALONE = "learning alone"
#: An edge is taken to cost between these many average edges, whatever a teacher says.
CHEAPEST, DEAREST = 0.2, 5.0
#: Times an edge was taken after which its cost counts half.
FAMILIAR = 20.0


@dataclass(frozen=True)
class Strategy:
    """What the arms of the gate predict.

    Attributes
    ----------
    arms : tuple of str
        Names of the teachers, then ``"learning alone"``, whose prediction is ``own_costs``.
    cost : float64 array, shape (K, U)
        Predicted cost from each DFA state to acceptance, in average edges.
    prior : float64 array, shape (K, U)
        Trust before any experience; sums to 1 over the arms.
    """

    arms: tuple[str, ...]
    cost: Floats
    prior: Floats


def plan_strategy(
    dfa: DFA, teachers: Sequence[Teacher], alignment: Alignment | None, *, uniform: bool = False
) -> Strategy:
    """Turn aligned teachers into predictions.

    Parameters
    ----------
    dfa : DFA
        The target task.
    teachers : sequence of Teacher
        The teachers.
    alignment : Alignment or None
        Their alignment with the task; None where there are no teachers.
    uniform : bool
        Whether all that have a counterpart, and learning alone, are trusted equally (for ablations).

    Returns
    -------
    Strategy
    """
    alone = own_costs(dfa)
    if alignment is None or not teachers:
        return Strategy((ALONE,), alone[None], np.ones((1, dfa.n_states)))
    costs = [teacher_costs(dfa, teacher, alignment) for teacher in teachers]
    confidence = np.array([alignment.confidence(teacher.name) for teacher in teachers])
    weight = np.vstack([confidence, np.ones(dfa.n_states)])
    if uniform:
        weight = (weight > 0).astype(np.float64)
    arms = (*(teacher.name for teacher in teachers), ALONE)
    return Strategy(arms, np.vstack([*costs, alone]), weight / weight.sum(axis=0))


def own_costs(dfa: DFA) -> Floats:
    """Fewest labels from every state to acceptance, if propositions come true one at a time.

    ``DFA.distance`` takes any label for possible, and so thinks that a task which does not forbid it can be
    done by everything at once. Few environments allow that: labels of several propositions are a last resort.

    Returns
    -------
    float64 array, shape (U,)
        0 where accepting; more than any other where acceptance is out of reach.
    """
    return cheapest(dfa, [(edge.source, edge.target, effort(dfa, edge)) for edge in dfa.edges])


def effort(dfa: DFA, edge: Edge) -> float:
    """Cost of an edge: 1, or more than any way of single propositions if it needs several at once."""
    together = len(edge.example)
    return 1.0 if together <= 1 else float(together * dfa.n_states)


def teacher_costs(dfa: DFA, teacher: Teacher, alignment: Alignment) -> Floats:
    """Cost of every target state by the costs of the teacher's corresponding edges.

    Edges without counterpart cost what they cost to the automaton alone; costs are then added up along the
    cheapest way. So a teacher that knows a part of the task speaks about that part only, and what it says
    stays consistent.
    """
    weights = alignment.edges[teacher.name]
    known = edge_costs(teacher)
    valid = np.isfinite(known)
    weights = np.where(valid[None, :], weights, 0.0)
    total = weights.sum(axis=1)
    said = (weights * np.where(valid, known, 0.0)[None, :]).sum(axis=1)
    best = weights.max(axis=1, initial=0.0)
    # A weak correspondence moves the cost of an edge only a little away from the usual one.
    factor = 1.0 + best * (said / np.maximum(total, 1e-9) - 1.0)
    moves = [
        (edge.source, edge.target, effort(dfa, edge) * float(f))
        for edge, f in zip(dfa.edges, factor, strict=True)
    ]
    return cheapest(dfa, moves)


def edge_costs(teacher: Teacher) -> Floats:
    """Cost of each edge of a teacher's automaton in average edges; NaN where it was never taken.

    The cost is the steps before it, divided by the share of its episodes that were accepted, so that an edge
    into a dead end is dear. Labels of one edge are averaged by their counts, and what was seen rarely is
    drawn towards the average.
    """
    rows = {(edge.source, edge.target): i for i, edge in enumerate(teacher.dfa.edges)}
    table = teacher.edge
    steps, count = np.zeros(len(rows)), np.zeros(len(rows))
    for source, target, n, spent, success in zip(
        table.source, table.target, table.count, table.steps, table.success, strict=True
    ):
        if source != target and n > 0:
            at = rows[int(source), int(target)]
            steps[at] += n * spent / max(float(success), 0.05)
            count[at] += n
    mean: Floats = np.divide(steps, count, out=np.full(len(rows), np.nan), where=count > 0)
    if not (count > 0).any():
        return mean
    # Weighing by counts: the average edge is one on the way that the teacher took.
    scale = float(np.nansum(mean * count) / count.sum())
    relative = np.clip(mean / max(scale, 1e-9), CHEAPEST, DEAREST)
    drawn: Floats = 1.0 + count / (count + FAMILIAR) * (relative - 1.0)
    return drawn


def cheapest(dfa: DFA, moves: Sequence[tuple[int, int, float]]) -> Floats:
    """Cost of the cheapest way to acceptance from every state (Dijkstra 1959); large where there is none."""
    back: dict[int, list[tuple[int, float]]] = {}
    for source, target, cost in moves:
        if source != target:
            back.setdefault(target, []).append((source, cost))
    best = np.full(dfa.n_states, np.inf)
    heap = [(0.0, int(u)) for u in np.flatnonzero(dfa.accepting)]
    best[np.asarray(dfa.accepting)] = 0.0
    while heap:
        cost, u = heapq.heappop(heap)
        if cost > best[u]:
            continue
        for v, more in back.get(u, []):
            if cost + more < best[v]:
                best[v] = cost + more
                heapq.heappush(heap, (best[v], v))
    return np.where(np.isfinite(best), best, float(len(dfa.propositions) + 1) * dfa.n_states**2)
