"""What the compiled learner works on: named tuples of arrays, which numba passes on without cost.

Shapes: S environment states, O observations, U DFA states, A actions, B branches, L labels, G goals (labels
that move the automaton somewhere), K arms (teachers and, last, learning alone), E evaluations.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

#: Real tries after which a pair relies on them alone: no counterfactual experience, no change of potential.
SETTLED = 8
#: Goal values are swept back from a goal over at most this many steps (a power of two), and up to PATIENCE
#: steps without change; changes by less than a share of NEGLIGIBLE are none.
WINDOW, PATIENCE, NEGLIGIBLE = 256, 8, 0.002
#: Averages over outcomes that vary never rest: what they say counts as new only where it moved by this share.
VISIBLE = 0.01
LAST = WINDOW - 1
#: Outcomes of a pair before its first try, and once they differ.
UNTRIED, VARIES = -1, -2
#: Outcomes that the average over varying ones goes back to.
MEMORY = 1000
#: The gate: learning rate of the squared loss, share of the prior that is mixed in, and move of trust that is
#: worth new potentials.
RATE, SHARE, NOTABLE = 2.0, 0.01, 0.03
#: Potentials are worked out anew after each of the first judgements, and then when there are 1/OFTEN more.
OFTEN = 8
#: Tactical advice: steps of a turn of learning alone, learning rate of the odds, steps of a turn that counts
#: in full, and weight of learning alone before any experience, where a sure teacher has 1.
TURN, ADVICE_RATE, FULL, ALONE_WEIGHT = 8, 2.0, 4.0, 0.5


class Model(NamedTuple):
    """The environment (see ``lantern.envs.TabularModel``)."""

    next_state: Ints  # S, A, B
    cumulative: Floats  # S, A, B
    label: Ints  # S, A, B
    terminated: Bools  # S, A, B
    observation: Ints  # S
    initial: Ints
    start: Ints  # DFA state after the label of each initial state


class Task(NamedTuple):
    """The automaton and its rewards."""

    delta: Ints  # U, L
    terminal: Bools  # U: entering it ends the episode
    accepting: Bools  # U
    until_end: bool  # success is judged when the environment ends the episode
    accept: float
    fail: float
    step: float


class Settings(NamedTuple):
    """Numbers of the learner."""

    step_size: float
    discount: float
    epsilon: float
    limit: int  # longest episode
    crm: bool
    aliased: bool  # several environment states look the same
    distil: float  # rho of automaton distillation; 0 is off
    guided: bool  # potentials follow goal values and the gate
    gated: bool  # trust follows experience


class Tables(NamedTuple):
    """What is learned; filled in place."""

    q: Floats  # O, U, A; potential included
    tried: Ints  # O, U, A: 16 * (last real next DFA state) + min(tries, 8)
    beta: Floats  # U, L: weight of the teacher's value in automaton distillation
    taught: Floats  # U, L: the teacher's value


class Guide(NamedTuple):
    """Goal values, potentials and the gate of guided learning; filled in place."""

    label_goal: Ints  # L: index of the goal, or -1
    goal: Floats  # O, G, A: discounted chance that the goal's label comes, 1 where it comes now
    best: Floats  # O, G: the same for the best action
    outcome: Ints  # O, A: the only outcome so far, or UNTRIED, or how often it varied, from VARIES down
    version: Ints  # O: how often `best` has changed
    known: Ints  # O, A: version of what followed, when it was last learned from
    potential: Floats  # O, U, A: share of q that is potential
    floor: Floats  # U: potential where no goal is known
    after: Floats  # U, G: value expected after reaching the goal
    stamp: Ints  # O + 1: when the potentials of an observation were brought up to date; last: now
    cost: Floats  # K, U: remaining cost that each arm predicts, in edges
    weight: Floats  # K, U: trust
    prior: Floats  # K, U
    published: Floats  # K, U: trust when the potentials were last worked out
    judged: Ints  # U, 2: how often trust was judged, and how often it must be before potentials follow again
    unit: float  # what one edge of remaining cost multiplies a potential by


class Advice(NamedTuple):
    """Teachers' tactics and whose turn it is; filled in place. No arms switch it off."""

    action: Ints  # K - 1, U, O: the teacher's action, or -1
    steps: Floats  # K - 1, U, O: steps to go that it promises
    slack: Floats  # K - 1, 2: steps overdue, and share of the promise, that a promise may be out by
    trust: Floats  # K, U
    prior: Floats  # K, U
    alone: Floats  # U, 2: steps of learning alone, and edges of progress that it took
    progress: Floats  # U: fewest labels to acceptance
    learned: bool  # whether trust follows experience


class Lesson(NamedTuple):
    """What a teacher is made of; filled in place. Means forget, so that they describe the end of training."""

    state_count: NDArray[np.int64]  # U
    state: Floats  # U, 4: value on entry; cost from entry, its square; share accepted
    edge_count: NDArray[np.int64]  # U, L
    edge: Floats  # U, L, 5: value, its square; steps before; cost from there; share accepted


class Log(NamedTuple):
    """Evaluations; filled in place."""

    step: NDArray[np.int64]  # E
    success: Floats  # E
    length: Floats  # E
    reward: Floats  # E
    trust: Floats  # E, K, U: of strategy
    tactics: Floats  # E, K, U: of tactics
