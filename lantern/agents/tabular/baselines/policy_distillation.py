"""Policy distillation: the student's policy begins as the teachers', then learns on.

Rusu et al., Policy distillation, ICLR 2016. Before the first step the student minimises the divergence
``KL(softmax(Q_T / temperature) || softmax(Q / temperature))`` on all pairs that teachers know, several
teachers' policies averaged by how far their states correspond (multi-task distillation). In a table the
minimum can be written down: gradient descent moves no mean over the actions, so that it ends where the values
differ from that mean by the teacher's log-policy times the temperature. Then Q-learning goes on from there.
"""

from __future__ import annotations

import numpy as np

from lantern.agents.tabular.arrays import Floats
from lantern.agents.tabular.baselines.memory import Advice

#: Least probability of an action in a distilled policy.
LEAST = 1e-4


def distil(q: Floats, advice: Advice, temperature: float, weight: float) -> None:
    """Move the table ``q`` (float64[O, U, A]) to where distillation ends.

    Parameters
    ----------
    q : float64 array, shape (O, U, A)
        The student's values, changed in place.
    advice : Advice
        The teachers' policies, made with ``temperature``.
    temperature : float
        Temperature of both policies.
    weight : float
        Factor of what is added; 1 is distillation to the end.
    """
    said = advice.policy.sum(axis=3) > 0
    trust = said * advice.trust[:, None, :]
    total = trust.sum(axis=0)
    known = total > 0
    policy = np.einsum("kou,koua->oua", trust, advice.policy) / np.maximum(total, 1e-12)[:, :, None]
    logs = temperature * np.log(np.maximum(policy, LEAST))
    q[known] += weight * (logs - logs.mean(axis=2, keepdims=True))[known]
