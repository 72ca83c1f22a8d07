"""Write the files of the shipped fleet: ``python -m lantern.envs.incinerator.data.write_fleet [FOLDER]``.

The fleet is drawn and matched to the statistics of real lines by ``lantern.envs.incinerator.fleet``; seed 0.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, fields
from pathlib import Path

from lantern import content
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
        if field.name in ("name", "gains") or value == field.default:
            continue
        if field.name in ("waste", "drift"):
            lines.append(f"  {field.name}:")
            lines += [f"    {name}: {number:.6g}" for name, number in asdict(value).items()]
        else:
            lines.append(f"  {field.name}: {value if isinstance(value, str) else f'{value:.6g}'}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draw the fleet and write its files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else content.library() / "envs" / "emission_control"
    folder.mkdir(parents=True, exist_ok=True)
    for rank, site in enumerate(draw_fleet(SEED)):
        (folder / f"{site.name}.yaml").write_text(text_of(site, rank), encoding="utf-8")


if __name__ == "__main__":
    main()
