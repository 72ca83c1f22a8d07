"""What the transfer methods remember: tuples of arrays for compiled code, and room for them.

Shapes: K teachers, O observations, U DFA states, A actions, L labels, E exits.
Arrays that a method does not use have no elements.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lantern.agents.config import AgentConfig
from lantern.agents.methods import READS
from lantern.agents.tabular.arrays import Floats, Ints

#: Number of each method in compiled code.
CODES = {name: code for code, name in enumerate(READS)}


class Advice(NamedTuple):
    """What teachers say about the pairs of the target."""

    value: Floats  # K, O, U, A: action values; 0 where a teacher says nothing
    policy: Floats  # K, O, U, A: softmax of them; 0 where it says nothing
    action: Ints  # K, O, U: best action, or -1
    lead: Ints  # O, U: the most trusted teacher that says something, or -1
    trust: Floats  # K, U: weight of the teacher's best corresponding DFA state


class Numbers(NamedTuple):
    """Settings of the methods; see :class:`lantern.agents.methods.MethodSettings`."""

    weight: float
    temperature: float
    fading: float
    teacher_episodes: float
    levels: float
    tolerance: float
    reuse: float
    greed: float
    ending_rate: float
    ending_margin: float
    mixing_rate: float
    volatility: float
    uncertainty: float
    familiarity: float


class Memory(NamedTuple):
    """What a method keeps; filled in place. The modules say what their numbers mean."""

    number: Floats  # 8
    score: Floats  # K + 1, 2: of each teacher and, last, of the learner itself
    returns: Floats  # last returns, -1 where there was none yet
    shown: Floats  # O, U, A: values that the greedy evaluation follows
    option: Floats  # O, U, K: values of options (CAPS)
    ending: Floats  # O, U, K: logits of their ending
    mixture: Floats  # O + 1, U, K + 1: logits of attention, the last row shared (A2T)
    share: Floats  # K + 1: room for weights
    here: Ints  # 1: room for one DFA state
    scale: Floats  # K, A: weights of the teachers' values (MULTIPOLAR)
    mixed: Floats  # O, U, A: their weighted sum
    noise: Floats  # O, U, A: mean absolute TD error (blend)
    visits: Floats  # O, U, A
    unsure: Floats  # U: semantic uncertainty
    known: Floats  # U, L: 1 where teachers gave a transition a value
    feature: Floats  # O, E, A: successor features of exits
    exit: Ints  # E, 4: see sf_fsa_vi
    landing: Ints  # U, E
    floor: Floats  # U: potential of each DFA state
    place: Ints  # O: number of the place that an observation is made at
    worth: Floats  # U, E: value of leaving a DFA state by an exit
    quiet: int  # label at which nothing happens, or -1
    lasting: Ints  # O: label that holds as long as the agent is there, or -1


def make_numbers(config: AgentConfig) -> Numbers:
    """Settings as compiled code takes them."""
    return Numbers(
        weight=config.teacher_weight,
        temperature=config.temperature,
        fading=config.fading,
        teacher_episodes=float(config.teacher_episodes),
        levels=float(config.levels),
        tolerance=config.tolerance,
        reuse=config.reuse,
        greed=config.greed,
        ending_rate=config.ending_rate,
        ending_margin=config.ending_margin,
        mixing_rate=config.mixing_rate,
        volatility=config.volatility,
        uncertainty=config.uncertainty,
        familiarity=config.familiarity,
    )


def make_memory(config: AgentConfig, q: Floats, teachers: int, masks: NDArray[np.int64]) -> Memory:
    """Room for what a method keeps.

    Parameters
    ----------
    config : AgentConfig
        The method and its settings.
    q : float64 array, shape (O, U, A)
        The learner's table.
    teachers : int
        How many there are.
    masks : int64 array, shape (L,)
        The labels.
    """
    observations, states, actions = q.shape
    method = config.method

    def room(user: str, *shape: int) -> Floats:
        return np.zeros(shape if method == user else (0,) * len(shape))

    labels, quiet = len(masks), next((i for i, mask in enumerate(masks) if mask == 0), -1)
    exits = config.exits
    composed = method in {"a2t", "sf_fsa_vi"}
    return Memory(
        number=np.zeros(8),
        score=np.zeros((teachers + 1, 2)),
        returns=np.full(config.window, -1.0),
        shown=q.copy() if composed else q,
        option=room("caps", observations, states, teachers),
        ending=room("caps", observations, states, teachers),
        share=np.zeros(teachers + 1),
        here=np.zeros(1, np.int32),
        mixture=room("a2t", observations + 1, states, teachers + 1),
        scale=room("multipolar", teachers, actions),
        mixed=room("multipolar", observations, states, actions),
        noise=room("lantern_blend", observations, states, actions),
        visits=room("lantern_blend", observations, states, actions),
        unsure=np.ones(states),
        known=np.zeros((states, labels)),
        feature=room("sf_fsa_vi", observations, exits, actions),
        exit=np.full((exits, 4), -1, np.int32),
        floor=q[0, :, 0].copy(),
        landing=np.full((states, exits), -1, np.int32),
        place=np.arange(observations, dtype=np.int32),
        worth=room("sf_fsa_vi", states, exits),
        quiet=quiet,
        lasting=np.full(observations, -1, np.int32),
    )
