"""What a site's surrogate is like, for reports: a day it has not seen, and how it uses its experts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.agents.control.models import reference_use
from lantern.agents.control.task import ControlTask
from lantern.envs.incinerator.twin import SECONDS
from lantern.surrogates.process import PlantSurrogate, jensen_shannon

Floats = NDArray[np.float64]
POLLUTANTS = ("co", "nox", "so2", "hcl", "dust", "co2")
SEED = 7919
"""Of the day that is shown: none that a surrogate learns from, or a controller is judged on."""


def portrait(model: PlantSurrogate, task: ControlTask, reference: str) -> dict[str, Any]:
    """Predictions of a day beside what instruments showed, and the experts' shares beside the reference's.

    Parameters
    ----------
    model : PlantSurrogate
        Of the site.
    task : ControlTask
    reference : str
        Name of the site that it was adapted from.

    Returns
    -------
    dict
        For JSON: ``shown`` and ``predicted`` (lists by pollutant), ``r2`` by pollutant, ``inside`` (share of
        readings inside the 90 % intervals), ``experts`` with ``reference``, ``site`` and ``distance``.
    """
    from lantern.envs.incinerator.recording import record

    day = record(task.site, 24.0, seed=SEED, policy="usual").every(SECONDS)
    made = model.predict(day, 0.9)
    readings = day.array(model.outputs)[1:]
    columns = {name: model.outputs.index(name) for name in POLLUTANTS}
    r2 = 1.0 - np.mean((made.mean - readings) ** 2, axis=0) / np.maximum(readings.var(axis=0), 1e-12)
    usual, here = np.array(reference_use(reference)), made.shares.mean(axis=0)
    return {
        "shown": {name: _short(readings[:, at]) for name, at in columns.items()},
        "predicted": {name: _short(made.mean[:, at]) for name, at in columns.items()},
        "r2": {name: round(float(r2[at]), 4) for name, at in columns.items()},
        "inside": round(float(np.mean((made.low <= readings) & (readings <= made.high))), 4),
        "experts": {
            "reference": _short(usual),
            "site": _short(here),
            "distance": round(jensen_shannon(usual, here), 4),
        },
    }


def _short(values: Floats) -> list[float]:
    return [float(f"{value:.4g}") for value in values]
