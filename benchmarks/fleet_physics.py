"""Where physics matters in surrogates of the fleet: each part of it left out, at the same sites and data.

Usage: ``python benchmarks/fleet_physics.py [--sites 12] [--budgets 1h,1w]``. Needs torch. What is measured is
kept in ``runs/fleet_physics`` as it comes, as by ``fleet_transfer.py``, whose task, records and scores these
are. "Elsewhere" are two days with tests on all actuators and waste that no training had. A free run gets the
set-points of a record and no reading but the first.
"""

from __future__ import annotations

import argparse
import functools
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lantern.errors import LanternError
from lantern.experiments.emission.physics import free_run, log_error, violations
from lantern.experiments.emission.pieces import Pieces
from lantern.experiments.emission.transfer import BUDGETS, fleet_record, kept_source, score
from lantern.surrogates.process import PlantSurrogate, Settings, adapt

SECONDS = 300.0
HORIZONS = (12, 72, 288)
PLAIN = Settings(steps=200, rate=1e-3, batch=256)
VARIANTS = {
    "heads": "heads, as they are",
    "no_loss": "  source without conservation in its loss",
    "no_ties": "  predictions not reconciled with balances",
    "no_design": "  levels without the site's design",
    "no_rest": "  levels as free to move as differences",
    "nothing": "  without all of these",
    "full": "full, as it is",
    "loss_alone": "  conservation in the loss alone",
    "full_no_physics": "  without physics",
}
BALANCES = ("carbon", "oxygen", "nitrogen", "sulphur", "chlorine", "reagents")


def adapted(
    variant: str, source: PlantSurrogate, plain: PlantSurrogate, records: list[Any]
) -> PlantSurrogate:
    """A surrogate of the site with a part of the physics left out."""
    mode = "heads" if variant in ("heads", "nothing") or variant.startswith("no_") else "full"
    if variant == "full_no_physics":
        mode = variant
    settings = replace(PLAIN, stiff=0.0) if variant in ("no_rest", "nothing") else PLAIN
    begin = plain if variant in ("no_loss", "nothing") else source
    if variant == "no_loss":
        begin = replace(plain, ties=source.ties)
    if variant in ("no_ties", "nothing", "loss_alone"):
        begin = replace(begin, ties=None)
    if variant in ("no_design", "nothing"):
        begin = replace(begin, usual=replace(begin.usual, share=np.zeros(0)))
    return adapt(begin, records, mode, settings)


def measure(pieces: Pieces, sites: int, budgets: list[str], variants: list[str]) -> dict[str, Any]:
    """All pieces by name."""
    source = kept_source(pieces, SECONDS)
    plain = kept_source(pieces, SECONDS, replace(Settings(), physics=0.0))
    record = functools.cache(fleet_record)

    def work(name: str) -> dict[str, Any]:
        site, budget, variant = name.split("-")
        number = int(site.removeprefix("site"))
        few = record(number, BUDGETS[budget], 100 + number, SECONDS)
        held = record(number, 96, 200 + number, SECONDS)
        away = record(number, 48, 300 + number, SECONDS, "excited", "unseen")
        model = adapted(variant, source, plain, [few])
        starts, runs = free_run(model, held, HORIZONS, 12)
        return {
            "held": score(model, held).row(),
            "away": score(model, away).row(),
            "next": violations(
                held, model.predict(held).mean, model.outputs, np.arange(1, len(held))
            ).tolist(),
            "day": violations(held, runs[-1], model.outputs, starts + HORIZONS[-1]).tolist(),
            "drift": [
                log_error(held, made, model.outputs, starts + ahead)
                for made, ahead in zip(runs, HORIZONS, strict=True)
            ],
        }

    every = [(budget, variant) for variant in variants for budget in budgets]
    names = [f"site{site}-{budget}-{variant}" for budget, variant in every for site in range(1, sites + 1)]
    return pieces.measure(names, work)


def report(found: dict[str, Any], sites: int, budgets: list[str], variants: list[str]) -> None:
    """Print the table."""
    print(f"{'':<50}{'mean R2 of six':^32}{'  error of log after':<22}{'balances broken by, %':>23}")
    print(f"{'':<50}{'next row':>16}{'elsewhere':>16}{'1 h':>8}{'6 h':>7}{'24 h':>7}", end="")
    print("".join(f"{name[:8]:>10}" for name in BALANCES))
    for budget in budgets:
        for variant in variants:
            parts = [found[f"site{site}-{budget}-{variant}"] for site in range(1, sites + 1)]
            line = f"{budget:<5}{VARIANTS[variant]:<45}"
            for name in ("held", "away"):
                means = np.array([np.mean(part[name][:6]) for part in parts])
                line += f"{np.median(means):>9.3f}{means.min():>7.3f}"
            line += " " + "".join(
                f"{value:>7.2f}" for value in np.median([p["drift"] for p in parts], axis=0)
            )
            pairs = (np.median([part[name] for part in parts], axis=0) for name in ("next", "day"))
            line += "".join(f"{100 * one:>5.1f}/{100 * day:<4.1f}" for one, day in zip(*pairs, strict=True))
            print(line)
    print("\nR2: median and worst site. Balances: next row / free run after a day; medians of sites.")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--sites", type=int, default=12)
    parser.add_argument("--budgets", default="1h,1w")
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument("--out", type=Path, default=Path("runs/fleet_physics"))
    parser.add_argument("--minutes", type=float, default=float("inf"), help="of CPU; then go on later")
    options = parser.parse_args()
    torch.set_num_threads(1)
    budgets, variants = options.budgets.split(","), options.variants.split(",")
    try:
        found = measure(Pieces(options.out, options.minutes), options.sites, budgets, variants)
    except LanternError as error:
        sys.exit(str(error))
    report(found, options.sites, budgets, variants)
    print(f"{sum(piece['cpu'] for piece in found.values()):.0f} CPU s without the sources' training")


if __name__ == "__main__":
    main()
