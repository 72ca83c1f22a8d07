"""Taking a surrogate to another site with little data: from changing nothing to learning anew.

Every mode gets the same records. The levels of the channels (what is usual at the site) are read off the
records in all of them; modes differ in which weights move.
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
from lantern.surrogates.process.heads import HeadPosterior, fit_head
from lantern.surrogates.process.novelty import Novelty
from lantern.surrogates.process.surrogate import PlantSurrogate, Table, levelled, tabulate
from lantern.surrogates.process.training import Settings, fit_net, joined, refreshed, site_of, train_surrogate
from lantern.surrogates.record import Record

Floats = NDArray[np.float64]
CLOSE = 3.0
"""Pull of each weight to where it began, divided by the number of rows (Li et al. 2018, L2-SP)."""

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
        One of ``MODES``: ``zero_shot`` moves no weight; ``router`` the router's; ``router_scale`` these and a
        scale and bias of each output; ``heads`` solves the last layer in closed form; ``full`` moves all
        weights, then solves the head; ``full_no_physics`` the same without conservation; ``scratch`` forgets
        the source, with conservation.
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
        fresh = train_surrogate(
            records, source.channels, replace(settings, rate=3e-3, steps=2 * settings.steps)
        )
        return replace(fresh, about={**fresh.about, "mode": mode})
    site = site_of(source.channels, records)
    here = replace(source, site=site, net=copy.deepcopy(source.net))
    tables = [tabulate(source.channels, record, site.levels, source.scale) for record in records]
    data = joined(tables)
    here = MODES[mode](here, data, settings)
    features, _ = here.features(data.inputs, data.regime)
    here = replace(refreshed(here, records, features, data), about={**source.about, "mode": mode})
    name = str(records[0].about.get("site", ""))
    if mode != "zero_shot" and len(data.inputs) > 3 * data.inputs.shape[1]:
        here = replace(here, novelty=Novelty.fit(data.inputs))
    return replace(here, about={**here.about, "site": name})


def adapt_all(
    source: PlantSurrogate, records: Sequence[Record], settings: Settings | None = None
) -> dict[str, PlantSurrogate]:
    """Adapt in every mode, for comparison."""
    return {mode: adapt(source, records, mode, settings) for mode in MODES}


def _nothing(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    return model


def _router(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """Gradient steps on the router alone, the rest as it was."""
    net = model.net
    inputs, regime, targets = (torch.from_numpy(column).float() for column in data[:3])
    head = torch.from_numpy(model.posterior.weights).float()
    generator = torch.Generator().manual_seed(settings.seed)
    optimiser = torch.optim.Adam(net.router.parameters(), settings.rate)
    for _ in range(settings.steps):
        rows = torch.randint(len(inputs), (min(settings.batch, len(inputs)),), generator=generator)
        made = net.basis(levelled(inputs[rows]), net.gate(regime[rows])) @ head
        loss = torch.nn.functional.huber_loss(made, targets[rows], delta=3.0)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return model


def _router_scale(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """The router, then a scale and bias of each output, shrunk towards none."""
    model = _router(model, data, settings)
    features, _ = model.features(data.inputs, data.regime)
    made = model.posterior.mean(features)
    prior = 30.0  # rows' worth of belief that the source's scale is right
    centred, wanted = made - made.mean(axis=0), data.targets - data.targets.mean(axis=0)
    variance = (made**2).mean(axis=0)
    factor = ((centred * wanted).sum(axis=0) + prior * variance) / (
        (centred**2).sum(axis=0) + prior * variance
    )
    factor = np.clip(factor, 0.3, 3.0)
    offset = (data.targets - factor * made).sum(axis=0) / (len(made) + prior)
    return replace(model, factor=factor, offset=offset)


def _heads(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """Router, scale and bias, then the last layer in closed form, drawn to what these give."""
    model = _router_scale(model, data, settings)
    experts = model.net.sizes["experts"]
    prior = model.posterior.weights * model.factor
    prior[-experts:] += model.offset  # the experts' shares add up to one: their rows carry a constant
    none = replace(model, factor=np.ones_like(model.factor), offset=np.zeros_like(model.offset))
    return _solved(none, data, prior, settings.doubt)


def _solved(model: PlantSurrogate, data: Table, prior: Floats, doubt: float) -> PlantSurrogate:
    """The head in closed form; its ridge is chosen for errors in physical units, as limits are."""
    channels = model.channels
    features, _ = model.features(data.inputs, data.regime)
    spreads = [channels.spreads.get(name, 1.0) * (name in channels.logarithmic) for name in channels.outputs]
    values = data.baseline + data.targets * model.scale["target_scale"]
    weights = np.exp(np.clip(2.0 * values * np.array(spreads), -6.0, 6.0))
    found = fit_head(features, data.targets, prior, weights)
    trust = len(features) / (len(features) + doubt)
    return replace(model, posterior=replace(found, weights=prior + trust * (found.weights - prior)))


def _full(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """All weights by gradient from the source's."""
    net = model.net
    with torch.no_grad():
        net.head.copy_(torch.from_numpy(model.posterior.weights))
    settings = replace(settings, keep=CLOSE / len(data.inputs))
    fit_net(net, [data], model.channels, model.site, model.scale, settings)
    features, _ = model.features(data.inputs, data.regime)
    return replace(model, posterior=_as_it_is(net, features, data.targets))


def _full_no_physics(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    return _full(model, data, replace(settings, physics=0.0))


def _staged(model: PlantSurrogate, data: Table, settings: Settings) -> PlantSurrogate:
    """Router and scale, then all weights with conservation, then the head in closed form."""
    model = _full(_router(model, data, settings), data, settings)
    return _solved(model, data, model.posterior.weights, settings.doubt)


def _as_it_is(net: MixtureOfExperts, features: Floats, targets: Floats) -> HeadPosterior:
    """A posterior about a head that was trained by gradient: the head stays, its spread is measured."""
    head = net.head.detach().double().numpy()
    fitted = fit_head(features, targets, head)
    return replace(fitted, weights=head)


MODES: dict[str, Mode] = {
    "zero_shot": _nothing,
    "router": _router,
    "router_scale": _router_scale,
    "heads": _heads,
    "staged": _staged,
    "full": _full,
    "full_no_physics": _full_no_physics,
    "scratch": _nothing,
}
