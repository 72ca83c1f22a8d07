"""The fleet beside real lines: daily means of thirteen simulated sites, and statistics of 919 Chinese plants.

Usage: ``python benchmarks/fleet.py [--days 60] [--json FILE]``. Sites run under their usual control, with a
load that changes every few hours; daily means are those of the instruments. The real figures are statistics
of 55,167 line-days of 2020 to 2023 (platform of the Chinese ministry of ecology and environment); the data
themselves carry no licence and are not shipped.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from lantern.envs.incinerator.fleet import POLLUTANTS
from lantern.envs.incinerator.layout import ACTIONS, Floats
from lantern.envs.incinerator.recording import load_profile
from lantern.envs.incinerator.sensors import READ
from lantern.envs.incinerator.simulate import TRIMS, assemble, run
from lantern.envs.incinerator.sites import fleet

DAY = 24 * 60
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
REAL = {
    "dust": (0.49, 1.51, 2.87, 4.90, 9.50),
    "so2": (1.46, 8.99, 19.6, 33.7, 55.4),
    "nox": (51.3, 97.7, 139.0, 171.0, 209.0),
    "co": (0.44, 1.93, 4.36, 10.4, 30.4),
    "hcl": (1.13, 4.02, 8.19, 17.8, 31.9),
}
BETWEEN = {"dust": 0.62, "so2": 0.83, "nox": 0.45, "co": 0.94, "hcl": 0.84}
WITHIN = {"dust": 0.14, "so2": 0.25, "nox": 0.09, "co": 0.32, "hcl": 0.27}
LAG = {"dust": 0.77, "so2": 0.63, "nox": 0.61, "co": 0.47, "hcl": 0.60}


def daily_means(days: int, seed: int = 0) -> Floats:
    """Daily means under usual control: float64[days, 13, 5], columns as ``POLLUTANTS``."""
    sites = fleet()
    plants = assemble(sites, seed)
    loads = np.stack(
        [load_profile(np.random.default_rng([seed, site]), days * DAY) for site in range(13)], axis=1
    )
    columns = [READ[name] for name in POLLUTANTS]
    nothing = np.zeros((1, 1, ACTIONS))
    found = [
        run(plants, nothing, loads[day * DAY : (day + 1) * DAY], TRIMS).reading[:, :, columns].mean(axis=0)
        for day in range(days)
    ]
    return np.array(found)


def statistics(means: Floats) -> dict[str, dict[str, Any]]:
    """Quantiles over all site-days, spread between and within sites, and how one day follows the other."""
    found = {}
    for index, name in enumerate(POLLUTANTS):
        logs = np.log(means[:, :, index])
        centred = logs - logs.mean(axis=0)
        lag = (centred[1:] * centred[:-1]).mean() / (centred**2).mean()
        found[name] = {
            "quantiles": [float(q) for q in np.quantile(means[:, :, index], QUANTILES)],
            "between": float(logs.mean(axis=0).std(ddof=1)),
            "within": float(np.median(centred.std(axis=0, ddof=1))),
            "lag": float(lag),
        }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    means = daily_means(options.days)
    found = statistics(means)
    print(f"simulated / real, mg/Nm3 at 11 % oxygen, {options.days} days of {means.shape[1]} sites")
    print(f"{'':5s}" + "  ".join(f"{q:>14.0%}" for q in QUANTILES))
    for name, one in found.items():
        cells = "  ".join(f"{a:6.2f} /{b:6.1f}" for a, b in zip(one["quantiles"], REAL[name], strict=True))
        print(f"{name:5s}{cells}")
    print("logarithms:  sd between sites   sd within a site   correlation with the day before")
    for name, one in found.items():
        between = f"{one['between']:7.2f} / {BETWEEN[name]:.2f}"
        within = f"{one['within']:11.2f} / {WITHIN[name]:.2f}"
        print(f"{name:12s} {between} {within} {one['lag']:18.2f} / {LAG[name]:.2f}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
