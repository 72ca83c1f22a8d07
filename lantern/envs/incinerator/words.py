"""The propositions of emission control, their English, and when they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lantern.envs.incinerator.standards import POLLUTANTS

if TYPE_CHECKING:
    from lantern.logic import Vocabulary

#: name: sentence, other words for it, its opposite.
_LIMITED = {
    "co": ("CO", ("carbon monoxide",)),
    "nox": ("NOx", ("nitrogen oxides",)),
    "so2": ("SO2", ("sulphur dioxide",)),
    "hcl": ("HCl", ("hydrogen chloride",)),
    "dust": ("dust", ("particulates",)),
}

NAMES = (
    *(f"{pollutant}_ok" for pollutant in POLLUTANTS),
    "hot",
    "announced",
    "load_change",
    "at_load",
    "nox_low",
    "ammonia_reduced",
    "slip_ok",
)
BIT = {name: 1 << index for index, name in enumerate(NAMES)}

SLIP = 10.0
"""mg/Nm3 of ammonia; the upper end of the range that the best available techniques of the EU keep."""

NOX_LOW = 0.85
"""Of the site's usual NOx level, as a mean of the last half hour."""

AMMONIA_REDUCED = 0.85
"""Of the site's usual ammonia per unit of steam."""

MINIMUM_FURNACE = 850.0
"""C; the gas must be as hot after the last air."""


def vocabulary() -> Vocabulary:
    """Propositions in the order of the label's bits."""
    from lantern.logic import Proposition, Vocabulary

    words: dict[str, Proposition] = {}
    for pollutant in POLLUTANTS:
        name, others = _LIMITED[pollutant]
        said = [f"{other} is below its limit" for other in others]
        for one in (name, *others):
            said += [f"{one} is within its limit", f"{one} below its limit", f"keep {one} below its limit"]
        words[f"{pollutant}_ok"] = Proposition(f"{name} is below its limit", tuple(said))
    words["hot"] = Proposition(
        "the furnace is at 850 degrees or more", ("the furnace is hot enough", "keep the furnace hot")
    )
    words["announced"] = Proposition("a load change is announced", ("the load change is announced",))
    words["load_change"] = Proposition("the load changes", ("the load change", "load change"))
    words["at_load"] = Proposition(
        "the plant delivers the load that is asked for",
        ("follow the load", "reach the load", "meet the load"),
    )
    words["nox_low"] = Proposition("NOx is low", ("bring NOx down", "lower NOx", "NOx is down"))
    words["ammonia_reduced"] = Proposition(
        "ammonia is reduced", ("reduce ammonia", "reducing ammonia", "save ammonia")
    )
    words["slip_ok"] = Proposition("the ammonia slip is small", ("keep the ammonia slip small",))
    assert tuple(words) == NAMES
    return Vocabulary(words)


def masks(held: dict[str, np.ndarray]) -> np.ndarray:
    """Bit masks of N plants: int64[N], from a bool[N] for each name."""
    total = np.zeros(len(next(iter(held.values()))), dtype=np.int64)
    for name, holds in held.items():
        total |= np.where(holds, BIT[name], 0)
    return total
