"""What controllers of the incinerator fleet reach: the tables of docs/emission-control.md, and its goals.

Run ``python benchmarks/emission_control.py`` (a quarter of an hour of computing the first time; a folder that
has the results is read only). Prints, over all sites and for each: the share of time with all limits kept,
the risk index and the running cost against usual control, the share of site-days on which no pollutant is
worse, the days of the site that were used; then each goal, met or missed. All on the simulator, with waste
that no training had, the same days for all controllers.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import lantern
from lantern.experiments import load_results
from lantern.experiments.results import Job, Results

Floats = NDArray[np.float64]

OURS, REFERENCE = "lantern", "sac_site"
SHOWN = {
    "within": "limits kept", "within_day": "days kept", "cpsi_change": "index", "cost_change": "cost",
    "no_worse": "no worse", "no_worse_strict": "strictly", "success": "task done",
}  # fmt: skip
SIX = ("co", "nox", "so2", "hcl", "dust", "co2")
LIMITED = SIX[:5]


class Table(NamedTuple):
    """Measures of all agents at all sites: float64[agents, sites, measures], means over seeds."""

    agents: list[str]
    sites: list[str]
    names: list[str]
    values: Floats

    def of(self, agent: str, name: str) -> Floats:
        """One measure of an agent at every site: float64[sites]."""
        found: Floats = self.values[self.agents.index(agent), :, self.names.index(name)]
        return found


def tabulate(results: Results) -> Table:
    """Last evaluations of all jobs; NaN where a job is missing."""
    jobs = results.jobs
    agents = [name for name in results.agents if any(job.agent == name for job in jobs)]
    sites = sorted({job.target for job in jobs})
    named = [f"{kind}_{name}" for kind in ("worse", "beyond") for name in SIX]
    names = [*SHOWN, *named, *(f"missed_{name}" for name in LIMITED), "steps"]
    values = np.full((len(agents), len(sites), len(names)), np.nan)
    for at, agent in enumerate(agents):
        for place, site in enumerate(sites):
            found = [measures(job, names) for job in jobs if (job.agent, job.target) == (agent, site)]
            if found:
                values[at, place] = np.mean(found, axis=0)
    return Table(agents, sites, names, values)


def measures(job: Job, names: list[str]) -> list[float]:
    """The numbers of one job, in the order of the names."""
    last = {name: float(values[-1]) for name, values in job.curve.metrics.items()}
    last |= {"success": float(job.curve.success[-1]), "steps": float(site_steps(job))}
    return [last[name] for name in names]


def site_steps(job: Job) -> int:
    """Control steps of the site that a job used, recorded, tried or learned on."""
    control = job.settings["control"]
    if job.trust is not None:
        return int(job.trust.step[-1])
    if control["method"] == "usual":
        return 0
    whole = int(job.curve.step[-1])
    recorded = control["method"] == "screening" or control["plant"] == "surrogate"
    return min(round(control["record_hours"] * 12), whole) if recorded else whole


def number(name: str, value: float) -> str:
    """A measure as text."""
    if np.isnan(value):
        return "-"
    if name in ("cpsi_change", "cost_change"):
        return f"{value:+.1%}"
    return f"{value * 5 / 60 / 24:.0f} d" if name == "steps" else f"{value:.2f}"


def print_overall(table: Table) -> None:
    """One row per agent: mean over sites, lowest and highest."""
    print(f"means over {len(table.sites)} sites, lowest and highest in brackets")
    for name, title in {**SHOWN, "steps": "site used"}.items():
        print(f"\n{title}")
        for agent in table.agents:
            here = table.of(agent, name)
            spread = "" if name == "steps" else f" ({number(name, here.min())} to {number(name, here.max())})"
            print(f"  {agent:<16}{number(name, here.mean()):>8}{spread}")


def print_sites(table: Table) -> None:
    """One row per site for every measure, agents side by side."""
    for name in ("within", "cpsi_change", "cost_change", "no_worse", "no_worse_strict"):
        print(f"\n{SHOWN[name]:<14}" + "".join(f"{agent:>15}" for agent in table.agents))
        for place, site in enumerate(table.sites):
            row = table.values[:, place, table.names.index(name)]
            print(f"{site:<14}" + "".join(f"{number(name, value):>15}" for value in row))


def print_worse(table: Table) -> None:
    """Which pollutants are higher at all, and how often."""
    print("\nsite-days on which a pollutant is higher than under usual control, by whatever little")
    print(f"{'':<16}" + "".join(f"{name:>8}" for name in SIX))
    for agent in table.agents:
        row = [table.of(agent, f"worse_{name}").mean() for name in SIX]
        print(f"{agent:<16}" + "".join(f"{value:>8.2f}" for value in row))


def print_causes(table: Table) -> None:
    """Of our controller, site by site: which daily limits are missed, and which pollutants are worse."""
    blocks = {
        "days on which a daily limit is missed": ("missed", LIMITED),
        "days on which a pollutant is worse by more than the analysers' uncertainty": ("beyond", SIX),
        "days on which it is higher at all": ("worse", SIX),
    }
    for title, (kind, names) in blocks.items():
        print(f"\n{OURS}: {title}\n{'':<16}" + "".join(f"{name:>8}" for name in names))
        for place, site in enumerate(table.sites):
            row = [table.of(OURS, f"{kind}_{name}")[place] for name in names]
            print(f"{site:<16}" + "".join(f"{value:>8.2f}" if value else f"{'.':>8}" for value in row))


def goals(table: Table) -> list[tuple[str, str, bool]]:
    """Each goal: what is asked, what was reached, and whether that meets it."""

    def mean(name: str, agent: str = OURS) -> float:
        return float(table.of(agent, name).mean())

    index, kept, other = mean("cpsi_change"), mean("within"), mean("within", REFERENCE)
    behind = [
        site
        for site, ours, theirs in zip(
            table.sites, table.of(OURS, "within"), table.of(REFERENCE, "within"), strict=True
        )
        if ours < theirs - 1e-9
    ]
    worst = float(table.of(OURS, "cpsi_change").max())
    used = mean("steps") / max(mean("steps", REFERENCE), 1.0)
    left = f"behind at {', '.join(behind)}" if behind else "behind at none"
    return [
        ("risk index lower by 10 % or more", f"{index:+.1%}", index <= -0.10),
        ("at no site more than 2 % worse", f"{worst:+.1%} at the worst", worst <= 0.02),
        (f"limits kept as often as {REFERENCE}", f"{kept:.2f} against {other:.2f}; {left}", kept >= other),
        ("with at most 10 % of its site interaction", f"{used:.0%}", used <= 0.1 + 1e-9),
        (
            "no pollutant worse on 95 % of site-days, to the analysers' 3 % (CO 10 %)",
            f"{mean('no_worse'):.1%}",
            mean("no_worse") >= 0.95,
        ),
        (
            "the same strictly, by whatever little",
            f"{mean('no_worse_strict'):.1%}",
            mean("no_worse_strict") >= 0.95,
        ),
    ]


def print_goals(table: Table) -> None:
    """Goals, met or missed."""
    print(f"\ngoals of {OURS}")
    for asked, reached, met in goals(table):
        print(f"  {'met' if met else 'MISSED':<7}{asked}: {reached}")


def main() -> None:
    """Run the sweep where it has not been run, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("runs/emission_control"))
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if not (options.out / "summary.json").exists():
        lantern.sweep("emission_control", options.out, workers=options.workers)
    report(load_results(options.out))


def report(results: Results) -> None:
    """Print all tables."""
    table = tabulate(results)
    spent = sorted({(job.target, job.seed): job.source_steps for job in results.jobs}.values())
    print(
        f"{len(results.jobs)} jobs ({results.missing} missing, {len(results.failures)} failed), "
        f"{len(results.seeds)} seed(s), {results.episodes} days at each site; a target's teachers spent up "
        f"to {spent[-1]:,} control steps at other sites\n"
    )
    print_overall(table)
    print_sites(table)
    print_worse(table)
    if OURS in table.agents:
        print_causes(table)
    if {OURS, REFERENCE} <= set(table.agents):
        print_goals(table)


if __name__ == "__main__":
    main()
