"""The grate: waste is fed, dries, burns and leaves as ash. The equations are ours; the balances are exact.

Within a substep every rate is constant and the feed is steady, which is solved exactly: what burns of the
waste that lay there, and of the waste that came meanwhile.
"""

from __future__ import annotations

import math

from lantern.compiled import njit
from lantern.envs.incinerator.layout import (
    ASH,
    BOOK,
    GAS,
    HEAT,
    HEATING,
    INDEX,
    LUMPS,
    NITROGEN,
    WATER,
    WET,
    Floats,
)

_MOISTURE, _ASH, _HEAT = INDEX["moisture"], INDEX["ash"], INDEX["heat"]
_DRYING, _BURNING, _DISCHARGE = INDEX["drying"], INDEX["burning"], INDEX["discharge"]
_FED, _FED_WATER, _FED_ASH = BOOK["fed_c"], BOOK["fed_water"], BOOK["fed_ash"]
_FED_HEAT, _WASTE, _ASH_OUT = BOOK["fed_heat"], BOOK["waste"], BOOK["ash"]

# What a kilogram of waste brings: C, H, O, N, S, Cl (kmol), water (kg), ash (kg), heat (MJ).
CONTENTS = 9
IN_WATER, IN_ASH, IN_HEAT = 6, 7, 8


@njit()
def describe_feed(state: Floats, site: Floats, contents: Floats) -> float:
    """Write what a kilogram of waste brings now to ``contents`` (float64[CONTENTS]); return the lump's size.

    What the combustible share gains the ash loses, so that a kilogram stays a kilogram.
    """
    moisture = min(max(site[_MOISTURE] + state[WET], 0.1), 0.7)
    whole = 1.0 - site[_MOISTURE]
    dry = (1.0 - moisture) / whole
    combustible = whole - site[_ASH]
    richer = min(math.exp(state[HEATING]), (whole - 0.02) / combustible)
    for element in range(6):
        contents[element] = dry * richer * site[element]
        if element >= 3:
            contents[element] *= math.exp(state[NITROGEN + element - 3])
    contents[IN_WATER] = moisture
    contents[IN_ASH] = dry * (whole - combustible * richer)
    contents[IN_HEAT] = dry * richer * site[_HEAT]
    return math.exp(state[LUMPS])


@njit()
def shares(rate: float, seconds: float) -> tuple[float, float]:
    """Shares that leave in a substep: of what was there, and of what came in steadily meanwhile."""
    exponent = rate * seconds
    old = -math.expm1(-exponent)
    new = 1.0 - old / exponent if exponent > 1e-6 else 0.5 * exponent
    return old, new


@njit()
def burn_grate(
    state: Floats, site: Floats, contents: Floats, fed: float, primary: float, air: float, seconds: float,
    burnt: Floats, books: Floats,
) -> tuple[float, float]:  # fmt: skip
    """Feed a substep's waste, and take from the grate what dries and burns meanwhile.

    Drying speeds up with the gas temperature; wet waste burns slowly; what cannot find its oxygen stays: the
    bed needs primary air, and 1 % of all oxygen is left over.

    Parameters
    ----------
    contents : float64[CONTENTS]
        From :func:`describe_feed`.
    fed : float
        Waste, kg in the substep.
    primary, air : float
        Oxygen in the primary and in all air, kmol in the substep.
    burnt : float64[6]
        Receives the elements burnt, kmol.

    Returns
    -------
    evaporated, heat : float
        kg of water; MJ released.
    """
    combustible = state[0] * 12.011 + state[1] * 1.008 + state[2] * 15.999
    hot = min(max((state[GAS] - 373.0) / 900.0, 0.05), 1.5)
    old, new = shares(site[_DRYING] * hot, seconds)
    water = fed * contents[IN_WATER]
    evaporated = old * state[WATER] + new * water
    dryness = combustible / (combustible + state[WATER] + 1e-9)
    old, new = shares(site[_BURNING] * dryness, seconds)
    for element in range(6):
        burnt[element] = old * state[element] + new * fed * contents[element]
    demand = burnt[0] + 0.25 * (burnt[1] - burnt[5]) + burnt[4] - 0.5 * burnt[2]
    limit = min(0.99 * air, primary / 0.45)
    found = limit / demand if demand > limit else 1.0
    for element in range(6):
        burnt[element] *= found
        came = fed * contents[element]
        state[element] += came - burnt[element]
        books[_FED + element] += came
    came = fed * contents[IN_HEAT]
    heat = found * (old * state[HEAT] + new * came)
    state[HEAT] += came - heat
    state[WATER] += water - evaporated
    books[_FED_HEAT] += came
    books[_FED_WATER] += water
    books[_WASTE] += fed
    return evaporated, heat


@njit()
def discharge(state: Floats, site: Floats, ash: float, seconds: float, books: Floats) -> None:
    """Take a control step's ash (kg fed in it) through the discharger."""
    old, new = shares(site[_DISCHARGE], seconds)
    gone = old * state[ASH] + new * ash
    state[ASH] += ash - gone
    books[_ASH_OUT] += gone
    books[_FED_ASH] += ash
