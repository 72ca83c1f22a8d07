"""The published idea of LANTERN, as far as it can be read: our reconstruction, not the paper's equations.

arXiv 2605.05478 names the parts: teachers' automaton states are weighed by the similarity of their
descriptions, and a gate driven by the volatility of the TD error and by semantic uncertainty mixes what they
say with the learner's own target. Its equations are not public. Ours are

- weights ``w = softmax(s / temperature)`` over all states of all teachers, of the text similarities s;
- semantic uncertainty ``U(u) = 1 - max s``;
- volatility ``V(o, u, a)``: running mean of the absolute TD error, relative to the value;
- gate ``g = sigmoid(a V / (V + 0.1) - b U - c log(1 + n(o, u, a)))``;
- target ``g * teacher + (1 - g) * Bellman`` on automaton transitions that the teachers took (strategic), and
  the teachers' preferred action with chance g (tactical).

The blended target is biased as long as g > 0; that is the idea's, and what LANTERN's own agent avoids.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.arrays import Floats, Ints
from lantern.agents.tabular.compiled import allocating
from lantern.agents.tabular.stream import Stream, draw, uniform

if TYPE_CHECKING:
    from lantern.logic import Vocabulary
    from lantern.transfer import Alignment, Teacher

#: Relative TD error at which the gate is half as open as volatility can make it; rate of its running mean.
HALF, MEMORY = 0.1, 0.1


@allocating
def gate(
    noise: float, visits: float, unsure: float, volatility: float, uncertainty: float, familiarity: float
) -> float:
    """How far the teachers are trusted at a pair, in [0, 1]."""
    drive = volatility * noise / (noise + HALF)
    return 1.0 / (1.0 + math.exp(-drive + uncertainty * unsure + familiarity * math.log(1.0 + visits)))


@allocating
def weigh(
    beta: Floats,
    known: Floats,
    noise: Floats,
    visits: Floats,
    unsure: Floats,
    alive: Ints,
    o: int,
    a: int,
    label: int,
    volatility: float,
    uncertainty: float,
    familiarity: float,
) -> None:
    """Set how far the targets of a step are the teachers': ``beta[u, label]`` for all DFA states."""
    for i in range(alive.shape[0]):
        u = alive[i]
        if known[u, label] > 0.0:
            beta[u, label] = gate(
                noise[o, u, a], visits[o, u, a], unsure[u], volatility, uncertainty, familiarity
            )


@allocating
def note(noise: Floats, visits: Floats, o: int, u: int, a: int, error: float, value: float) -> None:
    """Note the TD error of a step."""
    visits[o, u, a] += 1.0
    relative = min(abs(error) / max(abs(value), 1e-6), 1.0)
    noise[o, u, a] += MEMORY * (relative - noise[o, u, a])


@allocating
def follow(
    action: Ints,
    lead: Ints,
    noise: Floats,
    visits: Floats,
    unsure: Floats,
    o: int,
    u: int,
    volatility: float,
    uncertainty: float,
    familiarity: float,
    stream: Stream,
) -> int:
    """Action that the teachers prefer, with the chance that the gate gives; -1 for the learner's own."""
    if lead[o, u] < 0:
        return -1
    a = int(action[lead[o, u], o, u])
    trust = gate(noise[o, u, a], visits[o, u, a], unsure[u], volatility, uncertainty, familiarity)
    return a if uniform(draw(stream)) < trust else -1


def aggregate(
    teachers: Sequence[Teacher], alignment: Alignment, temperature: float
) -> tuple[list[Floats], Floats]:
    """Weigh all states of all teachers by the similarity of their sentences.

    Returns
    -------
    weights : list of float64 array, shape (U, V)
        By teacher; over all of them they sum to 1 in every DFA state of the target.
    unsure : float64 array, shape (U,)
        Semantic uncertainty.
    """
    similar = [alignment.evidence[teacher.name].text for teacher in teachers]
    together = np.hstack(similar)
    raised = np.exp((together - together.max(axis=1, keepdims=True)) / temperature)
    weights = raised / raised.sum(axis=1, keepdims=True)
    ends = np.cumsum([one.shape[1] for one in similar])[:-1]
    return np.split(weights, ends, axis=1), 1.0 - together.max(axis=1)


def blended_values(
    delta: Ints,
    masks: NDArray[np.int64],
    vocabulary: Vocabulary,
    teachers: Sequence[Teacher],
    alignment: Alignment,
    weights: Sequence[Floats],
) -> Floats:
    """Weighted mean of the teachers' values of each automaton transition; NaN where none took it.

    The label is translated by the matching of propositions; self-loops are left out, as a value that is the
    same for all actions has no direction.
    """
    total, weight = np.zeros(delta.shape), np.zeros(delta.shape)
    for teacher, one in zip(teachers, weights, strict=True):
        edges = {
            (int(v), int(mask)): float(value)
            for v, w, mask, value, n in zip(
                teacher.edge.source,
                teacher.edge.target,
                teacher.edge.mask,
                teacher.edge.value,
                teacher.edge.count,
                strict=True,
            )
            if n > 0 and v != w
        }
        said = {name: found["source"] for name, found in alignment.propositions[teacher.name].items()}
        for label, mask in enumerate(masks):
            names = vocabulary.label(int(mask))
            if not names or any(name not in said for name in names):
                continue
            translated = int(teacher.vocabulary.mask({said[name] for name in names}))
            for u, v in np.ndindex(*one.shape):
                if delta[u, label] != u and (v, translated) in edges:
                    total[u, label] += one[u, v] * edges[v, translated]
                    weight[u, label] += one[u, v]
    mean: Floats = np.divide(total, weight, out=np.full(delta.shape, np.nan), where=weight > 0.05)
    return mean
