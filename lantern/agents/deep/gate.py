"""The gate of deep agents: teachers act and shape as far as measured benefit in the target supports.

Two channels that do not change what is optimal. *Advice*: on entering a DFA state the student may let
a teacher act there for a while; what comes of it is stored for replay like everything else (behaviour only).
*Potentials*: what a teacher expects shapes the rewards, F = gamma Phi(s', u') - Phi(s, u) (Ng et al. 1999).

Trust is earned. Each stay in a DFA state is a trial of whoever acted: its gain is gamma^t if the stay ended
in progress after t steps, else 0. A teacher is followed as often as its gain is above the student's own; its
potential counts only after its advice has proved right there. What all teachers may waste is bounded: advised
steps that came to nothing never exceed ``budget + share * steps``, so that useless or misleading teachers
cost at most that many steps of behaviour. Learning alone is always one of the arms.

Two more may be switched on. *Imitation*: proven teachers are imitated where they are trusted, and less with
each stay of the student's own, so that learning alone decides in the end. *Lead*: the agent's greedy policy
follows, in each DFA state, the arm that proved best there without noise (:mod:`lantern.agents.deep.leader`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.deep.adviser import Adviser
from lantern.agents.deep.gate_settings import GateSettings
from lantern.agents.deep.guide import Guide
from lantern.agents.deep.imitation import draw_means, draw_values
from lantern.agents.deep.leader import Leader
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.replay import Batch
from lantern.agents.deep.shaping import Shaping
from lantern.errors import TeacherError
from lantern.transfer.strategy import own_costs

if TYPE_CHECKING:
    from lantern.agents.deep.task import TaskModel

Weights = NDArray[np.float64]

#: Weight of what the student's own trials showed earlier, at each new one: it learns, so old ones count less.
FADING = 0.9
#: Gains that differ by less are the same.
MARGIN = 0.05
#: Stays of the student's own after which imitation of teachers counts half.
OWN_STAYS = 200.0


@dataclass
class _Stay:
    """The present stay of one environment in a DFA state."""

    state: int
    arm: int
    plain: bool = False
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
        self.own_stays = np.zeros(states)
        self.leader = Leader(prior, settings.lead)
        self.model: Any = None
        self.wasted, self.steps = 0, 0
        self.weight = np.zeros((count, states))
        self.shaping = Shaping(task, advisers)
        self._stays: dict[int, _Stay] = {}
        for state in range(states):
            self._weigh(state)

    def trust(self) -> Weights:
        """Weights of the arms now, float64[K + 1, U]; learning alone is the last. They sum to 1."""
        return np.vstack([self.weight, 1.0 - self.weight.sum(axis=0)])

    def begin(self, model: Any) -> None:
        """Remember the model; see ``Guide``."""
        self.model = model

    def lead(self, x: Floats, action: NDArray[Any]) -> NDArray[Any]:
        """Let the teachers act that have the lead; see :mod:`lantern.agents.deep.leader`."""
        if self.leader.on:
            states = self.state(x)
            who = self.leader.arms()[states]
            for arm, adviser in enumerate(self.advisers):
                rows = np.flatnonzero(who == arm)
                if len(rows):
                    action[rows] = adviser.interpreter.actions(x[rows], states[rows])
        return action

    def advise(self, x: Floats, action: NDArray[Any]) -> NDArray[Any]:
        """Let teachers act where they have been chosen for this stay."""
        states = self.state(x)
        for env, state in enumerate(states.tolist()):
            stay = self._stays.get(env)
            if stay is None or stay.state != state:
                stay = self._stays[env] = self._begin_stay(state)
            if stay.given_up or (stay.arm == self.alone and not stay.plain):
                continue
            if stay.steps >= self._longest(stay) or (stay.arm != self.alone and self._spent(stay)):
                self._give_up(stay)
            elif stay.arm == self.alone:
                action[env] = self.model._best(x[env : env + 1])[0]
            else:
                action[env] = self._ask(stay, x[env : env + 1])
        return action

    def _give_up(self, stay: _Stay) -> None:
        """End a trial that takes too long; the student goes on, exploring."""
        if stay.arm == self.alone:
            self.leader.note(stay.arm, stay.state, 0.0)
            stay.plain = False
        else:
            stay.given_up = True
            self._judge(stay, 0.0)

    def _begin_stay(self, state: int) -> _Stay:
        """Draw who acts, and whether without noise: as it would if it had the lead, which shows if it should.

        The student's own policy is tried so only where a teacher has the lead, once there is a policy.
        """
        arm = self._draw(state)
        if arm != self.alone and self.wasted >= self._allowed(arm, state):
            arm = self.alone
        if not self.leader.on:
            return _Stay(state, arm)
        if arm == self.alone and (
            self.model is None
            or self.model.num_timesteps <= self.model.learning_starts
            or self.leader.arms()[state] == self.alone
        ):
            return _Stay(state, arm)
        return _Stay(state, arm, bool(self.random.random() < self.settings.plain))

    def _spent(self, stay: _Stay) -> bool:
        return self.wasted + stay.steps >= self._allowed(stay.arm, stay.state)

    def _allowed(self, arm: int, state: int) -> float:
        """Steps that all teachers may have wasted for this one to act: less where alignment is unsure."""
        allowed = self.settings.budget + self.settings.share * self.steps
        return float(self.advisers[arm].weight[state]) * allowed

    def _longest(self, stay: _Stay) -> float:
        arm = stay.arm if stay.arm != self.alone else int(self.leader.arms()[stay.state])
        usual = float(self.advisers[arm].steps[stay.state])
        return 5.0 + self.settings.patience * usual

    def _ask(self, stay: _Stay, x: Floats) -> Any:
        interpreter = self.advisers[stay.arm].interpreter
        found = interpreter.actions(x, np.array([stay.state]))[0]
        noise, policy = (0.0 if stay.plain else self.settings.noise), interpreter.policy
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
        if stay.plain:
            self.leader.note(arm, state, gain)
        elif arm != self.alone and gain == 0.0:
            self.leader.disappoint(arm, state)
        if arm == self.alone:
            self.gain[arm, state] *= FADING
            self.trials[arm, state] *= FADING
            self.own_stays[state] += 1.0
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

    def evidence(self) -> dict[str, Any]:
        """What the lead is decided by, to be saved with the model; JSON-safe."""
        return {"advisers": [one.name for one in self.advisers], **self.leader.to_dict()}

    def recall(self, evidence: Mapping[str, Any]) -> None:
        """Take over what :meth:`evidence` returned.

        Raises
        ------
        TeacherError
            If it is about other teachers or another task.
        """
        mine = [one.name for one in self.advisers]
        if evidence.get("advisers") != mine:
            raise TeacherError(
                f"The saved model was led by the teachers {evidence.get('advisers')}, and this agent has "
                f"{mine}. Make the agent with the same teachers, in the same order."
            )
        self.leader.recall(evidence)

    def imitated(self) -> Weights:
        """Weight with which each teacher is imitated in each state now, float64[K, U].

        It is 0 until a teacher's advice has proved right there, and where the student's own gain is as good
        as the teacher's. It goes to 0 with the number of the student's own stays in any case.
        """
        fading = OWN_STAYS / (OWN_STAYS + self.own_stays)
        weight: Weights = self.settings.imitation * self.weight * (self.proved > 0) * fading
        return weight

    def value_slope(self, batch: Batch, values: Floats, slope: Floats) -> None:
        """Imitate proven teachers, by the cross-entropy."""
        for adviser, rows, weight in self._models(batch):
            seen, _ = adviser.interpreter.rows(batch.x[rows], batch.state[rows])
            theirs = adviser.interpreter.policy.preferences(seen, self.settings.temperature)
            draw_values(values, slope, rows, theirs, weight, self.settings.temperature)

    def actor_slope(self, batch: Batch, out: Floats, slope: Floats) -> None:
        """Imitate proven teachers, by the squared distance."""
        for adviser, rows, weight in self._models(batch):
            said = adviser.interpreter.actions(batch.x[rows], batch.state[rows])
            draw_means(out, slope, rows, said, weight)

    def _models(self, batch: Batch) -> Iterator[tuple[Adviser, NDArray[np.int64], Floats]]:
        """Teachers to imitate, where in the batch, and how much."""
        if not self.settings.imitation:
            return
        imitated = self.imitated().astype(np.float32)
        for arm, adviser in enumerate(self.advisers):
            weight = imitated[arm, batch.state]
            rows = np.flatnonzero(weight > 1e-4)
            if len(rows):
                yield adviser, rows, weight[rows, None]

    def targets(self, batch: Batch, target: Floats) -> Floats:
        """Shape by what proven teachers expect."""
        if not self.settings.potential or not self.proved.any():
            return target
        return self.shaping.shaped(batch, target, self.belief())

    def belief(self) -> Weights:
        """How far the potential of each teacher is believed in each state, float64[K, U]."""
        rate = self.gain[: self.alone] / self.trials[: self.alone]
        weight = self.settings.potential * rate * (self.proved / (self.proved + 1.0))
        weight[self.proved == 0] = 0.0
        total: Weights = weight / np.maximum(weight.sum(axis=0), 1.0)
        return total
