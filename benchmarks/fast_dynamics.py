"""Furnace temperature and oxygen of a new site from minutes of data: a frozen body, a head in closed form.

Usage: ``python benchmarks/fast_dynamics.py [--sites 4] [--json FILE]``. Needs torch.

A body is trained on a week of tests at the reference site, one row a minute. At a new site some minutes of
tests are recorded, and only the head is solved. Scores are R2 of runs of ten minutes that see set-points
alone, begun at every minute of a day, against instruments without noise; mean of temperature and oxygen.
The peer has no source: a ridge on the same inputs (an ARX model with exponential memory), its ridge chosen by
cross-validation on the same minutes.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from lantern.experiments.emission.transfer import fleet_record, r_squared
from lantern.surrogates.process import INCINERATOR, Channels, PlantSurrogate, Settings, adapt, train_surrogate
from lantern.surrogates.record import Record

FAST = Channels(
    INCINERATOR.actions,
    ("furnace", "oxygen", "steam"),
    tuple(name for name in INCINERATOR.logarithmic if name in (*INCINERATOR.actions, "steam")),
    INCINERATOR.floors,
    INCINERATOR.spreads,
    (0.0, 120.0, 600.0, 1800.0),
    120.0,
    INCINERATOR.regime,
)
MINUTES = (15, 30, 60, 120, 240)
AHEAD = 10


def linear(source: PlantSurrogate) -> PlantSurrogate:
    """The peer: the same inputs, no experts and no source; its head starts at zero change."""
    net = source.net
    with torch.no_grad():
        silent = torch.zeros_like(net.head)
    peer = replace(source, posterior=replace(source.posterior, weights=silent.double().numpy()))
    peer.net.second.data.zero_()
    peer.net.second_bias.data.zero_()
    return peer


def score(model: PlantSurrogate, held: Record) -> float:
    made = model.forecast(held, AHEAD)[:, :2]
    return float(r_squared(made, held.array(("quiet_furnace", "quiet_oxygen"))[AHEAD:]).mean())


def measure(sites: int) -> dict[str, dict[int, list[float]]]:
    import copy

    source = train_surrogate([fleet_record(0, 168, 21, 60.0, "excited")], FAST, Settings(steps=1000))
    peer = linear(replace(source, net=copy.deepcopy(source.net)))
    quick = Settings(steps=100, rate=1e-3, batch=256, doubt=30.0)
    found: dict[str, dict[int, list[float]]] = {}
    for site in range(1, sites + 1):
        held = fleet_record(site, 24, 300 + site, 60.0, "excited")
        for minutes in MINUTES:
            record = fleet_record(site, minutes / 60, 400 + site, 60.0, "excited")
            start = time.process_time()
            head = adapt(source, [record], "heads", quick)
            spent = time.process_time() - start
            models = {
                "zero-shot": adapt(source, [record], "zero_shot"),
                "router, scale, then head": head,
                "no source: linear, ridge by CV": adapt(
                    peer, [record], "heads", replace(quick, steps=0, doubt=0.0)
                ),
            }
            for name, model in models.items():
                found.setdefault(name, {}).setdefault(minutes, []).append(score(model, held))
            found.setdefault("CPU seconds of ours", {}).setdefault(minutes, []).append(spent)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--sites", type=int, default=4)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = measure(options.sites)
    print(f"R2 of furnace temperature and oxygen, free runs of {AHEAD} min, mean over {options.sites} sites")
    print(f"{'minutes of data at the new site':<34}" + "".join(f"{minutes:>9}" for minutes in MINUTES))
    for name, row in found.items():
        print(f"{name:<34}" + "".join(f"{np.mean(row[minutes]):>9.3f}" for minutes in MINUTES))
    if options.json:
        options.json.write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
