"""Taking a surrogate to another site with little data: from changing nothing to learning anew.

Every mode gets the same records, and in every mode the levels of the channels (what is usual at the site) are
those that records and design say, and predictions are reconciled with the balances that the source keeps (but
for ``full_no_physics``); modes differ in which weights move.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from lantern.errors import SurrogateError
from lantern.surrogates.process.experts import MixtureOfExperts
from lantern.surrogates.process.freedom import directions
from lantern.surrogates.process.heads import HeadPosterior, fit_counted_head, fit_head
from lantern.surrogates.process.novelty import Novelty
from lantern.surrogates.process.pooling import pool, widened
from lantern.surrogates.process.surrogate import PlantSurrogate, Table, levelled, tabulate
from lantern.surrogates.process.training import (
    Settings,
    distance,
    fit_net,
    joined,
    refreshed,
    site_of,
    train_surrogate,
    with_ties,
)
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
CLOSE, CLOSE_ROWS = 300.0, 500.0
"""Pull of each weight to where it began (Li et al. 2018, L2-SP), in rows' worth; it ebbs away with more rows
than the second number. Tuned at three sites for fine-tuning without physics: a baseline is to be strong."""

SHARES = (1.0, 0.5, 0.0)
"""How much of the source's head a site may be drawn to; the rest is "nothing changes"."""

ROUTER_CLOSE = 10.0
"""The same for the router alone: fewer weights, of which each says more."""

SCALE_ROWS = 30.0
"""Rows' worth of belief that the source's scale of the predicted changes is right."""

NEW_SHARE, BODIES = 0.5, 2
"""How much of ``pooled`` is the new experts' where rows are many, and how many nets of them there are. Shares
chosen for each output on held-out blocks of a site's data did worse at three sites."""

MEASURED_ROWS = 20.0
"""Rows' worth of belief that predictions are as uncertain here as at the source."""

OPTIMISM = (1.2, 0.35, 288.0)
"""By how much the mean square of errors in weeks to come exceeds that of held-out blocks of the record: with
many rows, more with few, and the number of rows at which half of that is left. Measured at three sites."""

Mode = Callable[[PlantSurrogate, Table, Settings], PlantSurrogate]


def adapt(
    source: PlantSurrogate, records: Sequence[Record], mode: str = "heads", settings: Settings | None = None
) -> PlantSurrogate:
    """Adapt a surrogate to a site.

    Parameters
    ----------
    source : PlantSurrogate
    records : sequence of Record
        Of the target site, all that is known of it.
    mode : str
        One of ``MODES``: ``zero_shot`` moves no weight; ``scale`` a scale and bias of each output; ``router``
        the router's; ``router_scale`` both; ``heads`` scale and bias, then the last layer in closed form;
        ``full`` all weights by gradient, ``full_no_physics`` the same without conservation; ``staged`` all,
        then the last layer in closed form; ``pooled`` heads on the source's experts and on new ones beside
        them, which the site's data alone have trained, all in closed form; ``scratch`` forgets the source,
        and draws a new head to "nothing changes", with conservation.
    settings : Settings, optional
        Of what is trained by gradient.

    Raises
    ------
    SurrogateError
        If there is no such mode, or the records do not fit.
    """
    if mode not in MODES:
        raise SurrogateError(f"mode={mode!r} is not known; choose one of {', '.join(MODES)}.")
    settings = settings or Settings(steps=200, rate=1e-3, batch=256)
    if mode == "scratch":
        return _scratch(source, records, settings)
    site = site_of(source.channels, records, source.usual)
    here = replace(source, site=site, net=copy.deepcopy(source.net), ties=None)
    tables = [tabulate(source.channels, record, site.levels, source.scale) for record in records]
    data = joined(tables)
    here = _sure(MODES[mode](here, data, settings), data, settings, measured=mode not in SOLVED)
    features, _ = here.features(data.inputs, data.regime)
    here = replace(refreshed(here, records, features, data), about={**source.about, "mode": mode})
    # A short record has not seen how far the site may go: the source's range, about the site's levels, has.
    here = replace(here, low=np.minimum(here.low, source.low), high=np.maximum(here.high, source.high))
    name = str(records[0].about.get("site", ""))
    if source.ties is not None and mode != "full_no_physics":
        here = with_ties(here, source, records)
    if mode != "zero_shot" and len(data.inputs) > 3 * data.inputs.shape[1]:
        here = replace(here, novelty=Novelty.fit(data.inputs))
    return replace(here, about={**here.about, "site": name})


def adapt_all(
    source: PlantSurrogate, records: Sequence[Record], settings: Settings | None = None
) -> dict[str, PlantSurrogate]:
    """Adapt in every mode, for comparison."""
    return {mode: adapt(source, records, mode, settings) for mode in MODES}


def _scratch(source: PlantSurrogate, records: Sequence[Record], settings: Settings) -> PlantSurrogate:
    """A new model: few steps of gradient where there are few rows, then the head about "nothing changes"."""
    fresh = train_surrogate(records, source.channels, _from_nothing(settings, sum(map(len, records))))
    data = joined([tabulate(fresh.channels, record, fresh.site.levels, fresh.scale) for record in records])
    here = _solved(fresh, data, np.zeros_like(fresh.posterior.weights), replace(settings, doubt=0.0))
    here = _sure(here, data, settings, measured=False)
    features, _ = here.features(data.inputs, data.regime)
    here = refreshed(here, records, features, data)
    if here.ties is not None:
        here = with_ties(here, here, records)
    return replace(here, about={**here.about, "mode": "scratch"})


def _from_nothing(settings: Settings, rows: int) -> Settings:
    """For weights that begin anew: few steps where there are few rows."""
    return replace(settings, rate=3e-3, steps=min(2 * settings.steps, max(rows // 20, 1)))


def _nothing(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    return model


def _sure(model: PlantSurrogate, data: Table, settings: Settings, measured: bool) -> PlantSurrogate:
    """The deviation of predictions at the site, where it was not solved for, and in weeks to come."""
    many, more, half = OPTIMISM
    rows, square = len(data.targets), model.posterior.deviation**2
    if measured:
        features, _ = model.features(data.inputs, data.regime)
        made = model.posterior.mean(features) * model.factor + model.offset
        missed = ((data.targets - made) ** 2).sum(axis=0)
        square = (MEASURED_ROWS * square + missed) / (MEASURED_ROWS + rows)
    square = square * (many + more * half / (half + rows))
    return replace(model, posterior=replace(model.posterior, deviation=np.sqrt(square)))


def _router(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """Gradient steps on the router alone, drawn to where it began; the rest as it was."""
    net = model.net
    inputs, regime, targets = (torch.from_numpy(column).float() for column in data[:3])
    head = torch.from_numpy(model.posterior.weights).float()
    generator = torch.Generator().manual_seed(settings.seed)
    moving = list(net.router.parameters())
    begun = [parameter.detach().clone() for parameter in moving]
    optimiser = torch.optim.Adam(moving, settings.rate)
    for _ in range(settings.steps):
        rows = torch.randint(len(inputs), (min(settings.batch, len(inputs)),), generator=generator)
        made = net.basis(levelled(inputs[rows]), net.gate(regime[rows])) @ head
        loss = torch.nn.functional.huber_loss(made, targets[rows], delta=3.0)
        loss = loss + ROUTER_CLOSE / len(inputs) * distance(moving, begun)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return model


def _scale(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """A scale and bias of each output's predicted change, shrunk towards none."""
    features, _ = model.features(data.inputs, data.regime)
    made = model.posterior.mean(features)
    centred, wanted = made - made.mean(axis=0), data.targets - data.targets.mean(axis=0)
    believed = SCALE_ROWS * (made**2).mean(axis=0)
    factor = ((centred * wanted).sum(axis=0) + believed) / ((centred**2).sum(axis=0) + believed)
    factor = np.clip(factor, 0.3, 3.0)
    offset = (data.targets - factor * made).sum(axis=0) / (len(made) + SCALE_ROWS)
    return replace(model, factor=factor, offset=offset)


def _router_scale(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    return _scale(_router(model, data, settings), data, settings)


def _heads(model: PlantSurrogate, data: Table, settings: Settings, counted: bool = False) -> PlantSurrogate:
    """Scale and bias, then the last layer in closed form, drawn to what these give."""
    model = _scale(model, data, settings)
    experts = model.net.sizes["experts"]
    prior = model.posterior.weights * model.factor
    prior[-experts:] += model.offset  # the experts' shares add up to one: their rows carry a constant
    none = replace(model, factor=np.ones_like(model.factor), offset=np.zeros_like(model.offset))
    return _solved(none, data, prior, settings, counted)


def _solved(
    model: PlantSurrogate, data: Table, prior: Floats, settings: Settings, counted: bool = False
) -> PlantSurrogate:
    """The head in closed form; its ridge is chosen for errors in physical units, as limits are.

    If counted, rows also count in the fit in proportion to the reading: halfway between equal relative
    errors, which instruments make, and equal absolute ones, which limits and indices ask for.
    """
    channels = model.channels
    features, _ = model.features(data.inputs, data.regime)
    spreads = [channels.spreads.get(name, 1.0) * (name in channels.logarithmic) for name in channels.outputs]
    values = data.baseline + data.targets * model.scale["target_scale"]
    readings = np.exp(np.clip(values * np.array(spreads), -3.0, 3.0))
    freedom = None
    if settings.stiff > 0:
        scale = model.scale["input_scale"]
        freedom = directions(channels, model.starts, scale, features.shape[1], settings.stiff)
    matters, options = readings**2, {"freedom": freedom, "shares": SHARES}
    if counted:
        found = fit_counted_head(features, data.targets, prior, matters, readings, **options)
    else:
        found = fit_head(features, data.targets, prior, matters, freedom=freedom, shares=SHARES)
    trust = len(features) / (len(features) + settings.doubt)
    return replace(model, posterior=replace(found, weights=prior + trust * (found.weights - prior)))


def _full(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """All weights by gradient from the source's."""
    net = model.net
    with torch.no_grad():
        net.head.copy_(torch.from_numpy(model.posterior.weights))
    rows = len(data.inputs)
    settings = replace(settings, keep=CLOSE / rows / (1.0 + (rows / CLOSE_ROWS) ** 2))
    fit_net(net, [data], model.channels, model.site, model.scale, settings)
    features, _ = model.features(data.inputs, data.regime)
    return replace(model, posterior=_as_it_is(net, features, data.targets))


def _full_no_physics(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    return _full(model, data, replace(settings, physics=0.0))


def _staged(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """Router and scale, then all weights with conservation, then the head in closed form."""
    model = _full(_router(model, data, settings), data, settings)
    return _solved(model, data, model.posterior.weights, settings)


def _pooled(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """The mean of heads on the source's experts and on new ones, in one net.

    The errors of both are little alike: the source's experts know what the site has not shown, the site's own
    what is unlike the source.
    """
    ours = _heads(model, data, settings, counted=True)
    rows, sizes = len(data.inputs), model.net.sizes
    share = NEW_SHARE * rows / (rows + settings.doubt)
    parts = [(1.0 - share, ours.net, ours.posterior.weights)]
    for number in range(BODIES):
        now = replace(_from_nothing(settings, rows), seed=settings.seed + number)
        one = {**sizes, "experts": sizes["experts"] // sizes["groups"], "groups": 1}
        net = MixtureOfExperts(**one, seed=now.seed)
        fit_net(net, [data], model.channels, model.site, model.scale, now)
        nothing = np.zeros((len(net.head), sizes["outputs"]))
        own = _solved(replace(ours, net=net), data, nothing, replace(now, doubt=0.0), counted=True)
        parts.append((share / BODIES, net, own.posterior.weights))
    net, head = pool(parts)
    return replace(ours, net=net, posterior=widened(ours.posterior, ours.net, net, head))


def _as_it_is(net: MixtureOfExperts, features: Floats, targets: Floats) -> HeadPosterior:
    """A posterior about a head that was trained by gradient: the head stays, its spread is measured."""
    head = net.head.detach().double().numpy()
    fitted = fit_head(features, targets, head)
    return replace(fitted, weights=head)


MODES: dict[str, Mode] = {
    "zero_shot": _nothing,
    "scale": _scale,
    "router": _router,
    "router_scale": _router_scale,
    "heads": _heads,
    "staged": _staged,
    "pooled": _pooled,
    "full": _full,
    "full_no_physics": _full_no_physics,
    "scratch": _nothing,
}

SOLVED = ("heads", "staged", "pooled", "full", "full_no_physics")
"""Modes that measure the deviation of their predictions on held-out blocks."""
