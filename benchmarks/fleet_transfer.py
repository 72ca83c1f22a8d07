"""Surrogates taken from the reference site to the other twelve of the simulated fleet, with little data.

Usage: ``python benchmarks/fleet_transfer.py [--sites 12] [--budgets 1h,1d,1w,1m] [--json FILE]``. Needs
torch. CPMoE-style; its equations are not public, so this is not a reproduction.

The task: from the set-points of the next five minutes and all readings so far, predict the mean reading of
the next five minutes. Scores are R2 against what instruments without noise would show (their lag kept), on
four days that no model has seen. CPSI-style index: mean of the ratios of CO, NOx, SO2, HCl and dust to the
daily limits of GB 18485 and of CO2 per steam to the site's usual.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

from lantern.experiments.emission.transfer import (
    BUDGETS,
    Score,
    fleet_record,
    persistence,
    score,
    source_surrogate,
)
from lantern.surrogates.process import MODES, adapt, jensen_shannon

SECONDS = 300.0


def measure(
    sites: int, budgets: list[str], modes: list[str]
) -> tuple[dict[tuple[str, str], list[Score]], dict[str, list[float]]]:
    """Scores of every budget and mode at every site, and how far the use of experts moved."""
    source = source_surrogate(SECONDS)
    found: dict[tuple[str, str], list[Score]] = {}
    moved: dict[str, list[float]] = {}
    record = fleet_record(0, 96, 900, SECONDS)
    usual = source.predict(record).shares.mean(axis=0)
    print(f"use of the experts at the source: {' '.join(f'{share:.2f}' for share in usual)}", flush=True)
    found[("source", "")] = [score(source, record)]
    for site in range(1, sites + 1):
        held = fleet_record(site, 96, 200 + site, SECONDS)
        found.setdefault(("persistence", ""), []).append(persistence(held))
        for budget in budgets:
            record = fleet_record(site, BUDGETS[budget], 100 + site, SECONDS)
            for mode in modes:
                model = adapt(source, [record], mode)
                found.setdefault((budget, mode), []).append(score(model, held))
                if budget == budgets[-1] and mode != "scratch":
                    shares = model.predict(held).shares.mean(axis=0)
                    moved.setdefault(mode, []).append(jensen_shannon(usual, shares))
        print(f"site {site} done", file=sys.stderr, flush=True)
    return found, moved


def report(found: dict[tuple[str, str], list[Score]], moved: dict[str, list[float]]) -> None:
    """Print the tables."""
    names = ("CO", "NOx", "SO2", "HCl", "dust", "CO2")
    head = "".join(f"{name:>7}" for name in names)
    print(f"{'':<6}{'':<18}{'mean R2 of six':>18}{'CPSI R2':>18}   median by pollutant")
    print(f"{'data':<6}{'mode':<18}{'median':>9}{'worst':>9}{'median':>9}{'worst':>9}   {head}{'in 90 %':>9}")
    for (budget, mode), scores in found.items():
        means = np.array([one.r2.mean() for one in scores])
        index = np.array([one.index_r2 for one in scores])
        each = np.median([one.r2 for one in scores], axis=0)
        inside = float(np.mean([one.coverage[1] for one in scores]))
        row = "".join(
            f"{value:>9.3f}" for value in (np.median(means), means.min(), np.median(index), index.min())
        )
        name = f"{budget if mode else '':<6}{mode or budget:<18}"
        print(f"{name}{row}   " + "".join(f"{value:>7.3f}" for value in each) + f"{100 * inside:>7.1f} %")
    print("\nshare of readings inside intervals, mean over sites and outputs")
    for key, scores in found.items():
        levels = np.mean([one.coverage for one in scores], axis=0)
        if key[1] == "heads":
            shown = zip((50, 90, 95), levels, strict=True)
            print(f"{key[0]:<6}" + "  ".join(f"{level} %: {100 * share:.1f} %" for level, share in shown))
    print("\nJensen-Shannon distance of the use of experts from the source, median over sites (largest)")
    for mode, distances in moved.items():
        print(f"{mode:<12}{np.median(distances):.3f} ({max(distances):.3f})")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--sites", type=int, default=12)
    parser.add_argument("--budgets", default="1h,1d,1w,1m", help=", ".join(BUDGETS))
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    start = time.process_time()
    found, moved = measure(options.sites, options.budgets.split(","), options.modes.split(","))
    report(found, moved)
    print(f"\n{time.process_time() - start:.0f} CPU s")
    if options.json:
        table = {
            f"{budget} {mode}".strip(): [[*one.r2.tolist(), one.index_r2] for one in scores]
            for (budget, mode), scores in found.items()
        }
        options.json.write_text(json.dumps(table) + "\n")


if __name__ == "__main__":
    main()
