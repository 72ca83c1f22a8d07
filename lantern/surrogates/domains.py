"""Regression over domains that shift: one body for all, a head for each, a new head in closed form.

For data without dynamics, such as the years of a gas turbine: the domains share what the features are and
differ in how these add up. A new domain gets the mean head, and from a few of its rows a posterior about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from lantern.errors import SurrogateError
from lantern.surrogates.process.experts import MixtureOfExperts, load_balance
from lantern.surrogates.process.heads import HeadPosterior, fit_head
from lantern.surrogates.process.novelty import Novelty

Floats = NDArray[np.float64]
Domain = tuple[Floats, Floats]


@dataclass(frozen=True)
class Member:
    """One net of the ensemble with the head in use."""

    net: MixtureOfExperts
    head: Floats
    posterior: HeadPosterior | None = None


@dataclass(frozen=True)
class DomainSurrogate:
    """An ensemble of mixtures of experts trained on several domains.

    Attributes
    ----------
    members : tuple of Member
    input_mean, input_scale : float64[inputs]
    target_mean, target_scale : float64[outputs]
    novelty : Novelty
    """

    members: tuple[Member, ...]
    input_mean: Floats
    input_scale: Floats
    target_mean: Floats
    target_scale: Floats
    novelty: Novelty

    def scaled(self, inputs: Floats) -> Floats:
        """Inputs as the nets see them, held within eight deviations."""
        return np.clip((inputs - self.input_mean) / self.input_scale, -8.0, 8.0)

    def _features(self, member: Member, scaled: Floats) -> Floats:
        with torch.no_grad():
            rows = torch.from_numpy(scaled).float()
            found = member.net.basis(rows, member.net.gate(rows))
        return found.double().numpy()

    def predict(self, inputs: Floats) -> Floats:
        """Mean of the ensemble: float64[n, outputs]."""
        return self.predict_with_spread(inputs)[0]

    def predict_with_spread(self, inputs: Floats) -> tuple[Floats, Floats]:
        """Mean, and the standard deviation of a reading about it.

        Before :meth:`adapt` the spread is that between the members alone, which is too small for a domain
        that has shifted.
        """
        scaled = self.scaled(inputs)
        features = [self._features(member, scaled) for member in self.members]
        made = np.array([f @ member.head for f, member in zip(features, self.members, strict=True)])
        within = [
            member.posterior.spread(f) ** 2 if member.posterior else np.zeros_like(made[0])
            for f, member in zip(features, self.members, strict=True)
        ]
        spread = np.sqrt(np.mean(within, axis=0) + made.var(axis=0))
        return made.mean(axis=0) * self.target_scale + self.target_mean, spread * self.target_scale

    def adapt(
        self, inputs: Floats, targets: Floats, *, blocks: int = 8, cautious: bool = False
    ) -> DomainSurrogate:
        """Solve each member's head for a new domain.

        Parameters
        ----------
        inputs : float64[n, inputs]
            A few rows of the new domain, in order of time.
        targets : float64[n, outputs]
        blocks : int
            Of the cross-validation that chooses how far the heads may move.
        cautious : bool
            For rows of a short stretch of time rather than spread over it; see :func:`fit_head`.
        """
        _check(inputs, targets, len(self.input_mean), len(self.target_mean))
        scaled, wanted = self.scaled(inputs), (targets - self.target_mean) / self.target_scale
        members = []
        for member in self.members:
            posterior = fit_head(
                self._features(member, scaled), wanted, member.head, blocks=blocks, cautious=cautious
            )
            members.append(Member(member.net, posterior.weights, posterior))
        return replace(self, members=tuple(members))


def train_domains(
    domains: Sequence[Domain], *, members: int = 3, steps: int = 1200, experts: int = 4, seed: int = 0
) -> DomainSurrogate:
    """Train a body over domains, each with a head of its own that is drawn to the mean head.

    Parameters
    ----------
    domains : sequence of (float64[n, inputs], float64[n, outputs])
    members : int
        Nets in the ensemble.
    steps : int
        Of Adam.
    experts : int
    seed : int
    """
    if not domains:
        raise SurrogateError("Training needs one domain at least, and got none.")
    for inputs, targets in domains:
        _check(inputs, targets, domains[0][0].shape[1], domains[0][1].shape[1])
    every, wanted = (np.concatenate([domain[part] for domain in domains]) for part in (0, 1))
    blank = DomainSurrogate(
        (), every.mean(axis=0), every.std(axis=0) + 1e-9, wanted.mean(axis=0), wanted.std(axis=0) + 1e-9,
        Novelty.fit((every - every.mean(axis=0)) / (every.std(axis=0) + 1e-9)),
    )  # fmt: skip
    scaled = [
        (blank.scaled(inputs), (targets - blank.target_mean) / blank.target_scale)
        for inputs, targets in domains
    ]
    made = [_train_member(scaled, steps, experts, seed + index) for index in range(members)]
    return replace(blank, members=tuple(made))


def _train_member(domains: Sequence[Domain], steps: int, experts: int, seed: int) -> Member:
    inputs = torch.from_numpy(np.concatenate([domain[0] for domain in domains])).float()
    targets = torch.from_numpy(np.concatenate([domain[1] for domain in domains])).float()
    which = torch.from_numpy(np.repeat(np.arange(len(domains)), [len(domain[0]) for domain in domains]))
    net = MixtureOfExperts(inputs.shape[1], inputs.shape[1], targets.shape[1], experts, 48, 32, seed)
    own = nn.Parameter(torch.zeros(len(domains), *net.head.shape))
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW([*net.parameters(), own], 4e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps, 4e-5)
    for _ in range(steps):
        rows = torch.randint(len(inputs), (512,), generator=generator)
        shares = net.gate(inputs[rows])
        basis = net.basis(inputs[rows], shares)
        made = (basis[:, :, None] * (net.head + own)[which[rows]]).sum(dim=1)
        loss = torch.nn.functional.huber_loss(made, targets[rows], delta=2.0)
        loss = loss + 1e-3 * own.square().sum(dim=(1, 2)).mean() + 0.01 * load_balance(shares)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    mean = (net.head + own.mean(dim=0)).detach().double().numpy()
    return Member(net, mean)


def _check(inputs: Floats, targets: Floats, columns: int, outputs: int) -> None:
    if inputs.ndim != 2 or targets.ndim != 2 or len(inputs) != len(targets) or len(inputs) < 4:
        raise SurrogateError(
            f"A domain needs inputs [n, {columns}] and targets [n, {outputs}] with 4 rows or more; got "
            f"{inputs.shape} and {targets.shape}."
        )
    if inputs.shape[1] != columns or targets.shape[1] != outputs:
        raise SurrogateError(
            f"The domains have {columns} inputs and {outputs} outputs; this one has {inputs.shape[1]} and "
            f"{targets.shape[1]}."
        )
    if not (np.isfinite(inputs).all() and np.isfinite(targets).all()):
        raise SurrogateError("A domain holds numbers that are not finite. Leave these rows out.")
