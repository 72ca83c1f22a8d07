"""A teacher: what an agent learned on one task, in a form that another task can use.

The strategic part (values and costs per DFA state and edge) speaks about the task and carries over to any
environment; the tactical part (the policy) speaks about observations and carries over only where the student
observes the same kind of thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lantern.envs.catalogue import Catalogue
    from lantern.logic import DFA, Vocabulary

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class StateTable:
    """What a teacher knows of each state of its DFA; every array has shape [U].

    Attributes
    ----------
    value : float64
        Mean discounted return from entering the state (reward 1 on acceptance), in [0, 1].
    cost : float64
        Steps from entering the state to acceptance under the learned policy; inf where none was ever found.
    spread : float64
        Standard deviation of the cost over the entries that were seen.
    count : int64
        How often the state was entered.
    success : float64
        Share of the episodes through this state that ended in acceptance.
    dead : bool
        Whether acceptance is out of reach: by the automaton, or because no visit ever led to it.
    """

    value: Floats
    cost: Floats
    spread: Floats
    count: Ints
    success: Floats
    dead: Bools


@dataclass(frozen=True)
class EdgeTable:
    """What a teacher knows of the DFA transitions that it saw: one row per state and label, shapes [E].

    Attributes
    ----------
    source, target : int64
        DFA states.
    mask : int64
        The label, as a bit mask over the teacher's vocabulary.
    count : int64
        How often it was taken.
    value : float64
        Mean value of the state-action pairs that took it, in [0, 1] (Q-bar of automaton distillation).
    spread : float64
        Standard deviation of that value.
    steps : float64
        Mean number of steps from entering ``source`` to taking the transition.
    success : float64
        Share of the episodes that left ``source`` by it and ended in acceptance; near 0 for a dead end.
    cost : float64
        Steps from taking it to acceptance, the transition's own step included; inf where none was found.
    """

    source: Ints
    target: Ints
    mask: Ints
    count: Ints
    value: Floats
    spread: Floats
    steps: Floats
    success: Floats
    cost: Floats


@dataclass(frozen=True)
class Teacher:
    """What an agent learned on one task.

    Attributes
    ----------
    name : str
        Name of the source, unique among the teachers of a student.
    task_text : str
        The task in English.
    dfa : DFA
        The task's automaton.
    vocabulary : Vocabulary
        Propositions of the environment, in the order of the label masks.
    env : dict
        Description of the environment (name, sizes, actions); JSON-safe.
    state, edge : StateTable, EdgeTable
        The strategic part.
    policy : dict of str to numpy array
        The tactical part: for tabular learners ``q`` float32[U, O, A], for deep ones their weights.
    observation_kind : str
        What kind of thing the policy observes, e.g. ``"position"`` or ``"planes: chest, key"``.
    steps : int
        Environment steps spent to learn it.
    discount : float
        Discount factor of its values.
    provenance : dict
        Versions, seed and settings it came from; JSON-safe.
    catalogue : Catalogue or None
        What each index of the policy's observations means, so that it can be read elsewhere.
    network : dict
        Architecture of a deep learner's policy, whose weights are in ``policy``; JSON-safe, empty for tables.
        See :mod:`lantern.agents.deep.policy`.
    """

    name: str
    task_text: str
    dfa: DFA
    vocabulary: Vocabulary
    env: dict[str, Any]
    state: StateTable = field(repr=False)
    edge: EdgeTable = field(repr=False)
    policy: dict[str, NDArray[Any]] = field(default_factory=dict, repr=False)
    observation_kind: str = ""
    steps: int = 0
    discount: float = 0.95
    provenance: dict[str, Any] = field(default_factory=dict)
    catalogue: Catalogue | None = field(default=None, repr=False)
    network: dict[str, Any] = field(default_factory=dict, repr=False)

    def save(self, path: str | Path) -> Path:
        """Write a folder of ``teacher.json`` and ``teacher.safetensors``, and return it."""
        from lantern.transfer.storage import save_teacher

        return save_teacher(self, Path(path))

    @staticmethod
    def load(path: str | Path) -> Teacher:
        """Read a teacher; nothing that the files contain is executed.

        Raises
        ------
        TeacherError
            If a file is missing, damaged, foreign or does not fit; the message says which and why.
        """
        from lantern.transfer.storage import load_teacher

        return load_teacher(Path(path))
