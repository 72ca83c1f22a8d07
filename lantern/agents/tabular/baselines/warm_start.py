"""Warm start: values begin at the teacher's.

The oldest way to transfer (e.g. Taylor & Stone, Transfer learning for reinforcement learning domains, JMLR
2009): where the most trusted teacher knows a pair, the learner's value starts at the teacher's, times a
weight; elsewhere at the potential. What is wrong in it has to be unlearned.
"""

from __future__ import annotations

import numpy as np

from lantern.agents.tabular.arrays import Floats
from lantern.agents.tabular.baselines.memory import Advice


def start_values(q: Floats, advice: Advice, weight: float, accept: float) -> None:
    """Overwrite the table ``q`` (float64[O, U, A]) where a teacher knows the pair."""
    known = advice.lead >= 0
    o, u = np.nonzero(known)
    q[o, u] = weight * accept * advice.value[advice.lead[o, u], o, u]
