"""What a site's stack shows when it is left alone at its usual operating point."""

from __future__ import annotations

import numpy as np

from lantern.envs.incinerator.layout import BOOKS, DRIFT, OUTPUTS, Floats
from lantern.envs.incinerator.plant import SNCR_SECONDS, advance
from lantern.envs.incinerator.site import Site
from lantern.envs.incinerator.sncr import kinetics_at

MINUTE = 60.0

SUBSTEPS = 3
"""Of a minute; 20 s each."""


def settle(site: Site, hours: float = 4.0, actions: Floats | None = None) -> tuple[Floats, Floats]:
    """Run a site at constant set-points without disturbances.

    Parameters
    ----------
    site : Site
    hours : float
        How long; four hours settle everything but the last percent of the wall.
    actions : float64[ACTIONS], optional
        Set-points; the usual ones by default.

    Returns
    -------
    state : float64[STATES]
    output : float64[len(OUTPUTS)]
        Of the last minute.
    """
    table = kinetics_at(SNCR_SECONDS)
    state, row = site.usual_state(), site.parameters()
    held = site.usual_actions() if actions is None else actions
    books, output = np.zeros(len(BOOKS)), np.zeros(len(OUTPUTS))
    for _ in range(int(hours * 60)):
        state[DRIFT] = 0.0
        advance(state, held, row, MINUTE, SUBSTEPS, table, books, output)
    return state, output
