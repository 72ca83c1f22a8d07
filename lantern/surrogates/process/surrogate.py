"""A plant learned from records: predicts the next step, says how sure it is, runs as a batch simulator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from lantern.errors import SurrogateError
from lantern.surrogates.process.channels import Channels
from lantern.surrogates.process.conservation import Conservation
from lantern.surrogates.process.experts import MixtureOfExperts
from lantern.surrogates.process.filters import filter_record, gains, update
from lantern.surrogates.process.heads import HeadPosterior
from lantern.surrogates.process.levels import Levels
from lantern.surrogates.process.novelty import Novelty
from lantern.surrogates.process.ties import Ties
from lantern.surrogates.protocol import Advance
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
LIMIT = 3.0
"""Deviations from the source's mean at which an input levels off: nothing is extrapolated in a line."""

REACH = 1.3
"""A channel may leave the range of the data by this factor before a simulation holds it back."""


class Prediction(NamedTuple):
    """Predictions of the next rows of a record.

    Attributes
    ----------
    mean : float64[rows - 1, outputs]
        Row t stands for row t + 1 of the record; physical units.
    low, high : float64[rows - 1, outputs]
        Interval for the reading at the asked level.
    novelty : float64[rows - 1]
        1 at the edge of the outermost percent of the data.
    shares : float64[rows - 1, experts]
        Use of the experts.
    """

    mean: Floats
    low: Floats
    high: Floats
    novelty: Floats
    shares: Floats


class Table(NamedTuple):
    """A record as inputs and targets of a regression: rows in order of time, scaled."""

    inputs: Floats
    regime: Floats
    targets: Floats
    baseline: Floats
    known: NDArray[np.bool_]


@dataclass(frozen=True)
class Site:
    """What is a site's own before any weight is learned: levels of its channels, and its balances."""

    levels: Floats
    conservation: Conservation | None


@dataclass(frozen=True)
class PlantSurrogate:
    """A learned plant; fulfils :class:`lantern.surrogates.protocol.SurrogatePlant`.

    Attributes
    ----------
    channels : Channels
    seconds : float
        From row to row of its records.
    net : MixtureOfExperts
    scale : dict of str to float64[...]
        ``input_mean``, ``input_scale``, ``target_scale`` of the source.
    site : Site
    usual : Levels
        What the source says of the levels of a site with little data.
    ties : Ties or None
        Balances that predictions keep.
    posterior : HeadPosterior
        The head that is used; that of the net is where it came from.
    factor, offset : float64[outputs]
        The site's own scale and bias of the predicted change.
    novelty : Novelty
    residuals : float64[n, outputs]
        What predictions missed, scaled: drawn as disturbances.
    starts : float64[n, columns, memory]
        States seen, to begin from.
    low, high : float64[columns]
        Range of each channel in the data.
    about : dict of str to str
        Where it came from.
    """

    channels: Channels
    seconds: float
    net: MixtureOfExperts
    scale: dict[str, Floats]
    site: Site
    usual: Levels
    ties: Ties | None
    posterior: HeadPosterior
    factor: Floats
    offset: Floats
    novelty: Novelty
    residuals: Floats
    starts: Floats
    low: Floats
    high: Floats
    about: dict[str, str]

    @property
    def actions(self) -> tuple[str, ...]:
        """Names of the set-points, in order."""
        return self.channels.actions

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of what is predicted, in order."""
        return self.channels.outputs

    def table(self, record: Record) -> Table:
        """Inputs and targets of a record at this site."""
        if abs(record.seconds - self.seconds) > 1e-6:
            raise SurrogateError(
                f"The surrogate steps {self.seconds:g} s and the record {record.seconds:g} s. "
                f"Use record.every({self.seconds:g})."
            )
        return tabulate(self.channels, record, self.site.levels, self.scale)

    def features(self, inputs: Floats, regime: Floats) -> tuple[Floats, Floats]:
        """The frozen features of scaled inputs, and the experts' shares."""
        with torch.no_grad():
            shares = self.net.gate(torch.from_numpy(regime).float())
            basis = self.net.basis(levelled(torch.from_numpy(inputs).float()), shares)
        return basis.double().numpy(), shares.double().numpy()

    def predict(self, record: Record, level: float = 0.9) -> Prediction:
        """Predict each next row of a record from the rows before and its set-points.

        Parameters
        ----------
        record : Record
        level : float
            Of the intervals, in (0, 1).
        """
        from scipy.stats import norm

        table = self.table(record)
        features, shares = self.features(table.inputs, table.regime)
        change = self.posterior.mean(features) * self.factor + self.offset
        mean = self.balanced(table.baseline + change * self.scale["target_scale"], table.inputs)
        wide = (
            float(norm.ppf(0.5 + level / 2.0)) * self.posterior.spread(features) * self.scale["target_scale"]
        )
        middle, low, high = (self._physical(mean + side * wide) for side in (0.0, -1.0, 1.0))
        return Prediction(middle, low, high, self.novelty(table.inputs), shares)

    def balanced(self, outputs: Floats, inputs: Floats) -> Floats:
        """Outputs less their levels, moved onto the balances: float64[n, outputs]."""
        if self.ties is None:
            return outputs
        count, levels = len(self.channels.actions), self.site.levels
        wanted = inputs[:, -count:] * self.scale["input_scale"][-count:] + self.scale["input_mean"][-count:]
        made = self.ties(self.channels, outputs + levels[count:], wanted + levels[:count])
        return made - levels[count:]

    def _physical(self, outputs: Floats) -> Floats:
        count = len(self.channels.actions)
        return self.channels.physical(outputs + self.site.levels[count:], self.channels.outputs)

    def forecast(self, record: Record, steps: int) -> Floats:
        """Run freely from every row of a record: readings up to it, then set-points alone.

        Parameters
        ----------
        record : Record
        steps : int
            How many rows ahead, 1 or more.

        Returns
        -------
        float64[rows - steps, outputs]
            Row t stands for row t + steps of the record; physical units.
        """
        values = self.channels.read(record) - self.site.levels
        states = filter_record(values, self.channels.memory, self.seconds)[:-steps]
        sets = record.array(self.actions)
        flat = states.reshape(len(states), -1)
        for ahead in range(1, steps + 1):
            done = self.step(flat, sets[ahead : ahead + len(states)])
            flat = done.states
        return done.outputs

    def begin(self, plants: int, generator: np.random.Generator) -> Floats:
        """States drawn from those in the data: float64[plants, size]."""
        chosen = generator.integers(len(self.starts), size=plants)
        return self.starts[chosen].reshape(plants, -1).copy()

    def step(self, states: Floats, actions: Floats, generator: np.random.Generator | None = None) -> Advance:
        """Advance plants by one step; see :class:`lantern.surrogates.protocol.SurrogatePlant`.

        With a generator the outputs carry the analysers' noise, as they do in the data.
        """
        plants, count = len(states), len(self.channels.actions)
        means = states.reshape(plants, len(self.channels.names), -1)
        wanted = self.channels.raw(np.asarray(actions, float), self.channels.actions)
        wanted = wanted - self.site.levels[:count]
        inputs, regime, baseline = assemble(self.channels, means, wanted, self.scale)
        features, _ = self.features(inputs, regime)
        change = self.posterior.mean(features)
        if generator is not None:
            change = change + self.residuals[generator.integers(len(self.residuals), size=plants)]
        change = change * self.factor + self.offset
        outputs = self.balanced(baseline + change * self.scale["target_scale"], inputs)
        middle, half = 0.5 * (self.low + self.high)[count:], 0.5 * REACH * (self.high - self.low)[count:]
        outputs = np.clip(outputs, middle - half, middle + half)
        after = update(
            means, np.concatenate([wanted, outputs], axis=1), gains(self.channels.memory, self.seconds)
        )
        return Advance(after.reshape(plants, -1), self._physical(outputs), self.novelty(inputs))


def levelled(inputs: torch.Tensor) -> torch.Tensor:
    """Inputs as the net sees them: near the source's mean as they are, far from it held."""
    return LIMIT * torch.tanh(inputs / LIMIT)


def assemble(
    channels: Channels, means: Floats, wanted: Floats, scale: dict[str, Floats]
) -> tuple[Floats, Floats, Floats]:
    """Scaled inputs, the router's part of them, and the values from which changes are counted.

    Parameters
    ----------
    channels : Channels
    means : float64[n, columns, memory]
    wanted : float64[n, actions]
        The set-points of the step that is predicted.
    scale : dict of str to float64[...]
    """
    raw = np.concatenate([means.reshape(len(means), -1), wanted], axis=1)
    inputs = (raw - scale["input_mean"]) / scale["input_scale"]
    slot = channels.memory.index(channels.baseline)
    regime = means[:, channels.regime_columns, slot]
    return inputs, regime, means[:, len(channels.actions) :, slot]


def tabulate(channels: Channels, record: Record, levels: Floats, scale: dict[str, Floats]) -> Table:
    """Inputs and targets of a record, one row for each next row of it."""
    values = channels.read(record) - levels
    means = filter_record(values, channels.memory, record.seconds)[:-1]
    count = len(channels.actions)
    inputs, regime, baseline = assemble(channels, means, values[1:, :count], scale)
    targets = (values[1:, count:] - baseline) / scale["target_scale"]
    return Table(inputs, regime, targets, baseline, channels.known(record)[1:])
