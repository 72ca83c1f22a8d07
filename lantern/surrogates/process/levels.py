"""What is usual at a site, from little data: the mean of its record, put right by what its design says.

The mean of an hour is not what is usual: load and waste drift for hours. How far means of so many rows lie
from the long-term mean, and which channels go astray together, is learned from the source's archive. A site's
design (feed, air and steam at full load) is known without measuring; with the source's usual share of its own
design it says how far the load-bound channels have gone astray, and their covariance what that means for the
others: a normal distribution, conditioned on what is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lantern.surrogates.process.channels import Channels
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
SHORTEST = 12
"""Rows of the shortest stretch whose mean is compared with the long-term one."""

APART = 0.25
"""How far the shares of their designs lie apart at which sites are run: a deviation, in a channel's units."""


@dataclass(frozen=True)
class Levels:
    """What the source's archive says of levels.

    Attributes
    ----------
    share : float64[len(channels.design)]
        The source's levels less its design; empty where the design is not known.
    lengths : float64[k]
        Rows of a stretch, rising.
    astray : float64[k, columns, columns]
        Covariance of the means of such stretches about the long-term mean.
    """

    share: Floats
    lengths: Floats
    astray: Floats

    @classmethod
    def learn(cls, channels: Channels, records: Sequence[Record]) -> Levels:
        """Learn from the records of the source."""
        values = [channels.read(record) for record in records]
        longest = max(max(map(len, values)) // 8, 2)
        lengths = [min(SHORTEST, longest)]
        while 2 * lengths[-1] <= longest:
            lengths.append(2 * lengths[-1])
        astray = np.array([_covariance(values, length) for length in lengths])
        known = [design_levels(channels, record.about) for record in records]
        share = np.zeros(0)
        if known and known[0] is not None:
            share = plain_levels(channels, records)[_columns(channels)] - known[0]
        return cls(share, np.array(lengths, dtype=float), astray)

    def estimate(self, channels: Channels, records: Sequence[Record]) -> Floats:
        """Levels of a site: float64[columns]."""
        plain = plain_levels(channels, records)
        design = design_levels(channels, records[0].about)
        if design is None or not len(self.share):
            return plain
        where = _columns(channels)
        cross = self._astray(sum(map(len, records)))[:, where]
        inner = cross[where] + APART**2 * np.eye(len(where))
        missing = design + self.share - plain[where]
        return np.asarray(plain + cross @ np.linalg.solve(inner, missing))

    def _astray(self, rows: int) -> Floats:
        """Covariance of the mean of so many rows; longer stretches than were seen average out."""
        if rows >= self.lengths[-1]:
            return np.asarray(self.astray[-1] * self.lengths[-1] / rows)
        upper = max(int(np.searchsorted(self.lengths, rows)), 1)
        span = np.log(self.lengths[upper - 1 : upper + 1])
        share = float(np.clip((np.log(rows) - span[0]) / (span[1] - span[0]), 0.0, 1.0))
        return np.asarray((1.0 - share) * self.astray[upper - 1] + share * self.astray[upper])


def plain_levels(channels: Channels, records: Sequence[Record]) -> Floats:
    """Mean of all rows: float64[columns]."""
    return np.asarray(np.concatenate([channels.read(record) for record in records]).mean(axis=0))


def design_levels(channels: Channels, about: Mapping[str, Any]) -> Floats | None:
    """The design of a line as its record states it, on the channels' scale; None where it does not."""
    stated = about.get("design")
    stated = {**about, **stated} if isinstance(stated, Mapping) else about
    found = [stated.get(name.removeprefix("set_")) for name in channels.design]
    if not found or not all(isinstance(value, (int, float)) and value > 0 for value in found):
        return None
    return channels.raw(np.array(found, dtype=float), channels.design)


def _columns(channels: Channels) -> list[int]:
    return [channels.names.index(name) for name in channels.design]


def _covariance(values: Sequence[Floats], length: int) -> Floats:
    """Of means over stretches of a length, each record about its own mean: float64[columns, columns]."""
    apart = []
    for one in values:
        if len(one) < length:
            continue
        sums = np.concatenate([np.zeros((1, one.shape[1])), one.cumsum(axis=0)])
        starts = np.arange(0, len(one) - length + 1, max(length // 2, 1))
        apart.append((sums[starts + length] - sums[starts]) / length - one.mean(axis=0))
    every = np.concatenate(apart)
    return np.asarray(every.T @ every / len(every))
