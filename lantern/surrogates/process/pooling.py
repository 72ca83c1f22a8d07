"""Nets put beside one another as groups of experts of one net, with the weighted mean of their predictions.

A net is linear in its head, so the mean of several is one net again: a surrogate stays one model, which
steps, is kept on disk and is adapted further as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from lantern.errors import SurrogateError
from lantern.surrogates.process.experts import MixtureOfExperts
from lantern.surrogates.process.heads import HeadPosterior

Floats = NDArray[np.float64]


def pool(parts: Sequence[tuple[float, MixtureOfExperts, Floats]]) -> tuple[MixtureOfExperts, Floats]:
    """Put nets beside one another.

    Parameters
    ----------
    parts : sequence of (float, MixtureOfExperts, float64[features, outputs])
        The share of each net in the mean, the net and the head that it is used with.

    Returns
    -------
    net : MixtureOfExperts
        All their experts, those of a part in groups of their own.
    head : float64[features, outputs]
        What gives the mean of their predictions.

    Raises
    ------
    SurrogateError
        If the nets differ in the sizes of a group.
    """
    nets = [net for _, net, _ in parts]
    sizes = nets[0].sizes
    if any(_group(net) != _group(nets[0]) for net in nets):
        raise SurrogateError("Nets are put beside one another only if their groups have the same sizes.")
    counts = {name: sum(net.sizes[name] for net in nets) for name in ("experts", "groups")}
    whole = MixtureOfExperts(**{**sizes, **counts})
    states = [net.state_dict() for net in nets]
    last = "router.2.weight"  # each group's logits come from its own hidden layer
    stacked = states[0].keys() - {"head", last}
    state = {name: torch.cat([each[name] for each in states]) for name in stacked}
    state[last] = torch.block_diag(*(each[last] for each in states))  # type: ignore[no-untyped-call]
    head, begun = np.zeros((len(whole.head), sizes["outputs"])), 0
    for share, net, weights in parts:
        head += share * _spread(net, whole, weights, begun)
        begun += net.sizes["experts"]
    whole.load_state_dict({**state, "head": torch.from_numpy(head)})
    return whole, head


def widened(
    posterior: HeadPosterior, net: MixtureOfExperts, whole: MixtureOfExperts, head: Floats
) -> HeadPosterior:
    """The posterior of a part as that of the whole: what is not known of the part is not known of the mean.

    Parameters
    ----------
    posterior : HeadPosterior
        Of the net's head.
    net, whole : MixtureOfExperts
        The first part of the whole, and the whole.
    head : float64[features, outputs]
        The whole's.
    """
    axes = np.zeros((len(head), len(head)))
    axes[:, : len(posterior.moments)] = _spread(net, whole, posterior.axes, 0)
    moments = np.zeros(len(head))
    moments[: len(posterior.moments)] = posterior.moments
    return replace(posterior, weights=head, axes=axes, moments=moments)


def _group(net: MixtureOfExperts) -> dict[str, int]:
    """Sizes of one of a net's groups."""
    sizes = net.sizes
    return {**sizes, "experts": sizes["experts"] // sizes["groups"], "groups": 1}


def _spread(net: MixtureOfExperts, whole: MixtureOfExperts, weights: Floats, begun: int) -> Floats:
    """Weights of a net's features as weights of the whole's: float64[features of the whole, columns].

    In the whole a group's shares add up to less: its weights rise by as much.
    """
    inputs, features, experts = (net.sizes[name] for name in ("inputs", "features", "experts"))
    rise = whole.sizes["groups"] / net.sizes["groups"]
    found = np.zeros((len(whole.head), weights.shape[1]))
    found[:inputs] = weights[:inputs]
    gated = inputs + begun * features
    found[gated : gated + experts * features] = rise * weights[inputs : inputs + experts * features]
    shares = inputs + whole.sizes["experts"] * features + begun
    found[shares : shares + experts] = rise * weights[inputs + experts * features :]
    return found
