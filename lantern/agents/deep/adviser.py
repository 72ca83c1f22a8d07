"""A teacher as deep students see it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantern.agents.deep.policy import Interpreter

Weights = NDArray[np.float64]


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
