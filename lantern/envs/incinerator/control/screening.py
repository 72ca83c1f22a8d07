"""Off-line screening of set-points on a twin of the plant, as digital twins of plants are used.

Moments of usual operation are taken as they come; from each, candidate adjustments of the usual controller's
set-points are tried on the twin for some hours, and what the twin predicts is compared with what it predicts
without any adjustment, on the same waste. The figures (by how much the risk index falls, and in what share of
the moments no pollutant rises) are a model's estimate of itself. Only running the adjustment on the plant can
show more; :func:`apply` does that on the simulator.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lantern.envs.incinerator.layout import ACTIONS, Floats
from lantern.envs.incinerator.sensors import READ
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.standards import POLLUTANTS

TOLERANCE = 0.01
"""Of a pollutant's mean: a rise by less is none."""

_COLUMNS = [READ[name] for name in POLLUTANTS]


@dataclass(frozen=True)
class Screening:
    """What a screening found.

    Attributes
    ----------
    trims : float64[5]
        The adjustment with the lowest index of those by which no pollutant rises on average: of load, oxygen,
        secondary air, NOx and acid gases, in [-1, 1].
    reduction : float
        By how much it lowers the mean risk index, as a share.
    co_reduction : float
        Share of moments in which it lowers the index and no pollutant rises.
    each_reduction, each_co_reduction : float
        The same where every moment gets the adjustment that is best for it, of those by which no pollutant
        rises then.
    cost : float
        Relative change of the running cost (reagents, lost load, CO2) by the best adjustment.
    tried : int
        Candidates.
    """

    trims: Floats
    reduction: float
    co_reduction: float
    each_reduction: float
    each_co_reduction: float
    cost: float
    tried: int


@dataclass(frozen=True)
class Predicted:
    """Means over a horizon, one row a moment: index, pollutants (mg/Nm3) and running cost (EUR a step)."""

    index: Floats
    pollutants: Floats
    cost: Floats


def screen(
    site: Site | str | int,
    plant: Any = "simulator",
    *,
    moments: int = 64,
    candidates: int = 64,
    hours: float = 3.0,
    standard: str = "gb18485",
    dearer: float = 0.05,
    seed: int = 0,
) -> Screening:
    """Screen static adjustments of a site's set-points.

    Parameters
    ----------
    site : Site, str or int
        The line.
    plant : str or SurrogatePlant
        The twin: a surrogate, or the simulator.
    moments, candidates : int
        How many of each; candidates are spread evenly (Sobol), half of them over reagents only, and the
        usual set-points are among them.
    hours : float
        Horizon; its first third is settling and does not count.
    standard : str
        Whose limits the index is made of.
    dearer : float
        Largest rise of the running cost that an adjustment may bring, as a share.
    seed : int
    """
    from scipy.stats import qmc

    points = 2.0 * qmc.Sobol(ACTIONS, rng=np.random.default_rng(seed)).random(candidates) - 1.0
    points[1::2, :3] = 0.0  # every other one leaves the fire alone and changes reagents only
    points[0] = 0.0
    course = _Course(site, plant, moments, hours, standard, seed)
    found = [course(point) for point in points]
    before = found[0]
    index = np.array([one.index for one in found])
    cheap = np.array([one.cost.mean() <= (1.0 + dearer) * before.cost.mean() for one in found])
    spared = np.array([_none_rises(one, before) for one in found])
    # The unchanged set-points let nothing rise, so that there is always one candidate to take.
    on_average = np.array([_none_rises(_averaged(one), _averaged(before)).all() for one in found])
    best = int(np.argmin(np.where(cheap & on_average, index.mean(axis=1), np.inf)))
    each = np.argmin(np.where(spared & cheap[:, None], index, np.inf), axis=0)
    rows = np.arange(moments)
    lower = index[each, rows] < before.index
    return Screening(
        trims=points[best],
        reduction=float(1.0 - index[best].mean() / before.index.mean()),
        co_reduction=float((spared[best] & (index[best] < before.index)).mean()),
        each_reduction=float(1.0 - index[each, rows].mean() / before.index.mean()),
        each_co_reduction=float((spared[each, rows] & lower).mean()),
        cost=float(found[best].cost.mean() / before.cost.mean() - 1.0),
        tried=candidates,
    )


def apply(
    site: Site | str | int, trims: Floats, *, days: int = 20, standard: str = "gb18485", seed: int = 0
) -> tuple[float, float]:
    """Run an adjustment on the simulator, whole days with unseen waste and a changing load.

    Returns
    -------
    reduction : float
        Of the mean risk index against usual control on the same days, as a share.
    no_worse : float
        Share of days on which no pollutant's mean is higher than under usual control by more than 1 %.
    """
    course = _Course(
        site, "simulator", days, 24.0, standard, seed, load="change", waste="unseen", settling=0.0
    )
    before, after = course(np.zeros(ACTIONS)), course(np.asarray(trims, dtype=float))
    return float(1.0 - after.index.mean() / before.index.mean()), float(_none_rises(after, before).mean())


def _none_rises(after: Predicted, before: Predicted) -> np.ndarray:
    return np.asarray((after.pollutants <= (1.0 + TOLERANCE) * before.pollutants + 1e-6).all(axis=1))


def _averaged(one: Predicted) -> Predicted:
    return Predicted(*(part.mean(axis=0, keepdims=True) for part in (one.index, one.pollutants, one.cost)))


class _Course:
    """What set-points bring, always from the same moments and on the same waste."""

    def __init__(
        self, site: Site | str | int, plant: Any, moments: int, hours: float, standard: str, seed: int, *,
        load: str = "constant", waste: str = "usual", settling: float = 1 / 3,
    ) -> None:  # fmt: skip
        from lantern.envs.incinerator.vector import EmissionControlVectorEnv

        self._envs = EmissionControlVectorEnv(
            site, moments, plant, autoreset="disabled", actions="setpoints", hours=hours, load=load,
            waste=waste, standard=standard,
        )  # fmt: skip
        self._seed, self._count = seed, moments
        self._settling = round(settling * self._envs.max_steps)

    def __call__(self, trims: Floats) -> Predicted:
        """Means over the horizon under a static adjustment."""
        self._envs.reset(seed=self._seed)
        actions = np.tile(trims, (self._count, 1))
        index, pollutants, cost = [], [], []
        for step in range(self._envs.max_steps):
            infos = self._envs.step(actions)[4]
            if step >= self._settling:
                index.append(infos["cpsi"])
                pollutants.append(infos.get("true", infos["measured"])[:, _COLUMNS])
                cost.append(infos["cost"]["total"] - infos["cost"]["penalty"])
        return Predicted(np.mean(index, axis=0), np.mean(pollutants, axis=0), np.mean(cost, axis=0))
