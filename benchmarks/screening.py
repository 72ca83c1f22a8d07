"""Off-line screening of set-points on the simulator as a perfect twin, and what it brings on the plant.

Usage: ``python benchmarks/screening.py [SITE ...]``. For each site: how far the best static adjustment of the
usual controller's set-points lowers the risk index by the twin's own estimate, in what share of the moments
no pollutant rises, and what the same adjustment brings on whole days with unseen waste and a changing load.
"""

from __future__ import annotations

import sys

from lantern.envs.incinerator.control.screening import apply, screen


def main() -> None:
    sites = [int(name) for name in sys.argv[1:]] or list(range(13))
    print(
        "site   index   co-red.   each: index   co-red.   cost   on the plant: index   days no worse   trims"
    )
    for site in sites:
        found = screen(site, moments=32)
        reduction, no_worse = apply(site, found.trims)
        trims = " ".join(f"{trim:+.2f}" for trim in found.trims)
        print(
            f"{site:4d} {-found.reduction:7.1%} {found.co_reduction:8.0%} {-found.each_reduction:12.1%} "
            f"{found.each_co_reduction:9.0%} {found.cost:+8.1%} {-reduction:15.1%} {no_worse:14.0%}   {trims}"
        )


if __name__ == "__main__":
    main()
