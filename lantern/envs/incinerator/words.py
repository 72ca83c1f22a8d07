"""The propositions of emission control, their English, and when they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lantern.envs.incinerator.standards import POLLUTANTS

if TYPE_CHECKING:
    from lantern.logic import Proposition, Vocabulary

#: name: sentence, other words for it, its opposite.
_LIMITED = {
    "co": ("CO", ("carbon monoxide",)),
    "nox": ("NOx", ("nitrogen oxides",)),
    "so2": ("SO2", ("sulphur dioxide",)),
    "hcl": ("HCl", ("hydrogen chloride",)),
    "dust": ("dust", ("particulates",)),
}

_SENTENCES = {
    "hot": ("the furnace is hot enough", "the furnace is hot", "the furnace is above 850 degrees"),
    "announced": ("notice is given", "the notice", "there is notice"),
    "load_change": ("there is a load change", "the load change"),
    "at_load": ("the load is met", "follow the load", "reach the load", "meet the load"),
    "nox_low": ("NOx is low", "bring NOx down", "lower NOx"),
    "ammonia_reduced": ("ammonia is reduced", "reduce ammonia", "save ammonia"),
    "slip_ok": ("the ammonia slip is small", "the slip is small"),
}

NAMES = (
    *(f"{pollutant}_ok" for pollutant in POLLUTANTS),
    *_SENTENCES,
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

    words = {f"{name}_ok": _limited(*_LIMITED[name]) for name in POLLUTANTS}
    for name, (sentence, *synonyms) in _SENTENCES.items():
        words[name] = Proposition(sentence, tuple(synonyms))
    assert tuple(words) == NAMES
    return Vocabulary(words)


def _limited(name: str, others: tuple[str, ...]) -> Proposition:
    """A pollutant is below its limit."""
    from lantern.logic import Proposition

    said = [f"{other} is below its limit" for other in others]
    sentence, opposite = f"{name} is below its limit", f"{name} is above its limit"
    return Proposition(sentence, (*said, f"{name} is within its limit"), opposite)


def masks(held: dict[str, np.ndarray]) -> np.ndarray:
    """Bit masks of N plants: int64[N], from a bool[N] for each name."""
    total = np.zeros(len(next(iter(held.values()))), dtype=np.int64)
    for name, holds in held.items():
        total |= np.where(holds, BIT[name], 0)
    return total
