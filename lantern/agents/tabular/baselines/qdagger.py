"""QDagger: learn from the teacher's own steps first, then be drawn to it as long as it is better.

Agarwal et al., Reincarnating reinforcement learning, NeurIPS 2022. The loss is that of Q-learning plus
lambda times the cross-entropy to the teacher's policy. In the first episodes the teachers act and the student
learns from it (their steps count as the student's); from then on lambda is ``max(0, 1 - G / G_T)``, with the
mean return G of the student's last episodes and G_T of the teachers' own.

``number``: 0 lambda, 1 episodes so far, 2 mean discounted return of the teachers' episodes.
"""

from __future__ import annotations

from lantern.agents.tabular.arrays import Floats, Ints
from lantern.agents.tabular.baselines.kickstarting import LEAST, draw_towards
from lantern.agents.tabular.compiled import compiled

LAMBDA, EPISODES, TEACHER = 0, 1, 2


def begin(number: Floats, weight: float) -> None:
    """Start with the whole weight."""
    number[LAMBDA] = weight


@compiled
def learn(
    number: Floats,
    policy: Floats,
    lead: Ints,
    q: Floats,
    alive: Ints,
    o: int,
    temperature: float,
    step_size: float,
) -> None:
    """Draw the student's policy at an observation towards that of the most trusted teacher."""
    if number[LAMBDA] < LEAST:
        return
    for i in range(alive.shape[0]):
        u = alive[i]
        if lead[o, u] >= 0:
            draw_towards(q[o, u], policy[lead[o, u], o, u], temperature, step_size * number[LAMBDA])


@compiled
def end_episode(number: Floats, returns: Floats, gain: float, teacher_episodes: float, weight: float) -> None:
    """Note the discounted return of an episode, and set lambda for the next."""
    n = number[EPISODES]
    number[EPISODES] += 1
    if n < teacher_episodes:
        number[TEACHER] += (gain - number[TEACHER]) / (n + 1)
        if n + 1 < teacher_episodes:
            return
    else:
        returns[int(n) % returns.shape[0]] = gain
    if number[TEACHER] <= 0.0:
        number[LAMBDA] = 0.0
        return
    known, total = 0, 0.0
    for i in range(returns.shape[0]):
        if returns[i] >= 0.0:
            known += 1
            total += returns[i]
    number[LAMBDA] = weight * max(1.0 - total / max(known, 1) / number[TEACHER], 0.0)
