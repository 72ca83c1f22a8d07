"""What a run notes along the way, so that it can teach: compiled.

``trace[u]`` holds when the episode entered a DFA state, when it took its last transition there, and the label
of that; -1 is never. Columns of the notes are those of :class:`lantern.agents.tabular.arrays.Lesson`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.arrays import Floats, Ints
from lantern.agents.tabular.compiled import compiled, inlined

VALUE, COST, SQUARE, WINS = 0, 1, 2, 3
EDGE_VALUE, EDGE_SQUARE, EDGE_STEPS, EDGE_COST, EDGE_WINS = 0, 1, 2, 3, 4


@compiled
def note_entry(count: NDArray[np.int64], state: Floats, trace: Ints, values: Floats, u: int, t: int) -> None:
    """Note that a DFA state was entered, and what was expected then."""
    trace[u, 0], trace[u, 1] = t, -1
    count[u] += 1
    best = values[0]
    for a in range(1, values.shape[0]):
        best = max(best, values[a])
    state[u, VALUE] += max(1.0 / count[u], 0.01) * (best - state[u, VALUE])


@inlined
def note_step(
    count: NDArray[np.int64], edge: Floats, trace: Ints, value: float, u: int, label: int, t: int
) -> None:
    """Note one transition of the automaton, self-loops included."""
    count[u, label] += 1
    rate = 0.01 if count[u, label] > 100 else 1.0 / count[u, label]
    notes = edge[u, label]
    notes[EDGE_VALUE] += rate * (value - notes[EDGE_VALUE])
    notes[EDGE_SQUARE] += rate * (value * value - notes[EDGE_SQUARE])
    notes[EDGE_STEPS] += rate * (t + 1 - trace[u, 0] - notes[EDGE_STEPS])
    trace[u, 1], trace[u, 2] = t, label


@compiled
def note_end(
    state_count: NDArray[np.int64],
    state: Floats,
    edge_count: NDArray[np.int64],
    edge: Floats,
    trace: Ints,
    t: int,
    won: bool,
) -> None:
    """Note, for each DFA state of the episode and the edge that left it, whether and when it was accepted."""
    for u in range(trace.shape[0]):
        if trace[u, 1] < 0:
            continue
        label = trace[u, 2]
        state[u, WINS] += max(1.0 / state_count[u], 0.02) * (won - state[u, WINS])
        notes = edge[u, label]
        notes[EDGE_WINS] += max(1.0 / edge_count[u, label], 0.02) * (won - notes[EDGE_WINS])
        if not won:
            continue
        cost = t - trace[u, 0]
        rate = 0.05 if state[u, COST] > 0.0 else 1.0
        state[u, COST] += rate * (cost - state[u, COST])
        state[u, SQUARE] += rate * (cost * cost - state[u, SQUARE])
        rate = 0.05 if notes[EDGE_COST] > 0.0 else 1.0
        notes[EDGE_COST] += rate * (t - trace[u, 1] - notes[EDGE_COST])
