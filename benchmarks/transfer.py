"""What transfer is worth: the tabular benchmark as tables.

Run ``python benchmarks/transfer.py`` (about five minutes on two cores the first time; a folder that has the
results is read only). For each condition of teachers: steps to the threshold by agent, over all targets; how
LANTERN compares with each agent; and its ratios target by target. ``--sweep ablation`` prints the ablation,
``--sweep benchmark_deep`` the benchmark of deep agents.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import lantern
from lantern.experiments.sweeping import make_plan

OURS = "lantern"
#: The same learner without teachers, by the names that it has in sweeps.
ALONE = ("lantern_alone", "alone")


def interval(found: dict[str, Any] | None, scale: float = 1.0) -> str:
    """An estimate with its interval, as text."""
    if found is None:
        return "-"
    sign = {"at most": "<", "at least": ">"}.get(found.get("bound") or "", "")
    bounds = found.get("ci95")
    text = f"{sign}{scale * found['estimate']:.2f}"
    return text if bounds is None else f"{text} [{scale * bounds[0]:.2f}, {scale * bounds[1]:.2f}]"


def number(steps: float | None) -> str:
    """Steps as text; a mean that too many unfinished runs hide is a dash."""
    return "-" if steps is None else f"{steps:,.0f}"


def print_condition(name: str, agents: dict[str, Any], baseline: str) -> None:
    """One row per agent, over all targets."""
    print(f"\nteachers: {name}; all targets")
    compared = list(dict.fromkeys([baseline, OURS]))
    heads = "".join(f"{'ratio to ' + one:<22}" for one in compared)
    print(f"{'agent':<24}{'reached':>9}{'IQM steps':>11}  {heads}{OURS + ' better':<20}")
    for agent, found in agents.items():
        steps = found["steps_to_threshold"]
        reached = f"{steps['reached']}/{steps['reached'] + steps['censored']}"
        better = reference(found, OURS, baseline).get("probability_of_improvement")
        flipped = better and {
            "estimate": 1 - better["estimate"],
            "ci95": better["ci95"] and [1 - end for end in reversed(better["ci95"])],
        }
        ratios = "".join(f"{interval(reference(found, one, baseline).get('ratio')):<22}" for one in compared)
        print(f"{agent:<24}{reached:>9}{number(steps['iqm']):>11}  {ratios}{interval(flipped):<20}")


def print_targets(name: str, targets: dict[str, Any], agents: list[str], baseline: str) -> None:
    """One row per target: IQM of the steps of LANTERN, and what part they are of each agent's."""
    print(f"\nteachers: {name}; steps of {OURS}, and those of each agent as a multiple of them")
    shown = [agent for agent in agents if agent != OURS]
    names = [target for target, found in targets.items() if name in found["conditions"]]
    print(f"{'agent':<24}" + "".join(f"{target[:13]:>15}" for target in names))
    here = {target: targets[target]["conditions"][name]["agents"] for target in names}
    ours = {target: here[target][OURS]["steps_to_threshold"]["iqm"] for target in names}
    print(f"{OURS:<24}" + "".join(f"{number(ours[target]):>15}" for target in names))
    for agent in shown:
        row = []
        for target in names:
            found = here[target].get(agent)
            compared = reference(found, OURS, baseline) if found else {}
            row.append(interval(compared.get("ratio")).split(" ")[0])
        print(f"{agent:<24}" + "".join(f"{cell:>15}" for cell in row))


def reference(found: dict[str, Any], name: str, baseline: str = "") -> dict[str, Any]:
    """How an agent compares with a reference or the baseline; empty where the sweep did not ask."""
    if name and name == baseline:
        return {key: found.get(key) for key in ("ratio", "probability_of_improvement")}
    compared: dict[str, Any] = (found.get("references") or {}).get(name) or {}
    return compared


def print_claims(summary: dict[str, Any], alone: str) -> None:
    """What the benchmark is to show, and what it does."""
    baseline = summary["baseline"]
    print(f"\nwhat {OURS} needs, as a share of the steps of others")
    aligned = summary["conditions"]["aligned"]["agents"]
    print(f"  aligned, of {baseline}: {interval(aligned[OURS]['ratio'])}")
    for agent in ("automaton_distillation", "lantern_blend"):
        if agent in aligned:
            print(f"  aligned, of {agent}: {inverse(reference(aligned[agent], OURS, baseline).get('ratio'))}")
    if alone != baseline:
        print(f"  aligned, of {alone}: {interval(reference(aligned[OURS], alone).get('ratio'))}")
    for name in ("irrelevant", "adversarial"):
        whole = reference(summary["conditions"][name]["agents"][OURS], alone, baseline).get("ratio")
        print(f"  {name}, of {alone}: {interval(whole)}")
        for target, found in summary["targets"].items():
            one = reference(found["conditions"][name]["agents"][OURS], alone, baseline).get("ratio")
            print(f"    {target}: {interval(one)}")
    print("  aligned, agents that need fewer steps, by target:")
    for target, found in summary["targets"].items():
        agents = found["conditions"]["aligned"]["agents"]
        ratios = {
            agent: reference(one, OURS, baseline).get("ratio")
            for agent, one in agents.items()
            if agent != OURS
        }
        ahead = [agent for agent, one in ratios.items() if one is not None and one["estimate"] < 1]
        print(f"    {target}: {', '.join(ahead) or 'none'}")


def print_missing(sweep: str, summary: dict[str, Any]) -> None:
    """Say what the sweep file asks for and the results do not have, if they come from a part of it."""
    asked: dict[tuple[str, str], set[str]] = {}
    for spec in make_plan(sweep).specs:
        if spec.kind == "target":
            asked.setdefault((spec.target, spec.agent), set()).add(spec.condition)
    missing: dict[str, list[str]] = {}
    for (target, agent), names in asked.items():
        shown = summary["targets"].get(target, {}).get("conditions", {})
        asks = [name for name in names if name] or list(shown) or [""]
        if any(agent not in shown.get(name, {}).get("agents", {}) for name in asks):
            missing.setdefault(target, []).append(agent)
    if missing:
        print("\nnot run (the sweep goes on where it stopped)")
    for target, agents in missing.items():
        print(f"  {target}: {', '.join(agents)}")


def inverse(found: dict[str, Any] | None) -> str:
    """A ratio the other way round."""
    if found is None or found["estimate"] == 0:
        return "-"
    turned = {"at most": "at least", "at least": "at most"}
    bounds = found.get("ci95")
    return interval(
        {
            "estimate": 1 / found["estimate"],
            "ci95": bounds and [1 / end if end else float("inf") for end in reversed(bounds)],
            "bound": turned.get(found.get("bound") or ""),
        }
    )


def main() -> None:
    """Run the sweep where it has not been run, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sweep", default="benchmark")
    parser.add_argument("--out", type=Path, default=Path("runs/benchmark"))
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if not (options.out / "summary.json").exists():
        lantern.sweep(options.sweep, options.out, workers=options.workers)
    summary = json.loads((options.out / "summary.json").read_text(encoding="utf-8"))
    alone = next((name for name in ALONE if name in summary["agents"]), "")
    if alone:
        print_claims(summary, alone)
    print_missing(options.sweep, summary)
    for name, condition in summary["conditions"].items():
        print_condition(name, condition["agents"], summary["baseline"])
        if alone:
            print_targets(name, summary["targets"], list(condition["agents"]), summary["baseline"])


if __name__ == "__main__":
    main()
