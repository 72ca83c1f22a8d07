"""Searching a folder of saved teachers: which would help with a task, where in it, how surely, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lantern.errors import LanternError, TeacherError
from lantern.transfer.alignment import Alignment, align
from lantern.transfer.departures import departures
from lantern.transfer.tactics import matching_mode
from lantern.transfer.teacher import Teacher

if TYPE_CHECKING:
    from lantern.envs.catalogue import Catalogue
    from lantern.logic import DFA, Vocabulary


@dataclass(frozen=True)
class Place:
    """Where in the task a teacher would help, and the evidence; all numbers in [0, 1].

    Attributes
    ----------
    state, source : int
        DFA state of the task, and its counterpart in the teacher's.
    weight : float
        How surely they correspond.
    text, behaviour, propositions, sampling : float
        Similarity of the sentences, of how the automata go on, of the propositions that matter, and how well
        the teacher knows the state.
    """

    state: int
    source: int
    weight: float
    text: float
    behaviour: float
    propositions: float
    sampling: float


@dataclass(frozen=True)
class Prospect:
    """What one teacher promises for a task.

    Attributes
    ----------
    teacher : Teacher
    score : float
        Mean weight over the undecided DFA states of the task, in [0, 1]; 0 is no help at all.
    places : tuple of Place
        The states that have a counterpart.
    states : int
        Undecided states of the task.
    mode : {"same place", "whole map", "none"}
        How its observations can be read in this task; "none" where they cannot, so that it gives no actions.
    acts : tuple of (int, int, float)
        States in which it could act: state of the task, of the teacher, and how surely.
    """

    teacher: Teacher
    score: float
    places: tuple[Place, ...]
    states: int
    mode: str = "none"
    acts: tuple[tuple[int, int, float], ...] = ()


def load_teachers(folder: Path) -> tuple[list[Teacher], list[str]]:
    """Read the saved teachers of a folder, sub-folders included; what cannot be read is left out and said.

    Returns
    -------
    teachers : list of Teacher
    skipped : list of str
        Why others were left out.
    """
    found: list[Teacher] = []
    skipped: list[str] = []
    for path in sorted(folder.rglob("teacher.json")):
        try:
            teacher = Teacher.load(path.parent)
        except LanternError as error:
            skipped.append(str(error))
            continue
        if any(other.name == teacher.name for other in found):
            skipped.append(
                f"{path.parent}: another teacher is called {teacher.name!r} too. Rename one of them."
            )
        else:
            found.append(teacher)
    return found, skipped


def would_help(
    teachers: Sequence[Teacher],
    dfa: DFA,
    vocabulary: Vocabulary,
    encoder: str = "auto",
    catalogue: Catalogue | None = None,
) -> list[Prospect]:
    """Rank teachers by what they promise for a task, before any training.

    Parameters
    ----------
    teachers : sequence of Teacher
        At least one.
    dfa : DFA
        The task.
    vocabulary : Vocabulary
        Propositions of the environment.
    encoder : str
        Sentence encoder; see :func:`lantern.transfer.get_encoder`.
    catalogue : Catalogue, optional
        What the environment's observations mean; with it, teachers that could act are found, too.

    Raises
    ------
    TeacherError
        If there are no teachers.
    """
    if not teachers:
        raise TeacherError(
            "There are no saved teachers to compare with. Save one with `lantern train --save`."
        )
    alignment = align(list(teachers), dfa, vocabulary, encoder)
    prospects = [prospect(teacher, dfa, vocabulary, alignment, catalogue) for teacher in teachers]
    return sorted(prospects, key=lambda one: (-one.score - _acting(one), one.teacher.name))


def _acting(one: Prospect) -> float:
    """Mean certainty of a teacher's actions over the undecided states."""
    return sum(surely for _, _, surely in one.acts) / max(one.states, 1)


def prospect(
    teacher: Teacher,
    dfa: DFA,
    vocabulary: Vocabulary,
    alignment: Alignment,
    catalogue: Catalogue | None = None,
) -> Prospect:
    """Collect what an alignment says of one teacher, and where it could act."""
    mode, acts = _tactics(teacher, dfa, vocabulary, alignment, catalogue)
    weights, evidence = alignment.states[teacher.name], alignment.evidence[teacher.name]
    undecided = np.flatnonzero(np.asarray(dfa.live) & ~np.asarray(dfa.accepting) & ~np.asarray(dfa.settled))
    places = []
    for state in undecided:
        source = int(np.argmax(weights[state]))
        if weights[state, source] > 0:
            numbers = (evidence.text, evidence.behaviour, evidence.propositions, evidence.sampling)
            shown = [float(number[state, source]) for number in numbers]
            places.append(Place(int(state), source, float(weights[state, source]), *shown))
    score = float(np.mean([weights[state].max() for state in undecided])) if len(undecided) else 0.0
    return Prospect(teacher, score, tuple(places), len(undecided), mode, acts)


def _tactics(
    teacher: Teacher,
    dfa: DFA,
    vocabulary: Vocabulary,
    alignment: Alignment,
    catalogue: Catalogue | None,
) -> tuple[str, tuple[tuple[int, int, float], ...]]:
    """How a teacher's observations can be read, and where its next goal is one of the task's."""
    mode = "none" if catalogue is None else matching_mode(teacher, catalogue)
    if mode == "none":
        return mode, ()
    match = departures(teacher, alignment, dfa, vocabulary)
    states = np.flatnonzero(match.source >= 0)
    return mode, tuple((int(u), int(match.source[u]), float(match.weight[u])) for u in states)
