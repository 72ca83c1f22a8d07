"""Room for what the compiled learner fills in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.agents.tabular.arrays import ALONE_WEIGHT, UNTRIED, Advice, Guide, Lesson, Log, Tables, Task

if TYPE_CHECKING:
    from lantern.transfer import Tactics

Floats = NDArray[np.float64]

#: Steps, and share of the promise, by which a promise may be out: in the very same place, and elsewhere.
STRICT, LOOSE = (1.5, 0.0), (2.0, 0.25)


def make_tables(shape: tuple[int, int, int], labels: int, initial: Floats) -> Tables:
    """Tables of a learner whose values start at ``initial`` (float64[U])."""
    q = np.empty(shape)
    q[:] = initial[None, :, None]
    states = shape[1]
    return Tables(q, np.zeros(shape, np.int32), np.zeros((states, labels)), np.zeros((states, labels)))


def make_lesson(states: int, labels: int) -> Lesson:
    """Empty notes."""
    return Lesson(
        np.zeros(states, np.int64),
        np.zeros((states, 4)),
        np.zeros((states, labels), np.int64),
        np.zeros((states, labels, 5)),
    )


def make_log(steps: int, every: int, arms: int, advisers: int, states: int) -> Log:
    """Empty evaluations at steps 0, ``every``, 2 ``every``, ... and the last."""
    marks = np.unique(np.append(np.arange(0, steps + 1, every), steps)).astype(np.int64)
    scores = np.zeros((3, marks.size))
    trust, tactics = (np.zeros((marks.size, n, states)) for n in (arms, advisers))
    return Log(marks, scores[0], scores[1], scores[2], trust, tactics)


def make_advice(
    tactics: Sequence[Tactics], states: int, progress: Floats, *, exact: bool, learned: bool
) -> Advice:
    """Set tactical advice to where learning starts.

    Parameters
    ----------
    tactics : sequence of Tactics
        Of the teachers that may act.
    states : int
        DFA states, U.
    progress : float64 array, shape (U,)
        Fewest labels to acceptance.
    exact : bool
        Whether the world is deterministic, so that a promise in the same place can be held to.
    learned : bool
        Whether trust follows experience; if not, all that advise and learning alone are trusted equally.
    """
    arms = len(tactics) + 1 if tactics else 0
    weight = np.array(
        [*(one.weight * one.known.any(axis=1) for one in tactics), np.full(states, ALONE_WEIGHT)]
    )
    if not learned:
        weight = np.where(weight > 0, 1.0, 0.0)
    prior = weight[:arms] / weight.sum(axis=0)
    slack = [STRICT if exact and one.mode == "same place" else LOOSE for one in tactics]
    shape = (len(tactics), states, tactics[0].known.shape[1] if tactics else 0)
    return Advice(
        action=np.array([one.actions() for one in tactics], np.int32).reshape(shape),
        steps=np.array([one.steps for one in tactics], np.float64).reshape(shape),
        slack=np.array(slack, np.float64).reshape(-1, 2),
        trust=prior.copy(),
        prior=prior,
        alone=np.zeros((states, 2)),
        progress=progress,
        learned=learned,
    )


def make_guide(shape: tuple[int, int, int], task: Task, cost: Floats, prior: Floats, unit: float) -> Guide:
    """Goal values and potentials before the first step.

    Parameters
    ----------
    shape : tuple of int
        (O, U, A).
    task : Task
        The product's task.
    cost, prior : float64 array, shape (K, U)
        What each arm predicts, and how far it is trusted at first; no arms switch guidance off.
    unit : float
        Potential of one edge.
    """
    observations, states, actions = shape
    moves = (task.delta != np.arange(states)[:, None]) & ~task.terminal[:, None]
    leads = ~task.terminal[task.delta] | task.accepting[task.delta]
    useful = (moves & leads).any(axis=0) if len(cost) else np.zeros(task.delta.shape[1], np.bool_)
    label_goal = np.where(useful, np.cumsum(useful) - 1, -1).astype(np.int32)
    goals = int(useful.sum())
    room = (observations, goals) if len(cost) else (0, 0)
    pairs = shape if len(cost) else (0, states, 0)
    guide = Guide(
        label_goal=label_goal,
        goal=np.zeros((*room, actions)),
        best=np.zeros(room),
        outcome=np.full((room[0], actions), UNTRIED, np.int32),
        version=np.zeros(room[0], np.int32),
        known=np.zeros((room[0], actions), np.int32),
        potential=np.zeros(pairs),
        floor=np.zeros(states),
        after=np.zeros((states, goals)),
        stamp=np.zeros(observations + 1, np.int32),
        cost=np.ascontiguousarray(cost, np.float64).reshape(-1, states),
        weight=np.array(prior, np.float64).reshape(-1, states),
        prior=np.ascontiguousarray(prior, np.float64).reshape(-1, states),
        published=np.array(prior, np.float64).reshape(-1, states),
        judged=np.zeros((states, 2), np.int32),
        unit=unit,
    )
    if len(cost):
        value_states(guide, task)
    return guide


def value_states(guide: Guide, task: Task) -> None:
    """Set what every goal is worth, and the potentials, to what the arms expect before the first step."""
    from lantern.agents.tabular.guide import value_edges

    for u in np.flatnonzero(~task.terminal):
        value_edges(
            task.delta,
            guide.label_goal,
            task.terminal,
            task.accepting,
            guide.cost,
            guide.weight,
            guide.after,
            guide.floor,
            int(u),
            guide.unit,
            task.accept,
        )
    guide.potential[:] = guide.floor[None, :, None]
    guide.stamp[-1] = 1
