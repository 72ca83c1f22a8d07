"""Training a surrogate on its source's records: data, conservation and an even use of the experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lantern.errors import SurrogateError
from lantern.surrogates.balancing import make_balancer
from lantern.surrogates.process.channels import Channels
from lantern.surrogates.process.conservation import MADE, SETS, Conservation
from lantern.surrogates.process.experts import MixtureOfExperts, load_balance
from lantern.surrogates.process.filters import filter_record
from lantern.surrogates.process.heads import HeadPosterior, fit_head
from lantern.surrogates.process.levels import Levels, plain_levels
from lantern.surrogates.process.novelty import Novelty
from lantern.surrogates.process.surrogate import PlantSurrogate, Site, Table, levelled, tabulate
from lantern.surrogates.process.ties import Ties, tied
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """How a surrogate is trained.

    Attributes
    ----------
    experts, hidden, features : int
        Sizes of the mixture.
    steps, batch : int
        Of Adam.
    rate : float
        First learning rate.
    physics : float
        Weight of the conservation terms; 0 leaves them out.
    balance : float
        Weight of the even use of experts.
    keep : float
        Weight of staying close to the weights it began with; used in adaptation.
    doubt : float
        Rows of a target's data at which half of what the closed form says is believed: a few hours have not
        seen all that can happen.
    stiff : float
        How much less a head in closed form may move in levels than in differences; 0 for no such structure.
    balancer : str
        How data and conservation are balanced (see ``lantern.surrogates.balancing``).
    seed : int
    """

    experts: int = 4
    hidden: int = 48
    features: int = 24
    steps: int = 1500
    batch: int = 512
    rate: float = 3e-3
    physics: float = 0.1
    balance: float = 0.01
    keep: float = 0.0
    doubt: float = 50.0
    stiff: float = 10.0
    balancer: str = "fixed"
    seed: int = 0


def train_surrogate(
    records: Sequence[Record], channels: Channels, settings: Settings | None = None
) -> PlantSurrogate:
    """Train on the records of one site.

    Parameters
    ----------
    records : sequence of Record
        Of one site, at one interval.
    channels : Channels
    settings : Settings, optional

    Raises
    ------
    SurrogateError
        If the records lack columns or do not go together.
    """
    settings = settings or Settings()
    seconds = {record.seconds for record in records}
    if len(seconds) != 1:
        raise SurrogateError(f"Records of one surrogate need one interval; these have {sorted(seconds)} s.")
    site = site_of(channels, records)
    scale = scales(channels, records, site.levels)
    tables = [tabulate(channels, record, site.levels, scale) for record in records]
    net = MixtureOfExperts(
        tables[0].inputs.shape[1],
        tables[0].regime.shape[1],
        len(channels.outputs),
        settings.experts,
        settings.hidden,
        settings.features,
        settings.seed,
    )
    fit_net(net, tables, channels, site, scale, settings)
    made = finish(net, tables, channels, next(iter(seconds)), site, scale, records)
    return with_ties(made, made, records) if settings.physics > 0 else made


def with_ties(model: PlantSurrogate, source: PlantSurrogate, records: Sequence[Record]) -> PlantSurrogate:
    """The surrogate with the balances of its site, where these can be written down.

    How the errors of outputs go together is read off the source, which has seen more; how large they are, off
    the site.
    """
    if model.site.conservation is None or not tied(model.channels):
        return model
    size = model.posterior.deviation * model.scale["target_scale"]
    covariance = np.corrcoef(source.residuals.T) * np.outer(size, size)
    return replace(model, ties=Ties.of(model.channels, model.site.conservation, records, covariance))


def site_of(channels: Channels, records: Sequence[Record], usual: Levels | None = None) -> Site:
    """Levels of a site's channels, and its balances where its waste is known."""
    levels = usual.estimate(channels, records) if usual else plain_levels(channels, records)
    known = all("waste" in record.about for record in records)
    return Site(levels, Conservation.of(records[0].about) if known else None)


def scales(channels: Channels, records: Sequence[Record], levels: Floats) -> dict[str, Floats]:
    """Means and deviations of inputs and targets of the source."""
    count, slot = len(channels.actions), channels.memory.index(channels.baseline)
    inputs, changes = [], []
    for record in records:
        values = channels.read(record) - levels
        means = filter_record(values, channels.memory, record.seconds)[:-1]
        inputs.append(np.concatenate([means.reshape(len(means), -1), values[1:, :count]], axis=1))
        changes.append(values[1:, count:] - means[:, count:, slot])
    every = np.concatenate(inputs)
    return {
        "input_mean": every.mean(axis=0),
        "input_scale": every.std(axis=0) + 0.05,
        "target_scale": np.concatenate(changes).std(axis=0) + 1e-3,
    }


def joined(tables: Sequence[Table]) -> Table:
    """Known rows of several tables, one after the other."""

    def column(name: str) -> Floats:
        return np.concatenate([getattr(table, name)[table.known] for table in tables])

    known = np.ones(sum(int(table.known.sum()) for table in tables), dtype=bool)
    return Table(column("inputs"), column("regime"), column("targets"), column("baseline"), known)


def fit_net(
    net: MixtureOfExperts,
    tables: Sequence[Table],
    channels: Channels,
    site: Site,
    scale: Mapping[str, Floats],
    settings: Settings,
) -> None:
    """Train all weights of a net, in place."""
    data = joined(tables)
    inputs, regime, targets, baseline = (torch.from_numpy(column).float() for column in data[:4])
    generator = torch.Generator().manual_seed(settings.seed)
    begun = [parameter.detach().clone() for parameter in net.parameters()]
    wanted = settings.physics > 0 and site.conservation and conserves(channels)
    physics = _Physics(channels, site, scale) if wanted else None
    names = ["data", *(["physics"] if physics else [])]
    balancer = make_balancer(settings.balancer, names, list(net.parameters()))
    optimiser = torch.optim.AdamW(
        [*net.parameters(), *balancer.parameters()], settings.rate, weight_decay=1e-3
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, settings.steps, 0.01 * settings.rate)
    for _ in range(settings.steps):
        rows = torch.randint(len(inputs), (min(settings.batch, len(inputs)),), generator=generator)
        made, shares = net(levelled(inputs[rows]), regime[rows])
        losses = {"data": torch.nn.functional.huber_loss(made, targets[rows], delta=3.0)}
        if physics:
            losses["physics"] = settings.physics * physics(made, baseline[rows], inputs[rows])
        loss = balancer(losses) + settings.balance * load_balance(shares)
        if settings.keep > 0:
            loss = loss + settings.keep * distance(list(net.parameters()), begun)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()


def distance(weights: Sequence[Tensor], begun: Sequence[Tensor]) -> Tensor:
    """Sum of squares of how far weights have moved."""
    pairs = zip(weights, begun, strict=True)
    return torch.stack([(now - then).square().sum() for now, then in pairs]).sum()


def conserves(channels: Channels) -> bool:
    """Whether all columns are there that the balances speak of."""
    return {f"set_{name}" for name in SETS} | set(MADE) <= set(channels.names)


class _Physics:
    """Conservation of a batch of predictions, from their scaled form."""

    def __init__(self, channels: Channels, site: Site, scale: Mapping[str, Floats]) -> None:
        assert site.conservation is not None
        self.channels, self.conservation = channels, site.conservation
        count = len(channels.actions)
        self.spreads = torch.tensor([channels.spreads.get(name, 1.0) for name in channels.names]).float()
        self.levels = torch.from_numpy(site.levels).float()
        self.target_scale = torch.from_numpy(scale["target_scale"]).float()
        self.mean = torch.from_numpy(scale["input_mean"][-count:]).float()
        self.spread = torch.from_numpy(scale["input_scale"][-count:]).float()
        self.count = count

    def __call__(self, made: Tensor, baseline: Tensor, inputs: Tensor) -> Tensor:
        outputs = baseline + made * self.target_scale
        sets = inputs[:, -self.count :] * self.spread + self.mean
        physical = (torch.cat([sets, outputs], dim=1) + self.levels) * self.spreads
        columns = {}
        for index, name in enumerate(self.channels.names):
            column = physical[:, index]
            key = name.removeprefix("set_") if name.startswith("set_") else name
            if name in self.channels.logarithmic:
                column = column.clamp(max=20.0).exp()
            elif name in self.channels.ceilings:
                column = self.channels.ceilings[name] - (-column).clamp(-20.0, 20.0).exp()
            columns[key] = column
        terms = self.conservation.violations(columns, columns)
        return 1e2 * torch.stack(list(terms.values())).sum()  # ten percent off counts as one


def finish(
    net: MixtureOfExperts,
    tables: Sequence[Table],
    channels: Channels,
    seconds: float,
    site: Site,
    scale: dict[str, Floats],
    records: Sequence[Record],
) -> PlantSurrogate:
    """Solve the head in closed form on the trained features and learn what is usual."""
    data = joined(tables)
    prior = net.head.detach().double().numpy()
    ones, rows = np.ones(len(channels.outputs)), np.ones(len(prior))
    blank = PlantSurrogate(
        channels, seconds, net, scale, site, Levels.learn(channels, records), None,
        HeadPosterior(prior, ones, np.eye(len(prior)), rows, ones),
        ones, 0.0 * ones, Novelty.fit(data.inputs), data.targets, np.zeros((1, 1, 1)),
        np.zeros(1), np.zeros(1),
        {"site": str(records[0].about.get("site", "")), "mode": "source"},
    )  # fmt: skip
    features, _ = blank.features(data.inputs, data.regime)
    found = fit_head(features, data.targets, prior)
    return refreshed(replace(blank, posterior=found), records, features, data)


def refreshed(
    model: PlantSurrogate, records: Sequence[Record], features: Floats, data: Table
) -> PlantSurrogate:
    """The surrogate with residuals, starts, ranges and novelty of some records."""
    channels = model.channels
    values = [channels.read(record) - model.site.levels for record in records]
    means = [filter_record(value, channels.memory, model.seconds) for value in values]
    every, states = np.concatenate(values), np.concatenate(means)
    rest = (data.targets - model.offset) / model.factor - model.posterior.mean(features)
    pick = np.linspace(0, len(states) - 1, min(500, len(states))).astype(int)
    few = np.linspace(0, len(rest) - 1, min(4000, len(rest))).astype(int)
    return replace(
        model,
        residuals=rest[few],
        starts=states[pick],
        low=np.quantile(every, 0.0005, axis=0),
        high=np.quantile(every, 0.9995, axis=0),
    )
