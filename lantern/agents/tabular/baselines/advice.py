"""What the transfer methods take from teachers: their tactics, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lantern.agents.tabular.arrays import Floats
from lantern.agents.tabular.baselines.memory import Advice

if TYPE_CHECKING:
    from lantern.transfer.tactics import Tactics

#: A teacher of less weight says nothing in a DFA state.
LEAST = 1e-3


def make_advice(tactics: Sequence[Tactics], shape: tuple[int, int, int], temperature: float) -> Advice:
    """Turn tactics into arrays.

    Parameters
    ----------
    tactics : sequence of Tactics
        Of K teachers, for the target's table.
    shape : tuple of int
        (O, U, A) of that table.
    temperature : float
        Of the softmax that makes policies of values.
    """
    observations, states, _ = shape
    if not tactics:
        return Advice(
            np.zeros((0, *shape)),
            np.zeros((0, *shape)),
            np.zeros((0, observations, states), np.int32),
            np.full((observations, states), -1, np.int32),
            np.zeros((0, states)),
        )
    trust = np.array([one.weight for one in tactics])
    known = np.array([one.known.T for one in tactics]) & (trust > LEAST)[:, None, :]
    value = np.where(known[..., None], np.array([one.q.transpose(1, 0, 2) for one in tactics]), 0.0)
    sure = np.where(known, trust[:, None, :], -1.0)
    lead = np.where(known.any(axis=0), sure.argmax(axis=0), -1)
    return Advice(
        value=np.ascontiguousarray(value),
        policy=np.where(known[..., None], softmax(value / temperature), 0.0),
        action=np.where(known, value.argmax(axis=3), -1).astype(np.int32),
        lead=lead.astype(np.int32),
        trust=np.ascontiguousarray(trust, np.float64),
    )


def softmax(logits: Floats) -> Floats:
    """Softmax over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares
