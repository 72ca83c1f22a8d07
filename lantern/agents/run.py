"""The result of a training run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.errors import TeacherError

if TYPE_CHECKING:
    from lantern.transfer import Teacher

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Greedy evaluations during training: unshaped, without learning, at fixed step marks.

    Attributes
    ----------
    step : int64[E]
        Environment steps made when the evaluation was done; the first is 0.
    success : float64[E]
        Share of evaluation episodes that fulfilled the task.
    length : float64[E]
        Mean length of the evaluation episodes, in steps.
    return_ : float64[E]
        Mean undiscounted return of the evaluation episodes.
    metrics : dict of str to float64[E]
        What else an evaluation measured, by name: means over its episodes. Empty for most environments.
    """

    step: NDArray[np.int64]
    success: Floats
    length: Floats
    return_: Floats
    metrics: dict[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class Trust:
    """How far the gate trusted each arm in each DFA state, over time.

    Attributes
    ----------
    step : int64[E]
        Environment steps at which it was noted.
    arms : tuple of str
        Names of the N teachers, then ``"learning alone"``.
    weight : float64[E, N + 1, U]
        Weights; they sum to 1 over the arms in every DFA state.
    """

    step: NDArray[np.int64]
    arms: tuple[str, ...]
    weight: Floats


@dataclass(frozen=True)
class Run:
    """What a training run leaves.

    Attributes
    ----------
    curve : Curve
        Greedy evaluations during training.
    trust : Trust or None
        The gate over time, for agents that have one: whose strategy is believed.
    tactical_trust : Trust or None
        Whose actions are followed, over time; None where no teacher observes the same kind of thing.
    alignment : dict or None
        ``Alignment.to_dict()`` of the teachers used.
    policy : dict of str to numpy array
        What was learned; ``q`` float32[U, O, A] for tabular learners.
    episode : list of dict
        One greedy trajectory, a dict per step: ``step``, ``observation``, ``action``, ``label`` (names),
        ``dfa_state`` and ``reward``.
    source_steps : int
        Environment steps that the teachers used had cost.
    steps : int
        Environment steps made.
    seconds : float
        Wall-clock time of learning.
    leaders : dict of int to str
        Teachers that the greedy policy followed at the end, by DFA state; it was the student's own elsewhere.
    lesson : object
        What :meth:`teacher` is made of.
    """

    curve: Curve
    trust: Trust | None = None
    alignment: dict[str, Any] | None = None
    policy: dict[str, NDArray[Any]] = field(default_factory=dict)
    episode: list[dict[str, Any]] = field(default_factory=list)
    source_steps: int = 0
    steps: int = 0
    seconds: float = 0.0
    leaders: dict[int, str] = field(default_factory=dict)
    lesson: Any = field(default=None, repr=False)
    tactical_trust: Trust | None = None

    def all_trust(self) -> Trust | None:
        """Both gates side by side, as a report shows them: arms of whose actions are followed say so."""
        acting = self.tactical_trust
        if acting is None:
            return self.trust
        if self.trust is None:
            return acting
        arms = (*(f"{arm}, acting" for arm in acting.arms), *self.trust.arms)
        return Trust(self.trust.step, arms, np.concatenate([acting.weight, self.trust.weight], axis=1))

    def teacher(self, name: str | None = None) -> Teacher:
        """Make a teacher of what was learned.

        Parameters
        ----------
        name : str, optional
            Name of the teacher; that of the environment by default.

        Raises
        ------
        TeacherError
            If the run was not made by an agent's ``learn`` in this process.
        """
        if self.lesson is None:
            raise TeacherError(
                "This run kept no lesson, so it cannot teach: use the run that learn() returned."
            )
        teacher: Teacher = self.lesson.teacher(name)
        return teacher
