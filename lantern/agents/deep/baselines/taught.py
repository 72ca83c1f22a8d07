"""What the methods of transfer share: which teacher speaks in which DFA state, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from lantern.agents.deep.guide import Guide
from lantern.agents.deep.imitation import draw_means, draw_values
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.replay import Batch
from lantern.errors import LanternError

if TYPE_CHECKING:
    from lantern.agents.deep.adviser import Adviser
    from lantern.agents.deep.sources import Sources
    from lantern.agents.deep.task import TaskModel

Ints = NDArray[np.int64]

#: Largest action of a teacher that is taken back through tanh, so that it stays finite.
MOST = 0.99


class MethodSettings(BaseModel):
    """Settings of a method, in an agent's file under ``deep: {transfer: ...}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Taught(Guide):
    """A method that lets, in each DFA state, the best aligned teacher speak that can.

    Parameters
    ----------
    task : TaskModel
        The student's task.
    sources : Sources
        Its teachers.
    settings : MethodSettings
        Those of the method.
    seed : int
        Seed of everything random.
    columns : slice
        Columns of the encoded observation that hold the DFA state.

    Attributes
    ----------
    best : int64[U]
        Which adviser speaks in each DFA state; -1 where none has advice.
    steps, episodes : int
        How many there have been.
    """

    Settings: ClassVar[type[MethodSettings]] = MethodSettings
    #: Learners that the method is there for.
    learners: ClassVar[tuple[str, ...]] = ("dqn", "sac", "td3")

    def __init__(self, task: TaskModel, sources: Sources, settings: Any, seed: int, columns: slice) -> None:
        self.task, self.sources, self.settings, self.columns = task, sources, settings, columns
        self.advisers: tuple[Adviser, ...] = sources.advisers
        self.random = np.random.default_rng(np.random.SeedSequence([seed, 8]))
        weight = np.array([one.weight for one in self.advisers]).reshape(-1, task.dfa.n_states)
        self.best: Ints = np.full(task.dfa.n_states, -1)
        if len(weight):
            self.best = np.where(weight.max(axis=0) > 0, weight.argmax(axis=0), -1)
        self.steps = self.episodes = 0
        self.model: Any = None

    @classmethod
    def check(cls, learner: str) -> None:
        """Refuse a learner that the method is not there for."""
        if learner not in cls.learners:
            raise LanternError(
                f"The method {cls.__name__} is not there for the learner {learner!r}. Use it with "
                f"{' or '.join(cls.learners)}."
            )

    def begin(self, model: Any) -> None:
        """Remember the model; see ``Guide``."""
        self.model = model

    def note(
        self,
        env: int,
        state: int,
        following: int,
        terminated: bool,
        truncated: bool,
        info: Mapping[str, Any],
    ) -> None:
        """Count steps and episodes."""
        self.steps += 1
        if terminated or truncated:
            self.episodes += 1
            self.ended(env, bool(info.get("success", False)))

    def ended(self, env: int, success: bool) -> None:
        """Take note that an episode has ended."""

    def moves(self) -> tuple[Ints, NDArray[np.int32]]:
        """Labels seen so far, as masks (int64[L]), and where they lead from each DFA state (int32[U, L])."""
        masks = np.array(self.task.masks, np.int64)
        return masks, self.task.dfa.delta(masks, self.task.vocabulary.names)

    def blended(
        self, batch: Batch, target: Floats, taught: NDArray[np.float64], trust: NDArray[np.float64]
    ) -> Floats:
        """Blend what is taught of automaton transitions into the targets.

        Parameters
        ----------
        batch : Batch
        target : float32[B]
        taught : float64[U, L]
            Value of each transition; NaN where nothing is said.
        trust : float64[B]
            How far what is said counts, in [0, 1].
        """
        said = taught[batch.state, batch.label] * self.task.rewards[0]
        known = np.isfinite(said)
        # What is learned are values less the potential, so that what is said is told in these terms.
        said = np.where(known, said - self.task.potential[batch.state], 0.0)
        weight = np.where(known, trust, 0.0)
        blended: Floats = (weight * said + (1.0 - weight) * target).astype(np.float32)
        return blended

    def teacher_actions(self, x: Floats, state: Ints) -> tuple[Ints, NDArray[Any]]:
        """Rows where a teacher speaks, and what it would do there."""
        who = self.best[state]
        rows = np.flatnonzero(who >= 0)
        parts = [(rows[who[rows] == k], one) for k, one in enumerate(self.advisers)]
        said = [(some, one.interpreter.actions(x[some], state[some])) for some, one in parts if len(some)]
        if not said:
            return rows, np.zeros(0, np.int64)
        order = np.concatenate([some for some, _ in said])
        return order, np.concatenate([actions for _, actions in said])

    def teacher_preferences(self, x: Floats, state: Ints, temperature: float) -> tuple[Ints, Floats]:
        """Rows where a teacher speaks, and its probabilities of the actions there."""
        said = []
        for k, one in enumerate(self.advisers):
            rows = np.flatnonzero(self.best[state] == k)
            if len(rows):
                seen, _ = one.interpreter.rows(x[rows], state[rows])
                said.append((rows, one.interpreter.policy.preferences(seen, temperature)))
        if not said:
            return np.zeros(0, np.int64), np.zeros((0, 0), np.float32)
        return np.concatenate([rows for rows, _ in said]), np.concatenate([some for _, some in said])

    def teacher_means(self, x: Floats, state: Ints) -> tuple[Floats, NDArray[np.bool_]]:
        """What each teacher would do, before tanh: float32[N, B, A]; and where it speaks, bool[N, B]."""
        width = self.advisers[0].interpreter.policy.n_actions
        said = np.zeros((len(self.advisers), len(x), width), np.float32)
        speaks = np.array([one.weight[state] > 0 for one in self.advisers])
        for k, one in enumerate(self.advisers):
            rows = np.flatnonzero(speaks[k])
            if len(rows):
                action = one.interpreter.actions(x[rows], state[rows])
                said[k, rows] = np.arctanh(np.clip(action, -MOST, MOST))
        return said, speaks

    def follow(self, x: Floats, action: NDArray[Any], chosen: NDArray[np.bool_]) -> NDArray[Any]:
        """Let teachers act in some of the environments."""
        rows = np.flatnonzero(chosen)
        if len(rows):
            where, said = self.teacher_actions(x[rows], self.state(x[rows]))
            if len(where):
                action[rows[where]] = said
        return action

    def pull(self, batch: Batch, values: Floats, slope: Floats, weight: float, temperature: float) -> None:
        """Add ``weight`` times the mean cross-entropy of teachers' and student's softmax to the loss.

        Parameters
        ----------
        batch : Batch
        values, slope : float32[B, A]
            The student's values, and the slope of its loss in them; changed in place.
        weight : float
        temperature : float
            Of both policies: softmax(Q / temperature).
        """
        if weight <= 0.0:
            return
        rows, theirs = self.teacher_preferences(batch.x, batch.state, temperature)
        if len(rows):
            draw_values(values, slope, rows, theirs, weight, temperature)

    def pull_actor(self, batch: Batch, out: Floats, slope: Floats, weight: float) -> None:
        """Add ``weight`` times the mean squared distance of the actor's mean action to the teachers'."""
        rows, said = self.teacher_actions(batch.x, batch.state)
        if len(rows) and weight > 0.0:
            draw_means(out, slope, rows, said, weight)
