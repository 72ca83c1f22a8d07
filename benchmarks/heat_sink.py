"""Loss balancing on a synthetic heat-sink study: 87 Nusselt numbers of liquid sodium, imperfect physics.

Usage: ``python benchmarks/heat_sink.py [--splits 12] [--json FILE]``. Needs torch; scikit-learn adds a
Gaussian process as a peer.

The 87 points of arXiv 2605.05217 (computational fluid dynamics) are not public. These are SYNTHETIC, from a
truth of our own with 2 % scatter. The prior knows the correlations for laminar rectangular ducts (Shah and
London) and turbulent liquid metal (Lyon, Nu = 7 + 0.025 Pe^0.8), but has the transition at another place, the
entrance effect too small, and no conduction in the walls (which pulls towards Seban and Shimazaki,
5 + 0.025 Pe^0.8). The source of transfer is water (Dittus and Boelter). Errors are on held-out points,
Monte-Carlo cross-validation, 70 of 87 train; every network has the same size, steps and decay.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from lantern.surrogates.balancing import (
    BALANCERS,
    Fixed,
    Homoscedastic,
    LossBalancer,
    PriorBlend,
    make_balancer,
    precision_blend,
)
from lantern.surrogates.nets import minimise, mlp

Floats = NDArray[np.float64]
POINTS, TRAIN, STEPS = 87, 70, 1000
DECAY, SCATTER = 0.2, 0.02
LOW = np.array([600.0, 0.004, 1e-3, 0.5, 0.02, 0.5e-3])
HIGH = np.array([9000.0, 0.008, 5e-3, 8.0, 0.10, 4e-3])
COLUMNS = ("Re", "Pr", "hydraulic diameter m", "aspect ratio", "length m", "width m")


def draw(count: int, generator: np.random.Generator, prandtl: tuple[float, float] | None = None) -> Floats:
    """Points of the design space, log-uniform: float64[count, 6], columns as ``COLUMNS``."""
    x = np.exp(generator.uniform(np.log(LOW), np.log(HIGH), size=(count, 6)))
    if prandtl:
        x[:, 1] = prandtl[0] * (prandtl[1] / prandtl[0]) ** generator.random(count)
    return x


def duct(aspect: Floats) -> Floats:
    """Laminar Nusselt number of a rectangular duct, constant heat flux (Shah and London 1978)."""
    r = np.minimum(aspect, 1 / aspect)
    series = 1 - 2.0421 * r + 3.0853 * r**2 - 2.4765 * r**3 + 1.0578 * r**4 - 0.1861 * r**5
    return np.asarray(8.235 * series)


def physics(x: Floats) -> Floats:
    """The prior: known correlations, imperfect for these channels."""
    reynolds, prandtl, diameter, aspect, length, _ = x.T
    graetz = np.sqrt(reynolds * prandtl * diameter / length)
    turbulent = np.clip((reynolds - 2300) / 1700, 0, 1)
    lyon = 7.0 + 0.025 * (reynolds * prandtl) ** 0.8
    developed = (1 - turbulent) * duct(aspect) + turbulent * lyon
    return np.asarray(developed * (1 + 0.2 * graetz / (1 + graetz)))


def dittus_boelter(x: Floats) -> Floats:
    """The source of transfer: turbulent water."""
    return 0.023 * x[:, 0] ** 0.8 * x[:, 1] ** 0.4


def truth(x: Floats) -> Floats:
    """Our synthetic sodium: as the prior, with the effects that it does not know."""
    reynolds, prandtl, diameter, aspect, length, width = x.T
    peclet = reynolds * prandtl
    graetz = np.sqrt(peclet * diameter / length)
    flux = 1 / (1 + (width / 1e-3) ** -2)  # thin walls conduct: constant temperature rather than flux
    turbulent = 1 / (1 + np.exp(-(reynolds - 2700 - 75 * aspect) / 350))
    corners = 0.98 + 0.05 * np.tanh(np.log(aspect))
    laminar = duct(aspect) * (0.86 + 0.14 * flux)
    developed = (1 - turbulent) * laminar + turbulent * (5 + 2 * flux + 0.025 * peclet**0.8) * corners
    return np.asarray(developed * (1 + 0.3 * graetz / (1 + graetz)))


def scale(x: Floats) -> Tensor:
    """Inputs as the network sees them: logarithms to [-1, 1]; Pr reaches from sodium to water."""
    z = (np.log(x) - np.log(LOW)) / (np.log(HIGH) - np.log(LOW)) * 2 - 1
    z[:, 1] = np.log(x[:, 1] / 0.0057) / 4
    return torch.tensor(z, dtype=torch.float32)


def make_net(seed: int) -> nn.Sequential:
    return mlp((6, 24, 24, 1), torch.Generator().manual_seed(seed))


@dataclass
class Fit:
    """A trained network with the scale of its target, and how the losses were weighed at the end."""

    net: nn.Sequential
    mean: float
    spread: float
    data_weight: float

    def __call__(self, x: Floats) -> Floats:
        """Nusselt numbers."""
        with torch.no_grad():
            return np.asarray(np.exp(self.mean + self.spread * self.net(scale(x))[:, 0].double().numpy()))


def informed(balance: str, names: list[str], net: nn.Sequential, variances: Floats) -> LossBalancer:
    """A balancer by name; those that take a prior get the measured variances of data and physics."""
    if balance == "prior_blend, measured":
        return PriorBlend(names, prior=(1 / variances).tolist())
    if balance == "homoscedastic, measured":
        made = Homoscedastic(names)
        made.log_variance.data.copy_(torch.tensor(np.log(variances)))
        return made
    return make_balancer(balance, names, list(net.parameters()))


def train(
    net: nn.Sequential, x: Floats, y: Floats, balance: str | None, seed: int, steps: int = STEPS
) -> Fit:
    """Fit standardised log Nu; with physics on 256 drawn points unless ``balance`` is none."""
    mean, spread = float(np.log(y).mean()), float(np.log(y).std())

    def standard(nusselt: Floats) -> Tensor:
        return torch.tensor((np.log(nusselt) - mean) / spread, dtype=torch.float32)

    anywhere = draw(256, np.random.default_rng(1000 + seed))
    inputs, target = scale(x), standard(y)
    collocation, prior = scale(anywhere), standard(physics(anywhere))

    def losses() -> dict[str, Tensor]:
        found = {"data": (net(inputs)[:, 0] - target).square().mean()}
        if balance:
            found["physics"] = (net(collocation)[:, 0] - prior).square().mean()
        return found

    if balance:
        variances = np.array([SCATTER**2, np.mean(np.log(physics(x) / y) ** 2)]) / spread**2
        balancer: LossBalancer = informed(balance, ["data", "physics"], net, variances)
    else:
        balancer = Fixed(["data"])
    minimise(net.parameters(), losses, balancer, steps=STEPS, balancer_rate=2e-2, decay=DECAY)
    weights = balancer.weights()
    return Fit(net, mean, spread, weights["data"] / sum(weights.values()))


Predictor = Callable[[Floats], Floats]


def fit_blend(x: Floats, y: Floats, seed: int) -> Predictor:
    """Prediction-level blend in the logarithm; its weight from four-fold residuals of the training points."""
    fit = train(make_net(seed), x, y, None, seed)
    held = np.empty(len(x))
    for fold in range(4):
        out = np.arange(len(x)) % 4 == fold
        held[out] = np.log(train(make_net(seed), x[~out], y[~out], None, seed)(x[out]) / y[out])
    blend = precision_blend(held, np.log(physics(x) / y))
    return lambda new: np.exp(blend(np.log(fit(new)), np.log(physics(new))))


def fit_gaussian(x: Floats, y: Floats, over_physics: bool) -> Predictor:
    """The peer: a Gaussian process on log Nu, or on its ratio to the prior."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    kernel = ConstantKernel(1.0) * RBF(np.ones(6)) + WhiteKernel(1e-2)
    prior: Predictor = (
        (lambda new: np.log(physics(new))) if over_physics else (lambda new: np.zeros(len(new)))
    )
    process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=0)
    process.fit(scale(x).numpy(), np.log(y) - prior(x))
    return lambda new: np.exp(process.predict(scale(new).numpy()) + prior(new))


def fit_water(x: Floats, y: Floats, seed: int) -> dict[str, Predictor]:
    """Networks that start from one trained on 500 points of water."""
    water = draw(500, np.random.default_rng(seed), prandtl=(3.0, 8.0))
    source = train(make_net(seed), water, dittus_boelter(water), None, seed).net.state_dict()
    found: dict[str, Predictor] = {}
    for name, balance in (("data only", None), ("prior_blend, measured", "prior_blend, measured")):
        net = make_net(seed)
        net.load_state_dict(source)
        found[f"from water, {name}"] = train(net, x, y, balance, seed)
    return found


def fits(x: Floats, y: Floats, seed: int) -> dict[str, Predictor]:
    """Every method, fitted to the same points."""
    factor = float(np.exp(np.mean(np.log(y / physics(x)))))
    made: dict[str, Predictor] = {
        "physics only": physics,
        "physics, factor fitted": lambda new: factor * physics(new),
        "network, data only": train(make_net(seed), x, y, None, seed),
    }
    for balance in (*BALANCERS, "homoscedastic, measured", "prior_blend, measured"):
        made[f"network, {balance}"] = train(make_net(seed), x, y, balance, seed)
    made["precision blend of predictions"] = fit_blend(x, y, seed)
    made |= fit_water(x, y, seed)
    try:
        made["Gaussian process, data only"] = fit_gaussian(x, y, False)
        made["Gaussian process on the prior"] = fit_gaussian(x, y, True)
    except ImportError:
        pass
    return made


def measure(splits: int) -> tuple[dict[str, list[Floats]], dict[str, list[float]]]:
    """Relative errors on held-out points of each split, and the final share of the data term."""
    generator = np.random.default_rng(87)
    x = draw(POINTS, generator)
    y = truth(x) * np.exp(SCATTER * generator.normal(size=POINTS))
    errors: dict[str, list[Floats]] = {}
    weights: dict[str, list[float]] = {}
    for split in range(splits):
        order = np.random.default_rng(split).permutation(POINTS)
        inside, outside = order[:TRAIN], order[TRAIN:]
        for name, predictor in fits(x[inside], y[inside], split).items():
            errors.setdefault(name, []).append(np.abs(predictor(x[outside]) / y[outside] - 1.0))
            if isinstance(predictor, Fit):
                weights.setdefault(name, []).append(predictor.data_weight)
    return errors, weights


def report(errors: dict[str, list[Floats]], weights: dict[str, list[float]]) -> dict[str, list[float]]:
    """Print the table and return its numbers."""
    found = {}
    head = "".join(f"{name:>9}" for name in ("mean", "+- se", "95 %", "< 8 %"))
    print(f"{'relative error on held-out points':<36}{head}{'data weight':>13}")
    for name, parts in errors.items():
        means, every = np.array([part.mean() for part in parts]), np.concatenate(parts)
        error = means.std(ddof=1) / len(means) ** 0.5
        row = [means.mean(), error, np.quantile(every, 0.95), (every < 0.08).mean()]
        found[name] = [float(value) for value in row]
        share = f"{np.median(weights[name]):.4f}" if name in weights and "data only" not in name else "-"
        print(f"{name:<36}" + "".join(f"{100 * value:>8.2f}%" for value in row) + f"{share:>13}")
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--splits", type=int, default=12)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"SYNTHETIC sodium heat sinks, {POINTS} points, {TRAIN} train, {options.splits} random splits")
    found = report(*measure(options.splits))
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
