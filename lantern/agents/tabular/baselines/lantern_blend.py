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

from lantern.agents.tabular.arrays import Floats, Ints
from lantern.agents.tabular.compiled import compiled
from lantern.agents.tabular.stream import Stream, draw, uniform

#: Relative TD error at which the gate is half as open as volatility can make it; rate of its running mean.
HALF, MEMORY = 0.1, 0.1


@compiled
def gate(
    noise: float, visits: float, unsure: float, volatility: float, uncertainty: float, familiarity: float
) -> float:
    """How far the teachers are trusted at a pair, in [0, 1]."""
    drive = volatility * noise / (noise + HALF)
    return 1.0 / (1.0 + math.exp(-drive + uncertainty * unsure + familiarity * math.log(1.0 + visits)))


@compiled
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


@compiled
def note(noise: Floats, visits: Floats, o: int, u: int, a: int, error: float, value: float) -> None:
    """Note the TD error of a step."""
    visits[o, u, a] += 1.0
    relative = min(abs(error) / max(abs(value), 1e-6), 1.0)
    noise[o, u, a] += MEMORY * (relative - noise[o, u, a])


@compiled
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
