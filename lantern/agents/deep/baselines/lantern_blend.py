"""The published idea of LANTERN for networks: our reconstruction, not the paper's equations.

arXiv 2605.05478 names the parts, and :mod:`lantern.agents.tabular.baselines.lantern_blend` writes out
how we read them for tables: teachers' automaton states are weighed by the similarity of their sentences,
and a gate driven by the volatility of the TD error and by semantic uncertainty mixes what they say with
the learner's own target. A network has no table of pairs to keep volatility and visits in, so that here

- volatility ``V(u)`` is a running mean of the absolute TD error of the samples in DFA state u, relative to
  their targets, and ``n(u)`` the number of stays in u;
- the gate is ``g(u) = sigmoid(a V / (V + 0.1) - b U - c log(1 + n))``, U the semantic uncertainty;
- the target is ``g * teacher + (1 - g) * Bellman`` on automaton transitions that teachers took (strategic);
- with chance g the student does what the teachers, weighed by their sentences, prefer (tactical).

The blended target is biased as long as g > 0; that is the idea's, and what LANTERN's own agents avoid.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from lantern.agents.deep.baselines.taught import MethodSettings, Taught
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.policy import Interpreter
from lantern.agents.deep.replay import Batch
from lantern.transfer.blending import aggregate, blended_values

Weights = NDArray[np.float64]

#: Relative TD error at which volatility has opened the gate half as far as it can; rate of its running mean.
HALF, MEMORY = 0.1, 0.01
#: Least target that a TD error is compared with.
LEAST = 0.1


class BlendSettings(MethodSettings):
    """Settings of the blend."""

    temperature: float = Field(0.05, gt=0, description="of the softmax over similarities of sentences")
    volatility: float = Field(3.0, ge=0, description="a: how far volatile TD errors open the gate")
    uncertainty: float = Field(5.0, ge=0, description="b: how far semantic uncertainty shuts it")
    familiarity: float = Field(1.0, ge=0, description="c: how far stays in a DFA state shut it")


class LanternBlend(Taught):
    """See the module.

    Attributes
    ----------
    unsure, noise, stays : float64[U]
        Semantic uncertainty, volatility and number of stays by DFA state.
    share : float64[K, U]
        How far each adviser is meant in each DFA state.
    """

    Settings = BlendSettings
    settings: BlendSettings

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        states = self.task.dfa.n_states
        self.noise, self.stays = np.ones(states), np.zeros(states)
        self.unsure, self.share = np.ones(states), np.zeros((len(self.advisers), states))
        self.taught: Weights = np.full((states, 0), np.nan)
        self.meant: list[Weights] = []
        self.voices: list[Interpreter] = []
        if self.sources.alignment is not None:
            self._aggregate()

    def _aggregate(self) -> None:
        """Weigh teachers by their sentences; those that can act do so in the state that is meant most."""
        teachers, alignment = self.sources.teachers, self.sources.alignment
        assert alignment is not None
        self.meant, self.unsure = aggregate(teachers, alignment, self.settings.temperature)
        weight = {teacher.name: one for teacher, one in zip(teachers, self.meant, strict=True)}
        for k, adviser in enumerate(self.advisers):
            voice = copy.copy(adviser.interpreter)
            voice.states = weight[adviser.name].argmax(axis=1)
            self.voices.append(voice)
            self.share[k] = weight[adviser.name].sum(axis=1)

    def gate(self) -> Weights:
        """How far the teachers are trusted in each DFA state, float64[U], in [0, 1]."""
        told = self.settings
        drive = told.volatility * self.noise / (self.noise + HALF) - told.uncertainty * self.unsure
        open_: Weights = 1.0 / (1.0 + np.exp(told.familiarity * np.log1p(self.stays) - drive))
        return open_

    def errors(self, batch: Batch, error: Floats, target: Floats) -> None:
        """Take note of how volatile the TD errors are."""
        relative = np.minimum(np.abs(error) / np.maximum(np.abs(target), LEAST), 1.0)
        count = np.bincount(batch.state, minlength=len(self.noise))
        total = np.bincount(batch.state, relative, len(self.noise))
        seen = count > 0
        self.noise[seen] += MEMORY * (total[seen] / count[seen] - self.noise[seen])

    def note(
        self,
        env: int,
        state: int,
        following: int,
        terminated: bool,
        truncated: bool,
        info: Mapping[str, Any],
    ) -> None:
        """Count stays."""
        if following != state or terminated or truncated:
            self.stays[state] += 1.0
        super().note(env, state, following, terminated, truncated, info)

    def targets(self, batch: Batch, target: Floats) -> Floats:
        """Blend what the teachers say of automaton transitions into the targets."""
        alignment = self.sources.alignment
        if alignment is None:
            return target
        if len(self.task.masks) != self.taught.shape[1]:
            masks, delta = self.moves()
            teachers = self.sources.teachers
            self.taught = blended_values(delta, masks, self.task.vocabulary, teachers, alignment, self.meant)
        return self.blended(batch, target, self.taught, self.gate()[batch.state])

    def advise(self, x: Floats, action: NDArray[Any]) -> NDArray[Any]:
        """Do what the teachers prefer, with the chance that the gate gives."""
        if not self.voices:
            return action
        state = self.state(x)
        trusted = self.random.random(len(x)) < self.gate()[state] * (self.share.sum(axis=0)[state] > 0.0)
        rows = np.flatnonzero(trusted)
        if len(rows):
            action[rows] = self.prefer(x[rows], state[rows])
        return action

    def prefer(self, x: Floats, state: NDArray[np.int64]) -> NDArray[Any]:
        """What the teachers prefer together: int64[B], or float32[B, A] in [-1, 1]."""
        share = self.share[:, state] / np.maximum(self.share[:, state].sum(axis=0), 1e-9)
        count = self.voices[0].policy.n_actions
        total = np.zeros((len(x), count), np.float32)
        for k, voice in enumerate(self.voices):
            found = voice.actions(x, state)
            said = found if voice.policy.bounds is not None else np.eye(count, dtype=np.float32)[found]
            total += share[k][:, None].astype(np.float32) * said
        return total if self.voices[0].policy.bounds is not None else total.argmax(axis=1)
