"""PRQ-learning: each episode reuses one policy of a library, or is the learner's own.

Fernandez & Veloso, Probabilistic policy reuse in a reinforcement learning agent, AAMAS 2006. An episode draws
a policy by a softmax over their mean discounted returns, which grows greedier. A teacher's action is then
taken with a chance that fades with every step (pi-reuse); else the learner acts as usual.

``number``: 0 greed so far, 1 policy of the episode, 2 chance of following it now. ``score``: mean return and
episodes of each teacher and, last, of the learner itself.
"""

from __future__ import annotations

import math

from lantern.agents.tabular.arrays import Floats, Ints
from lantern.agents.tabular.compiled import compiled
from lantern.agents.tabular.stream import Stream, draw, highest, uniform

GREED, CHOSEN, CHANCE = 0, 1, 2


@compiled
def begin_episode(number: Floats, score: Floats, reuse: float, stream: Stream) -> None:
    """Draw the policy of an episode."""
    total = 0.0
    top = highest(score[:, 0])
    for k in range(score.shape[0]):
        total += math.exp(number[GREED] * (score[k, 0] - top))
    left = uniform(draw(stream)) * total
    number[CHOSEN] = score.shape[0] - 1
    for k in range(score.shape[0]):
        left -= math.exp(number[GREED] * (score[k, 0] - top))
        if left < 0.0:
            number[CHOSEN] = k
            break
    number[CHANCE] = reuse


@compiled
def follow(number: Floats, action: Ints, o: int, u: int, fading: float, stream: Stream) -> int:
    """Action of the reused policy, or -1 where the learner acts itself."""
    k = int(number[CHOSEN])
    if k >= action.shape[0]:
        return -1
    follows = uniform(draw(stream)) < number[CHANCE]
    number[CHANCE] *= fading
    return int(action[k, o, u]) if follows else -1


@compiled
def end_episode(number: Floats, score: Floats, gain: float, greed: float) -> None:
    """Note the discounted return of the policy that the episode reused."""
    k = int(number[CHOSEN])
    score[k, 1] += 1
    score[k, 0] += (gain - score[k, 0]) / score[k, 1]
    number[GREED] += greed
