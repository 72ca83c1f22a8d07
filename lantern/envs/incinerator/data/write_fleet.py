"""Write the files of the shipped fleet: ``python -m lantern.envs.incinerator.data.write_fleet [FOLDER]``.

The fleet is drawn and matched to the statistics of real lines by ``lantern.envs.incinerator.fleet``, seed 0,
and each site's usual controller is tuned by ``lantern.envs.incinerator.control.tuning``; about a minute.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, fields, replace
from pathlib import Path

from lantern import content
from lantern.envs.incinerator.control.tuning import tune
from lantern.envs.incinerator.fleet import draw_fleet
from lantern.envs.incinerator.site import Site

SEED = 0


def describe(site: Site, rank: int) -> str:
    """Say in a sentence what kind of line a site is."""
    role = "The reference site" if rank == 0 else "A target site"
    kind = "a grate" if site.technology == "grate" else "a fluidised bed"
    waste = site.waste
    return (
        f"{role}: {kind} for {site.capacity:.0f} t/d of waste with {waste.moisture:.0f} % moisture and "
        f"{waste.lhv:.1f} MJ/kg."
    )


def text_of(site: Site, rank: int) -> str:
    """Content of the file of a site."""
    lines = ["kind: emission_control", f"description: >-\n  {describe(site, rank)}", "site:"]
    for field in fields(site):
        value = getattr(site, field.name)
        if field.name == "name" or value == field.default:
            continue
        if field.name in ("waste", "drift", "gains"):
            lines.append(f"  {field.name}:")
            lines += [f"    {name}: {number:.6g}" for name, number in asdict(value).items()]
        else:
            lines.append(f"  {field.name}: {value if isinstance(value, str) else f'{value:.6g}'}")
    lines.append("settings: {standard: eu_ied}")  # which not every site keeps by itself
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw the fleet and write its files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else content.library() / "envs" / "emission_control"
    folder.mkdir(parents=True, exist_ok=True)
    for rank, drawn in enumerate(draw_fleet(SEED)):
        gains, before, after = tune(drawn)
        sys.stdout.write(f"{drawn.name}: loss of the usual control {before:.2f} untuned, {after:.2f} tuned\n")
        site = replace(drawn, gains=gains)
        (folder / f"{site.name}.yaml").write_text(text_of(site, rank), encoding="utf-8")


if __name__ == "__main__":
    main()
