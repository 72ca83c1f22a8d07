"""A small process whose truth is known, to try surrogates on."""

from __future__ import annotations

import numpy as np

from lantern.surrogates.process import Channels
from lantern.surrogates.record import Record

CHANNELS = Channels(
    ("set_valve",), ("heat", "smoke"), ("set_valve", "smoke"), {"smoke": 1e-3}, {"heat": 2.0, "smoke": 0.5},
    (0.0, 600.0), 0.0, ("set_valve", "heat"),
)  # fmt: skip
TRUE = ("true_heat", "true_smoke")


def plant(rows, gain=1.0, level=50.0, seed=0, *, wild=1.0, bend=0.5, noise=0.03):
    """Heat follows the valve, smoke the logarithm of both with a bend; readings carry noise."""
    rng = np.random.default_rng(seed)
    valve = np.exp(0.3 * wild * np.repeat(rng.normal(size=rows // 10 + 1), 10)[:rows])
    heat, now = np.zeros(rows), level
    for t in range(rows):
        now += 0.3 * (level + 5 * gain * np.log(valve[t]) - now)
        heat[t] = now
    smoke = 3 * np.exp(0.3 * (heat - level) / gain + bend * np.tanh(3 * np.log(valve)))
    columns = {
        "set_valve": valve,
        "heat": heat + 0.1 * rng.normal(size=rows),
        "smoke": smoke * np.exp(noise * rng.normal(size=rows)),
        "true_heat": heat,
        "true_smoke": smoke,
    }
    return Record(columns, dict.fromkeys(columns, "1"), 300.0, {"site": f"gain {gain}"})
