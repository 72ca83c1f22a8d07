"""Automaton distillation for deep learners: values of automaton transitions, blended into the targets.

Singireddy et al., Automaton distillation, TMLR 2026 (arXiv 2310.19137): target = beta Qbar(u, sigma) + (1 -
beta) (r + gamma max Q), beta = rho^n after n sampled transitions of that kind. Dynamic: Qbar is the mean
value that the teacher gave the transition; static: the value of the automaton alone. Transitions that leave
the automaton where it is are not blended (the ancestors' code does): one number for all actions has no
direction there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from lantern.agents.deep.baselines.taught import MethodSettings, Taught
from lantern.agents.deep.mlp import Floats
from lantern.agents.deep.replay import Batch
from lantern.transfer.distillation import automaton_values, taught_values


class AutomatonSettings(MethodSettings):
    """Settings of automaton distillation."""

    rate: float = Field(0.999, gt=0, le=1, description="rho")
    static: bool = Field(False, description="values of the automaton alone, without teachers")


class AutomatonDistillation(Taught):
    """See the module."""

    Settings = AutomatonSettings
    settings: AutomatonSettings

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.taught: NDArray[np.float64] = np.zeros((self.task.dfa.n_states, 0))
        self.count: NDArray[np.float64] = np.zeros_like(self.taught)

    def _learn_labels(self) -> None:
        """Ask what new labels are worth."""
        masks, delta = self.moves()
        if self.settings.static:
            self.taught = automaton_values(self.task.dfa, delta, self.task.discount)
        else:
            sources = self.sources
            self.taught = taught_values(
                delta, masks, self.task.vocabulary, sources.teachers, sources.alignment
            )
        missing = self.taught.shape[1] - self.count.shape[1]
        self.count = np.pad(self.count, ((0, 0), (0, missing)))

    def targets(self, batch: Batch, target: Floats) -> Floats:
        """Blend what is taught into the targets."""
        if len(self.task.masks) != self.taught.shape[1]:
            self._learn_labels()
        pair = batch.state, batch.label
        beta = self.settings.rate ** self.count[pair]
        np.add.at(self.count, pair, 1.0)
        return self.blended(batch, target, self.taught, beta)
