"""The gate of deep agents: teachers act and shape as far as measured benefit in the target supports.

Two channels, neither of which changes what is optimal. *Advice*: on entering a DFA state the student may let
a teacher act there for a while; what comes of it is stored for replay like everything else (behaviour only).
*Potentials*: what a teacher expects shapes the rewards, F = gamma Phi(s', u') - Phi(s, u) (Ng et al. 1999).

Trust is earned. Each stay in a DFA state is a trial of whoever acted: its gain is gamma^t if the stay ended
in progress after t steps, else 0. A teacher is followed as often as its gain is above the student's own; its
potential counts only after its advice has proved right there. What all teachers may waste is bounded: advised
steps that came to nothing never exceed ``budget + share * steps``, so that useless or misleading teachers
cost at most that many steps of behaviour. Learning alone is always one of the arms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Setting

from lantern.agents.deep.guide import Guide
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.policy import Interpreter
from lantern.agents.deep.replay import Batch
from lantern.transfer.strategy import own_costs

if TYPE_CHECKING:
    from lantern.agents.deep.task import TaskModel

Weights = NDArray[np.float64]

#: Weight of what the student's own trials showed earlier, at each new one: it learns, so old ones count less.
FADING = 0.9
#: Gains that differ by less are the same.
MARGIN = 0.05
#: Values from which the range of a teacher's values is taken.
KNOWN = 2000


class GateSettings(BaseModel):
    """Settings of the gate, in an agent's file under ``deep: {gate: ...}``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    budget: float = Setting(150.0, ge=0, description="advised steps that may come to nothing, at any rate")
    share: float = Setting(0.02, ge=0, le=1, description="and as a share of all steps")
    most: float = Setting(0.8, ge=0, le=1, description="largest share of stays that teachers act in")
    patience: float = Setting(
        3.0, gt=0, description="longest advised stay, in multiples of what the teacher needed itself"
    )
    noise: float = Setting(0.1, ge=0, le=1, description="share of random actions, or deviation, in advice")
    potential: float = Setting(
        0.0, ge=0, le=1, description="weight of proven teachers' values of places, as potentials"
    )


@dataclass(frozen=True)
class Adviser:
    """A teacher that can act for the student.

    Attributes
    ----------
    name : str
    interpreter : Interpreter
    weight : float64[U]
        How surely its policy is about the student's DFA state, in [0, 1]; 0: it has no advice there.
    steps : float64[U]
        Steps that it needed itself, on average, to leave its own DFA state.
    """

    name: str
    interpreter: Interpreter
    weight: Weights
    steps: Weights


@dataclass
class _Stay:
    """The present stay of one environment in a DFA state."""

    state: int
    arm: int
    steps: int = 0
    given_up: bool = False


class Gate(Guide):
    """See the module.

    Parameters
    ----------
    task : TaskModel
        The student's task.
    advisers : sequence of Adviser
        The teachers; the arm after the last is learning alone.
    settings : GateSettings
    seed : int
        Seed of who acts.
    state_columns : slice
        Columns of the encoded observation that hold the DFA state.
    """

    def __init__(
        self,
        task: TaskModel,
        advisers: Sequence[Adviser],
        settings: GateSettings,
        seed: int,
        state_columns: slice,
    ) -> None:
        states, count = task.dfa.n_states, len(advisers)
        self.task, self.advisers, self.settings = task, tuple(advisers), settings
        self.random = np.random.default_rng(np.random.SeedSequence([seed, 7]))
        self.columns = state_columns
        self.ahead = own_costs(task.dfa)
        self.alone = count
        prior = np.array([one.weight for one in advisers]).reshape(count, states)
        #: Sum of gains and number of trials of each arm in each state; teachers start with one on trust.
        self.gain = np.vstack([prior, np.zeros((1, states))])
        self.trials = np.vstack([np.ones((count, states)), np.zeros((1, states))])
        self.proved = np.zeros((count, states))
        self.wasted, self.steps = 0, 0
        self.weight = np.zeros((count, states))
        self.rise = rises(task)
        #: Range of each teacher's values in each state, and of how many values it was taken.
        self.low, self.high = np.full((2, count, states), np.inf)
        self.high *= -1.0
        self.seen = np.zeros((count, states), np.int64)
        self._stays: dict[int, _Stay] = {}
        for state in range(states):
            self._weigh(state)

    def trust(self) -> Weights:
        """Weights of the arms now, float64[K + 1, U]; learning alone is the last. They sum to 1."""
        return np.vstack([self.weight, 1.0 - self.weight.sum(axis=0)])

    def advise(self, x: Floats, action: NDArray[Any]) -> NDArray[Any]:
        """Let teachers act where they have been chosen for this stay."""
        states = x[:, self.columns].argmax(axis=1)
        for env, state in enumerate(states.tolist()):
            stay = self._stays.get(env)
            if stay is None or stay.state != state:
                stay = self._stays[env] = _Stay(state, self._draw(state))
            if stay.arm != self.alone and not stay.given_up:
                if stay.steps >= self._longest(stay) or self._spent(stay):
                    stay.given_up = True
                    self._judge(stay, 0.0)
                else:
                    action[env] = self._ask(stay.arm, x[env : env + 1], state)
        return action

    def _spent(self, stay: _Stay) -> bool:
        allowed = self.settings.budget + self.settings.share * self.steps
        return self.wasted + stay.steps >= allowed

    def _longest(self, stay: _Stay) -> float:
        usual = float(self.advisers[stay.arm].steps[stay.state])
        return 5.0 + self.settings.patience * usual

    def _ask(self, arm: int, x: Floats, state: int) -> Any:
        found = self.advisers[arm].interpreter.actions(x, np.array([state]))[0]
        noise = self.settings.noise
        policy = self.advisers[arm].interpreter.policy
        if policy.bounds is not None:
            return np.clip(found + noise * self.random.standard_normal(policy.n_actions), -1.0, 1.0)
        return int(self.random.integers(policy.n_actions)) if self.random.random() < noise else int(found)

    def _draw(self, state: int) -> int:
        """Who acts during a stay."""
        weight = self.weight[:, state]
        if not weight.any():
            return self.alone
        return int(np.searchsorted(np.cumsum(weight), self.random.random(), side="right"))

    def note(
        self,
        env: int,
        state: int,
        following: int,
        terminated: bool,
        truncated: bool,
        info: Mapping[str, Any],
    ) -> None:
        """Count the step, and judge who acted where the stay is over."""
        self.steps += 1
        stay = self._stays.get(env)
        if stay is None:
            return
        stay.steps += 1
        over = terminated or truncated
        if not over and following == state:
            return
        del self._stays[env]
        if not stay.given_up:
            progress = self.ahead[following] < self.ahead[state]
            self._judge(stay, self.task.discount**stay.steps if progress else 0.0)

    def _judge(self, stay: _Stay, gain: float) -> None:
        arm, state = stay.arm, stay.state
        if arm == self.alone:
            self.gain[arm, state] *= FADING
            self.trials[arm, state] *= FADING
        elif gain > 0.0:
            self.proved[arm, state] += 1.0
        else:
            self.wasted += stay.steps
        self.gain[arm, state] += gain
        self.trials[arm, state] += 1.0
        self._weigh(state)

    def _weigh(self, state: int) -> None:
        """Follow each teacher as often as its gain is above the student's own."""
        mean = self.gain[:, state] / np.maximum(self.trials[:, state], 1e-9)
        own = mean[self.alone]
        better = np.maximum(mean[: self.alone] - own, 0.0)
        better *= np.array([one.weight[state] > 0 for one in self.advisers])
        best = better.max(initial=0.0)
        if best <= 0.0:
            self.weight[:, state] = 0.0
            return
        sharp = (better / best) ** 4
        share = self.settings.most * best / (best + own + MARGIN)
        self.weight[:, state] = share * sharp / sharp.sum()

    def targets(self, batch: Batch, target: Floats) -> Floats:
        """Shape by what proven teachers expect."""
        if not self.settings.potential or not self.proved.any():
            return target
        before = self._expect(batch.x, batch.state)
        after = self._expect(batch.x2, batch.following)
        shaped: Floats = target + np.float32(self.task.discount) * batch.onward * after - before
        return shaped

    def _expect(self, x: Floats, state: NDArray[np.int64]) -> Floats:
        """Potential of proven teachers beyond that of the automaton, float32[B].

        A teacher's values, put between the least and the greatest that it gives in a DFA state, say how far
        the way through that state has been gone; the potential rises by as much of the way to the potential
        of the next state. So it fits on to the automaton's at both ends, whatever the scale of the values.
        """
        total = np.zeros(len(x), np.float32)
        belief = self.belief() * self.rise
        for arm, adviser in enumerate(self.advisers):
            weight = belief[arm, state].astype(np.float32)
            some = np.flatnonzero(weight > 1e-4)
            if len(some):
                values = adviser.interpreter.values(x[some], state[some])
                if values is not None:
                    total[some] += weight[some] * self._gone(arm, state[some], values)
        return total

    def _gone(self, arm: int, state: NDArray[np.int64], values: Floats) -> Floats:
        """Share of the way through the DFA state, in [0, 1]; the first values give the range."""
        for u in np.unique(state[self.seen[arm, state] < KNOWN]):
            found = values[state == u]
            self.low[arm, u] = min(self.low[arm, u], found.min())
            self.high[arm, u] = max(self.high[arm, u], found.max())
            self.seen[arm, u] += len(found)
        low, high = self.low[arm, state], self.high[arm, state]
        share: Floats = np.clip((values - low) / np.maximum(high - low, 1e-3), 0.0, 1.0)
        return share.astype(np.float32)

    def belief(self) -> Weights:
        """How far the potential of each teacher is believed in each state, float64[K, U]."""
        rate = self.gain[: self.alone] / self.trials[: self.alone]
        weight = self.settings.potential * rate * (self.proved / (self.proved + 1.0))
        weight[self.proved == 0] = 0.0
        total: Weights = weight / np.maximum(weight.sum(axis=0), 1.0)
        return total


def rises(task: TaskModel) -> Weights:
    """How far the potential of each DFA state is below the best that one transition leads to, float64[U]."""
    rise = np.zeros(task.dfa.n_states)
    for edge in task.dfa.edges:
        gain = float(task.potential[edge.target] - task.potential[edge.source])
        rise[edge.source] = max(rise[edge.source], gain)
    return rise
