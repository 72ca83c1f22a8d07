"""Teachers as a deep student sees them: aligned, and with policies that it can ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from lantern.agents.deep.adviser import Adviser
from lantern.agents.deep.encode import Encoder
from lantern.agents.deep.policy import Interpreter, fits, read_policy
from lantern.transfer import align
from lantern.transfer.departures import departures

if TYPE_CHECKING:
    from lantern.logic import DFA, Vocabulary
    from lantern.transfer import Alignment, Teacher

#: Steps that a teacher is taken to have needed where it noted none.
USUAL = 20.0


@dataclass(frozen=True)
class Sources:
    """Teachers and their alignment with the task.

    Attributes
    ----------
    teachers : tuple of Teacher
    alignment : Alignment or None
        None where there are no teachers.
    advisers : tuple of Adviser
        Those teachers that observe and do the same kind of thing as the student.
    """

    teachers: tuple[Teacher, ...]
    alignment: Alignment | None
    advisers: tuple[Adviser, ...]


def find_sources(
    teachers: Sequence[Teacher],
    dfa: DFA,
    vocabulary: Vocabulary,
    encoder: Encoder | None,
    actions: spaces.Space[Any],
    sentences: str = "auto",
) -> Sources:
    """Align teachers, and find out which of them can act for the student.

    Parameters
    ----------
    teachers : sequence of Teacher
        Those to use.
    dfa, vocabulary : DFA, Vocabulary
        The student's task.
    encoder : Encoder or None
        How the student's observations become rows; None where they cannot.
    actions : gymnasium.spaces.Space
        What the student can do.
    sentences : str
        Sentence encoder of the alignment.

    Raises
    ------
    TeacherError
        If a teacher's policy is damaged.
    """
    if not teachers:
        return Sources((), None, ())
    alignment = align(list(teachers), dfa, vocabulary, sentences)
    count, bounds = _shape(actions)
    advisers = []
    for teacher in teachers:
        policy = read_policy(teacher)
        if policy is None or encoder is None or not fits(policy, encoder.fields, count, bounds):
            continue
        found = departures(teacher, alignment, dfa, vocabulary)
        steps = _steps(teacher)[np.maximum(found.source, 0)]
        interpreter = Interpreter(policy, encoder.fields, found.source)
        advisers.append(Adviser(teacher.name, interpreter, found.weight, steps))
    return Sources(tuple(teachers), alignment, tuple(advisers))


def _shape(actions: spaces.Space[Any]) -> tuple[int, Any]:
    if isinstance(actions, spaces.Box):
        return int(np.prod(actions.shape)), (actions.low.reshape(-1), actions.high.reshape(-1))
    return int(getattr(actions, "n", 0)), None


def _steps(teacher: Teacher) -> NDArray[np.float64]:
    """Mean steps that the teacher's successful departures from each of its DFA states took, float64[V]."""
    table = teacher.edge
    weight = np.where(table.source != table.target, table.count * table.success, 0.0)
    total = np.bincount(table.source, weight, teacher.dfa.n_states)
    spent = np.bincount(table.source, weight * table.steps, teacher.dfa.n_states)
    mean: NDArray[np.float64] = np.where(total > 0, spent / np.maximum(total, 1e-9), USUAL)
    return mean
