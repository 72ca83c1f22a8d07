"""Jump-start reinforcement learning: a guide takes the first steps of an episode, the learner the rest.

Uchendu et al., Jump-start reinforcement learning, ICML 2023 (arXiv 2204.02372). The share of the guide
shrinks by one level when the mean return of the last episodes is within a tolerance of the best so far. The
guide of a pair is the most trusted teacher that knows it. Its horizon is the length of the episodes of the
first level, in which it acts wherever it knows what to do.

``number``: 0 levels left, 1 best mean return, 2 horizon, 3 episodes in this level.
"""

from __future__ import annotations

from lantern.agents.tabular.arrays import Floats
from lantern.agents.tabular.compiled import compiled

LEFT, BEST, HORIZON, EPISODES = 0, 1, 2, 3


def begin(number: Floats, levels: int, limit: int) -> None:
    """Start with the guide alone."""
    number[LEFT], number[BEST], number[HORIZON] = levels, -1.0, limit


@compiled
def guides(number: Floats, levels: float, t: int) -> bool:
    """Whether step ``t`` of the episode is the guide's."""
    return bool(t < number[HORIZON] * number[LEFT] / levels)


@compiled
def end_episode(number: Floats, returns: Floats, gain: float, t: int, tolerance: float) -> None:
    """Note how an episode went, and hand over more steps once the learner keeps up.

    Parameters
    ----------
    number, returns : float64 array
        See above; the last returns.
    gain : float
        Undiscounted return of the episode.
    t : int
        Its length.
    tolerance : float
        Share of the best mean return that may be missing.
    """
    window = returns.shape[0]
    returns[int(number[EPISODES]) % window] = gain
    number[EPISODES] += 1
    if number[EPISODES] < window or number[LEFT] <= 0:
        return
    total = 0.0
    for i in range(window):
        total += returns[i]
    mean = total / window
    if number[BEST] < 0:  # the first level ends: from now on the horizon is that of the guide
        number[HORIZON] = t
        number[BEST] = mean
    if mean >= (1.0 - tolerance) * number[BEST]:
        number[LEFT] -= 1
        number[EPISODES] = 0
        number[BEST] = max(number[BEST], mean)
