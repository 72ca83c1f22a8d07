"""Set-point rules improved on a model of the plant, by comparison with usual control on the same waste.

The search is an evolution strategy with a variance of its own for each number (sep-CMA-ES; Ros and Hansen,
PPSN 2008); what a rule is worth is in :mod:`lantern.agents.control.comparison`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lantern.agents.control.comparison import Comparison
from lantern.agents.control.policies import FIRE, INPUTS, READS, TRIMMED, Rule
from lantern.agents.control.settings import SearchSettings

Floats = NDArray[np.float64]

SHARED = len(TRIMMED)
"""How many numbers of a rule come first: trims that all states have in common."""

NOX = TRIMMED.index("nox")
_ALLOWED = np.array([[trim in reads for reads in INPUTS.values()] for trim in range(5)])

_GAINS = np.tile([0.15 if name in READS else 1.0 for name in INPUTS], (len(TRIMMED), 1))[_ALLOWED]

SCALES = (_GAINS, 0.5)
"""Of gains and of what NOx's trim does by state, where what all states share has 1: a search finds what is
large first, trims and answers to what presses, then what depends on other readings."""

SHRINK = 0.05
"""What a squared gain, or a NOx trim that one state has to itself, costs: what the days of a search cannot
tell from nothing is to be nothing, or it does harm at another site."""


def pack(rule: Rule) -> Floats:
    """The numbers of a rule that a search changes: mean bias, allowed gains, and NOx's bias by state.

    The task orders in time what NOx and ammonia do, so that their trim alone depends on its state; with a
    number for every trim in every state a search of minutes would find nothing.
    """
    shared = rule.bias.mean(axis=0)
    own = rule.bias[:, NOX] - shared[NOX]
    return np.concatenate([shared, rule.gain[_ALLOWED] / SCALES[0], own / SCALES[1]])


def unpack(numbers: Floats, like: Rule) -> Rule:
    """The rule of some numbers."""
    states = len(like.bias)
    gain = np.zeros_like(like.gain)
    gain[_ALLOWED] = np.clip(SCALES[0] * numbers[SHARED:-states], -1.0, 1.0)
    bias = np.tile(numbers[:SHARED], (states, 1))
    bias[:, NOX] += SCALES[1] * numbers[-states:]
    return replace(like, bias=np.clip(bias, -1.0, 1.0), gain=gain)


def improve(
    comparison: Comparison, start: Rule, settings: SearchSettings, rng: np.random.Generator,
    pull: float = 0.0, fire: bool = True,
) -> Rule:  # fmt: skip
    """Search for a better rule near a given one.

    Parameters
    ----------
    comparison : Comparison
    start : Rule
    settings : SearchSettings
    rng : numpy.random.Generator
    pull : float
        What a squared distance from ``start`` costs: belief in where it comes from. A search with such a
        belief begins at half the spread.
    fire : bool
        Whether load and air may change too. On a surrogate they should not: it knows too little of how air
        trades carbon monoxide against dust, and a search would find what it has wrong.

    Returns
    -------
    Rule
        The better one, on days that the search had not seen, of what was found and ``start``.
    """
    home = pack(start)
    strategy = Strategy(home, settings.spread * (0.5 if pull else 1.0), settings.candidates)
    for _ in range(settings.rounds):
        seed = int(rng.integers(2**31))
        drawn = strategy.ask(rng)
        if not fire:
            drawn[:, :FIRE] = home[:FIRE]
        scores = comparison.advantage([unpack(one, start) for one in drawn], seed).mean(axis=1)
        scores -= pull * ((drawn - home) ** 2).sum(axis=1) + SHRINK * (drawn[:, SHARED:] ** 2).sum(axis=1)
        strategy.tell(drawn, scores)
    found = unpack(strategy.mean, start)
    seed = int(rng.integers(2**31))
    before, after = comparison.advantage([start, found], seed).mean(axis=1)
    return found if after > before else start


class Strategy:
    """An evolution strategy with cumulative step sizes and a variance for each number.

    Parameters
    ----------
    mean : float64[n]
    spread : float
    candidates : int
    """

    def __init__(self, mean: Floats, spread: float, candidates: int) -> None:
        n, half = len(mean), candidates // 2
        self.mean, self.spread, self.count = mean.astype(float), spread, candidates
        raw = np.log(half + 0.5) - np.log(np.arange(1, half + 1))
        self.weight = raw / raw.sum()
        effective = 1.0 / (self.weight**2).sum()
        self.path_rate = (effective + 2.0) / (n + effective + 5.0)
        self.damping = 1.0 + 2.0 * max(0.0, np.sqrt((effective - 1.0) / (n + 1.0)) - 1.0) + self.path_rate
        self.one_rate = (n + 2.0) / 3.0 * 2.0 / ((n + 1.3) ** 2 + effective)
        mu = (n + 2.0) / 3.0 * 2.0 * (effective - 2.0 + 1.0 / effective) / ((n + 2.0) ** 2 + effective)
        self.rank_rate = float(min(max(mu, 0.0), 1.0 - self.one_rate))
        self.long_rate = 4.0 / (n + 4.0)
        self.effective, self.expected = effective, np.sqrt(n) * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n))
        self.path, self.long, self.variance = np.zeros(n), np.zeros(n), np.ones(n)

    def ask(self, rng: np.random.Generator) -> Floats:
        """Draw candidates: float64[candidates, n]."""
        noise = rng.standard_normal((self.count, len(self.mean)))
        return np.asarray(self.mean + self.spread * np.sqrt(self.variance) * noise)

    def tell(self, drawn: Floats, scores: Floats) -> None:
        """Learn from the scores of the candidates that were drawn last; larger is better."""
        best = drawn[np.argsort(-scores)[: len(self.weight)]]
        steps = (best - self.mean) / self.spread
        moved = self.weight @ steps
        self.mean = self.mean + self.spread * moved
        c = self.path_rate
        self.path = (1 - c) * self.path + np.sqrt(c * (2 - c) * self.effective) * moved / np.sqrt(
            self.variance
        )
        c = self.long_rate
        self.long = (1 - c) * self.long + np.sqrt(c * (2 - c) * self.effective) * moved
        learned = self.one_rate * self.long**2 + self.rank_rate * (self.weight @ steps**2)
        self.variance = (1 - self.one_rate - self.rank_rate) * self.variance + learned
        grown = np.linalg.norm(self.path) / self.expected - 1.0
        self.spread *= float(np.exp(min(self.path_rate / self.damping * grown, 0.6)))
