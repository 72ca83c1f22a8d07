"""Set-point rules improved on a model of the plant, by comparison with usual control on the same waste.

A model can burn the same waste twice. So each rule is judged by what it gains over usual control on the same
days, which takes out most of what the waste does, and by whether any pollutant gets worse. The search is an
evolution strategy with a variance of its own for each number (sep-CMA-ES; Ros and Hansen, PPSN 2008).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.control.emissions import SIX, ratios
from lantern.agents.control.policies import FIRE, INPUTS, TRIMMED, Policy, Reagents, Rule, still
from lantern.agents.control.settings import SearchSettings
from lantern.agents.control.task import ControlTask, Days, Plants, run_days

Floats = NDArray[np.float64]

NOX = TRIMMED.index("nox")
MARGIN = np.array([0.08, 0.02, 0.02, 0.02, 0.01, 0.0])
"""How much lower than under usual control each pollutant is wanted, to be no worse at another site too. CO2
has none: little moves it, and N2O from ammonia takes more than all that can be saved."""

WEIGHT = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 5.0])
"""Of each pollutant where it is worse; CO2 moves by tenths of a percent where the others move by percents."""

MOVED = (1, 2, 3)
"""NOx, SO2 and HCl, which reagents move: of the others a surrogate cannot tell to a percent what they do."""

SCALES = (0.5, 2.0)
"""Of gains and of what NOx's trim does by state, where the mean bias has 1."""

_ALLOWED = np.array([[trim in reads for reads in INPUTS.values()] for trim in range(5)])


class Comparison:
    """Judges policies by their advantage over usual control on the same days of a model.

    Parameters
    ----------
    task : ControlTask
    plant : str or SurrogatePlant
        The model; ``"simulator"`` for the site's own.
    settings : SearchSettings
    """

    def __init__(self, task: ControlTask, plant: Any, settings: SearchSettings) -> None:
        self.task, self.model = task, not isinstance(plant, str)
        self.plants = Plants(task, settings.plants, plant, settings.hours)
        self.steps = 0
        self._seed = -1
        self._usual: Days | None = None

    def days(self, policy: Policy, seed: int) -> tuple[Days, Days]:
        """What a policy (on a surrogate: its reagents) and usual control bring on the same days."""
        if seed != self._seed or self._usual is None:
            self._usual, self._seed = run_days(self.plants, still, seed), seed
            self.steps += self.plants.steps * self.plants.count
        if policy is still:
            return self._usual, self._usual
        self.steps += self.plants.steps * self.plants.count
        tried = Reagents(policy) if self.model else policy
        return run_days(self.plants, tried, seed), self._usual

    def gain(self, policy: Policy, seed: int) -> Floats:
        """Mean gain of a control step over usual control by the aim, whatever got worse: float64[N]."""
        days, usual = self.days(policy, seed)
        return np.asarray((days.worth - usual.worth).mean(axis=0))

    def advantage(self, policy: Policy, seed: int, margin: Floats | float = MARGIN) -> Floats:
        """Mean gain of a control step over usual control, less what got worse: float64[N], one a day.

        On a surrogate what got worse is taken over all days together: on a single one it is too coarse.
        """
        days, usual = self.days(policy, seed)
        ratio = ratios(self.task, days, usual)
        if self.model:
            ratio = np.where(np.isin(np.arange(len(SIX)), MOVED), ratio.mean(axis=0), 0.0)[None]
        worse = WEIGHT * np.clip(ratio - 1.0 + margin, 0.0, 1.0)
        gain = (days.worth - usual.worth).mean(axis=0)
        return np.asarray(gain - self.task.aim.worse * worse.sum(axis=1))


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
    gain[_ALLOWED] = np.clip(SCALES[0] * numbers[5:-states], -1.0, 1.0)
    bias = np.tile(numbers[:5], (states, 1))
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
        scores = [comparison.advantage(unpack(one, start), seed).mean() for one in drawn]
        strategy.tell(drawn, np.array(scores) - pull * ((drawn - home) ** 2).sum(axis=1))
    found = unpack(strategy.mean, start)
    seed = int(rng.integers(2**31))
    better = comparison.advantage(found, seed).mean() > comparison.advantage(start, seed).mean()
    return found if better else start


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
