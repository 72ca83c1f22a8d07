"""Which columns of a record a surrogate reads, and the scale on which it reads them.

Every column becomes a channel: its logarithm or its value, less the site's level, over a fixed spread. With
levels taken out, what is left of two sites can be compared: ten percent more ammonia is ten percent at both.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.errors import SurrogateError
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
LEAST = 0.1
"""What is left below a ceiling at least, in the column's unit: a reading may touch it."""


@dataclass(frozen=True)
class Channels:
    """Names, transformations and memory.

    Attributes
    ----------
    actions, outputs : tuple of str
        Columns that are set, and columns that are to be predicted.
    logarithmic : tuple of str
        Columns that are read as logarithms.
    floors : dict of str to float
        What is below is taken as this, before a logarithm.
    spreads : dict of str to float
        A usual deviation, in the column's unit or of its logarithm; 1 where none is given.
    memory : tuple of float
        Time constants of the exponential means that are a surrogate's memory, s; 0 is the last value.
    baseline : float
        That of them from which the change is predicted, s.
    regime : tuple of str
        Columns that the router sees.
    ceilings : dict of str to float
        Columns that are read as minus the logarithm of what they are below this. Of oxygen below that of air
        it is the logarithm of dilution, in which the balances of carbon and oxygen are sums that hold at any
        site: carbon dioxide and, over the air, flue gas are in proportion to it.
    design : tuple of str
        Columns whose design values a record may state in ``about``, and whose levels follow them.
    """

    actions: tuple[str, ...]
    outputs: tuple[str, ...]
    logarithmic: tuple[str, ...]
    floors: dict[str, float]
    spreads: dict[str, float]
    memory: tuple[float, ...] = (0.0, 600.0, 1800.0, 7200.0)
    baseline: float = 0.0
    regime: tuple[str, ...] = ()
    ceilings: dict[str, float] = field(default_factory=dict)
    design: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = {*self.regime, *self.design} - set(self.names)
        if unknown or self.baseline not in self.memory:
            raise SurrogateError(
                f"The channels do not fit together: regime or design names {sorted(unknown)} are no columns, "
                f"or the baseline of {self.baseline:g} s is not in the memory {self.memory}."
            )

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, actions first."""
        return self.actions + self.outputs

    @property
    def regime_columns(self) -> list[int]:
        """Where the router's columns stand among the names."""
        return [self.names.index(name) for name in self.regime]

    def raw(self, values: Floats, names: tuple[str, ...] | None = None) -> Floats:
        """Logarithms and spreads, levels not taken out: float64[..., columns]."""
        names = names or self.names
        found = np.array(values, dtype=np.float64)
        for index, name in enumerate(names):
            if name in self.logarithmic:
                found[..., index] = np.log(np.maximum(found[..., index], self.floors.get(name, 1e-6)))
            elif name in self.ceilings:
                found[..., index] = -np.log(np.maximum(self.ceilings[name] - found[..., index], LEAST))
            found[..., index] /= self.spreads.get(name, 1.0)
        return found

    def physical(self, channels: Floats, names: tuple[str, ...]) -> Floats:
        """Back to the units of the columns."""
        found = np.array(channels, dtype=np.float64)
        for index, name in enumerate(names):
            found[..., index] *= self.spreads.get(name, 1.0)
            if name in self.logarithmic:
                found[..., index] = np.exp(np.minimum(found[..., index], 20.0))
            elif name in self.ceilings:
                found[..., index] = self.ceilings[name] - np.exp(np.clip(-found[..., index], -20.0, 20.0))
        return found

    def read(self, record: Record) -> Floats:
        """All columns of a record on their scale, gaps filled with the last value: float64[rows, columns].

        Raises
        ------
        SurrogateError
            If a column has no reading at all, or the record is too short.
        """
        values = record.array(self.names)
        if len(values) < 8:
            raise SurrogateError(f"The record has {len(values)} rows; a surrogate needs 8 or more.")
        for index, name in enumerate(self.names):
            values[:, index] = fill(values[:, index], name)
        return self.raw(values)

    def known(self, record: Record) -> NDArray[np.bool_]:
        """Rows in which every output was read: bool[rows]."""
        return np.asarray(np.isfinite(record.array(self.outputs)).all(axis=1))

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def fill(column: Floats, name: str) -> Floats:
    """Hold the last reading over gaps, and the first one before the first."""
    good = np.isfinite(column)
    if not good.any():
        raise SurrogateError(
            f"The record's column {name!r} has no reading at all. Leave it out, or repair it."
        )
    last = np.maximum.accumulate(np.where(good, np.arange(len(column)), -1))
    return np.asarray(column[np.where(last < 0, np.argmax(good), last)])


INCINERATOR = Channels(
    actions=("set_feed", "set_primary", "set_secondary", "set_ammonia", "set_lime"),
    outputs=("furnace", "oxygen", "steam", "gas", "co2", "co", "nox", "so2", "hcl", "dust", "nh3", "n2o"),
    logarithmic=(
        "set_feed", "set_primary", "set_secondary", "set_ammonia", "set_lime",
        "steam", "gas", "co2", "co", "nox", "so2", "hcl", "dust", "nh3", "n2o",
    ),
    floors={
        "set_ammonia": 0.5, "set_lime": 1.0, "co": 0.1, "nox": 1.0, "so2": 0.1, "hcl": 0.05, "dust": 0.02,
        "nh3": 0.02, "n2o": 0.02,
    },
    spreads={
        "set_feed": 0.1, "set_primary": 0.1, "set_secondary": 0.2, "set_ammonia": 0.4, "set_lime": 0.3,
        "furnace": 30.0, "oxygen": 0.06, "steam": 0.1, "gas": 0.1, "co2": 0.07, "co": 0.7, "nox": 0.15,
        "so2": 0.5, "hcl": 0.6, "dust": 0.25, "nh3": 0.7, "n2o": 0.3,
    },
    regime=(
        "set_feed", "set_primary", "set_secondary", "set_ammonia", "set_lime", "furnace", "oxygen", "steam",
    ),
    ceilings={"oxygen": 21.0},
    design=("set_feed", "set_primary", "set_secondary", "steam"),
)  # fmt: skip
"""Columns of the incinerator's records; spreads are usual deviations within a site."""
