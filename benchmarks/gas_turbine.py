"""The years of a gas turbine as domains: NOx of a new year from 2 % of its rows.

Usage: ``python benchmarks/gas_turbine.py [--data FOLDER] [--seeds 3] [--json FILE]``. Needs torch and
scikit-learn. The data (Kaya, Tufekci and Uzun 2019, UCI data set 551, gt_2011.csv to gt_2015.csv) are not
shipped; FOLDER is where they were put.

Official protocol: train on 2011 to 2013, test on 2014 and 2015. Leave one year out: train on the other four.
The 2 % are drawn at random from the year (so spread over it; mean and range over seeds), and, the harder
question, its first six days. All scores are on the rest of the year. The peers are a ridge and boosted trees:
on the sources alone, on the 2 % alone, and on both together. What was measured is kept in the JSON file after
every year, and is not measured again when the command is run again with it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from lantern.surrogates.domains import DomainSurrogate, train_domains

Floats = NDArray[np.float64]
YEARS = range(2011, 2016)
SHARE = 0.02
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "gas_turbine"


def r_squared(predicted: Floats, true: Floats) -> float:
    return float(1.0 - np.sum((predicted - true) ** 2) / np.sum((true - true.mean()) ** 2))


def read(folder: Path) -> dict[int, tuple[Floats, Floats]]:
    """Inputs (nine columns) and NOx of every year."""
    found = {}
    for year in YEARS:
        rows = np.genfromtxt(folder / f"gt_{year}.csv", delimiter=",", skip_header=1)
        found[year] = (rows[:, :9], rows[:, 10])
    return found


PEERS: dict[str, Callable[[], object]] = {
    "ridge": lambda: make_pipeline(StandardScaler(), Ridge(1.0)),
    "boosted trees": lambda: HistGradientBoostingRegressor(random_state=0),
}


def peers(
    source: tuple[Floats, Floats], few: tuple[Floats, Floats], rest: tuple[Floats, Floats]
) -> dict[str, float]:
    """Scores of the peers on each choice of data."""
    both = (np.concatenate([source[0], few[0]]), np.concatenate([source[1], few[1]]))
    found = {}
    for name, make in PEERS.items():
        for label, (x, y) in (("sources", source), ("2 %", few), ("sources and 2 %", both)):
            model = make()
            model.fit(x, y)  # type: ignore[attr-defined]
            found[f"{name}, {label}"] = r_squared(model.predict(rest[0]), rest[1])  # type: ignore[attr-defined]
    return found


def ours(
    model: DomainSurrogate, few: tuple[Floats, Floats], rest: tuple[Floats, Floats], first: bool
) -> dict[str, float]:
    """Scores of the surrogate before and after its heads are solved, and the coverage of its intervals."""
    adapted = model.adapt(few[0], few[1][:, None], blocks=8 if first else 40, cautious=first)
    made, spread = adapted.predict_with_spread(rest[0])
    inside = np.abs(made[:, 0] - rest[1]) < 1.645 * spread[:, 0]
    return {
        "surrogate, zero-shot": r_squared(model.predict(rest[0])[:, 0], rest[1]),
        "surrogate, heads on 2 %": r_squared(made[:, 0], rest[1]),
        "  share inside its 90 % interval": float(inside.mean()),
    }


def split(year: tuple[Floats, Floats], choice: str) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """The 2 % and the rest."""
    inputs, target = year
    count = int(SHARE * len(target))
    chosen = np.zeros(len(target), dtype=bool)
    if choice == "first":
        chosen[:count] = True
    else:
        chosen[np.random.default_rng(int(choice)).permutation(len(target))[:count]] = True
    return (inputs[chosen], target[chosen]), (inputs[~chosen], target[~chosen])


def measure(
    data: dict[int, tuple[Floats, Floats]], sources: list[int], targets: list[int], seeds: int
) -> dict[str, dict[str, list[float]]]:
    """Scores by target and choice of the 2 %, one for each seed."""
    model = train_domains([(data[year][0], data[year][1][:, None]) for year in sources])
    source = (np.concatenate([data[y][0] for y in sources]), np.concatenate([data[y][1] for y in sources]))
    found: dict[str, dict[str, list[float]]] = {}
    for year in targets:
        for choice in [*map(str, range(seeds)), "first"]:
            few, rest = split(data[year], choice)
            key = f"{year} {'first' if choice == 'first' else 'random'}"
            scores = ours(model, few, rest, choice == "first") | peers(source, few, rest)
            for name, value in scores.items():
                found.setdefault(key, {}).setdefault(name, []).append(value)
    return found


def report(title: str, columns: dict[str, dict[str, list[float]]]) -> None:
    """Means over seeds, with the range where there are several."""
    print(f"\n{title}\n{'':<34}" + "".join(f"{name:>20}" for name in columns))
    for name in next(iter(columns.values())):
        cells = ""
        for found in columns.values():
            values = found[name]
            span = f" ({min(values):.2f}..{max(values):.2f})" if len(values) > 1 else ""
            cells += f"{f'{np.mean(values):.2f}{span}':>20}"
        print(f"{name:<34}{cells}")


def verdict(columns: dict[str, dict[str, list[float]]]) -> None:
    """In how many years the surrogate is positive, and better than each peer."""
    own = {year: np.mean(found["surrogate, heads on 2 %"]) for year, found in columns.items()}
    print(f"R2 above 0 in {sum(value > 0 for value in own.values())} of {len(own)}; better than", end=" ")
    names = [name for name in next(iter(columns.values())) if name.startswith(("ridge", "boosted"))]
    better = [sum(own[year] > np.mean(columns[year][name]) for year in own) for name in names]
    print("; ".join(f"{name} in {count}" for name, count in zip(names, better, strict=True)))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not (options.data / "gt_2011.csv").is_file():
        parser.exit(
            2, f"{options.data} does not hold gt_2011.csv; download UCI data set 551 and pass --data.\n"
        )
    torch.set_num_threads(1)
    data, start = read(options.data), time.process_time()
    kept: dict[str, dict[str, list[float]]] = {}
    if options.json and options.json.is_file():
        kept = json.loads(options.json.read_text())
    plans = [([2011, 2012, 2013], [2014, 2015], "official ")]
    plans += [([other for other in YEARS if other != year], [year], "") for year in YEARS]
    for sources, targets, label in plans:
        if f"{label}{targets[-1]} random" not in kept:
            found = measure(data, sources, targets, options.seeds)
            kept |= {f"{label}{key}": value for key, value in found.items()}
            if options.json:
                options.json.write_text(json.dumps(kept, indent=1) + "\n")
    print("NOx R2 on the rest of the year; official: trained on 2011 to 2013, else on the other four years")
    for choice, title in (("random", "2 % of the year drawn at random"), ("first", "its first six days")):
        columns = {key.removesuffix(f" {choice}"): kept[key] for key in kept if key.endswith(choice)}
        report(title, columns)
        verdict(columns)
    print(f"\n{time.process_time() - start:.0f} CPU s")


if __name__ == "__main__":
    main()
