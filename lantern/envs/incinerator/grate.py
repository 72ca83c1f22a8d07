"""The grate: waste is fed, dries, burns and leaves as ash. The equations are ours; the balances are exact."""

from __future__ import annotations

import math

from lantern.compiled import njit
from lantern.envs.incinerator.layout import (
    ASH,
    BOOK,
    FEED,
    FIRST_ACTUATOR,
    GAS,
    HEAT,
    HEATING,
    INDEX,
    LUMPS,
    NITROGEN,
    PRIMARY,
    SECONDARY,
    WATER,
    WET,
    Floats,
)

_MOISTURE, _ASH, _HEAT = INDEX["moisture"], INDEX["ash"], INDEX["heat"]
_DRYING, _BURNING, _DISCHARGE = INDEX["drying"], INDEX["burning"], INDEX["discharge"]
_LEAK = INDEX["leak"]
_FED, _FED_WATER, _FED_ASH = BOOK["fed_c"], BOOK["fed_water"], BOOK["fed_ash"]
_FED_HEAT, _WASTE, _ASH_OUT = BOOK["fed_heat"], BOOK["waste"], BOOK["ash"]


@njit()
def feed_grate(state: Floats, site: Floats, seconds: float, books: Floats) -> None:
    """Put waste on the grate; its composition drifts about the site's mean.

    What the combustible share gains the ash loses, so that a kilogram stays a kilogram.
    """
    mass = state[FIRST_ACTUATOR + FEED] * math.exp(state[LUMPS]) * seconds
    moisture = min(max(site[_MOISTURE] + state[WET], 0.1), 0.7)
    dry = (1.0 - moisture) / (1.0 - site[_MOISTURE])
    whole = 1.0 - site[_MOISTURE]
    combustible = whole - site[_ASH]
    richer = min(math.exp(state[HEATING]), (whole - 0.02) / combustible)
    ash = whole - combustible * richer
    for element in range(6):
        amount = mass * dry * richer * site[element]
        if element >= 3:
            amount *= math.exp(state[NITROGEN + element - 3])
        state[element] += amount
        books[_FED + element] += amount
    state[WATER] += mass * moisture
    state[ASH] += mass * dry * ash
    state[HEAT] += mass * dry * richer * site[_HEAT]
    books[_FED_WATER] += mass * moisture
    books[_FED_ASH] += mass * dry * ash
    books[_FED_HEAT] += mass * dry * richer * site[_HEAT]
    books[_WASTE] += mass


@njit()
def burn_grate(
    state: Floats, site: Floats, seconds: float, burnt: Floats, books: Floats
) -> tuple[float, float]:
    """Take from the grate what dries and burns in a substep.

    Drying speeds up with the gas temperature; wet waste burns slowly; what cannot find its oxygen stays.
    Writes the elements burnt (kmol) to ``burnt`` and returns the water evaporated (kg) and the share of the
    combustible matter that burnt.
    """
    combustible = state[0] * 12.011 + state[1] * 1.008 + state[2] * 15.999
    hot = min(max((state[GAS] - 373.0) / 900.0, 0.05), 1.5)
    evaporated = state[WATER] * -math.expm1(-site[_DRYING] * hot * seconds)
    dryness = combustible / (combustible + state[WATER] + 1e-9)
    share = -math.expm1(-site[_BURNING] * dryness * seconds)
    demand = state[0] + 0.25 * (state[1] - state[5]) + state[4] - 0.5 * state[2]
    primary = 0.21 * state[FIRST_ACTUATOR + PRIMARY] * seconds
    air = primary + 0.21 * (state[FIRST_ACTUATOR + SECONDARY] + site[_LEAK]) * seconds
    if demand > 0.0:  # the bed needs primary air, and 1 % of all oxygen is left over
        share = min(share, 0.99 * air / demand, primary / (0.45 * demand))
    for element in range(6):
        burnt[element] = share * state[element]
        state[element] -= burnt[element]
    ash = state[ASH] * -math.expm1(-site[_DISCHARGE] * seconds)
    state[WATER] -= evaporated
    state[ASH] -= ash
    books[_ASH_OUT] += ash
    return evaporated, share
