"""Loss balancers: what each does to two losses of unequal size, and why the naive blend is not enough."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from lantern.surrogates.balancing import (  # noqa: E402
    BALANCERS,
    Fixed,
    Homoscedastic,
    LossBalancer,
    PriorBlend,
    make_balancer,
    precision_blend,
)
from lantern.surrogates.nets import minimise, mlp  # noqa: E402


def tug_of_war(kind, scales=(1.0, 1.0), steps=600, seed=0):
    """Two targets for one number, scaled; returns the number and the final shares of the weights."""
    x = torch.nn.Parameter(torch.tensor(0.4 + 0.1 * seed))
    balancer = make_balancer(kind, ("a", "b"), [x]) if isinstance(kind, str) else kind

    def losses():
        return {"a": scales[0] * ((x - 0.0) ** 2 + 0.01), "b": scales[1] * ((x - 1.0) ** 2 + 0.01)}

    minimise([x], losses, balancer, steps=steps, rate=2e-2, balancer_rate=5e-2)
    weights = balancer.weights()
    return x.item(), weights["a"] / sum(weights.values())


@pytest.mark.parametrize("kind", BALANCERS)
def test_a_balancer_returns_a_scalar_with_gradients_and_says_its_weights(kind):
    net = mlp((2, 8, 1), torch.Generator().manual_seed(0))
    inputs = torch.randn(16, 2, generator=torch.Generator().manual_seed(1))
    balancer = make_balancer(kind, ("data", "physics"), list(net.parameters()))
    assert isinstance(balancer, LossBalancer)
    before = net(inputs).square().mean().item()
    minimise(
        net.parameters(),
        lambda: {"data": (net(inputs) - 1).square().mean(), "physics": (net(inputs) - 1.1).square().mean()},
        balancer,
        steps=60,
    )
    assert abs(net(inputs).mean().item() - 1.05) < 0.2 < before + 1
    assert set(balancer.weights()) == {"data", "physics"}
    with pytest.raises(ValueError, match="made for the losses"):
        balancer({"data": torch.tensor(1.0)})


@pytest.mark.parametrize("seed", range(3))
def test_the_naive_blend_gives_all_weight_to_one_loss(seed):
    """Which one depends on the start and the scales, not on merit; the other is then ignored."""
    for scales in ((0.2, 1.0), (1.0, 0.2)):
        found, share = tug_of_war("naive_blend", scales, seed=seed)
        assert min(found, 1 - found) < 0.02
        assert share == pytest.approx(1 - round(found), abs=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_a_prior_keeps_the_blend_from_collapsing(seed):
    for scales in ((0.2, 1.0), (1.0, 0.2)):
        balancer = PriorBlend(("a", "b"))
        found, _ = tug_of_war(balancer, scales, seed=seed)
        assert 0.05 < found < 0.95
        assert 0.05 < balancer.shares()["a"] < 0.95


def test_homoscedastic_weights_are_the_inverse_of_the_losses():
    constant = {"a": torch.tensor(4.0), "b": torch.tensor(0.25)}
    balancer = Homoscedastic(("a", "b"))
    minimise([torch.nn.Parameter(torch.zeros(1))], lambda: constant, balancer, steps=2000, balancer_rate=2e-2)
    assert balancer.weights()["a"] * 4.0 == pytest.approx(0.5, rel=0.05)
    assert balancer.weights()["b"] * 0.25 == pytest.approx(0.5, rel=0.05)


def test_the_max_player_raises_the_weight_of_what_stays_large():
    balancer = make_balancer("self_adaptive", ("a", "b"))
    constant = {"a": torch.tensor(1.0), "b": torch.tensor(0.01)}
    minimise([torch.nn.Parameter(torch.zeros(1))], lambda: constant, balancer, steps=100, balancer_rate=1e-2)
    weights = balancer.weights()
    assert weights["a"] > weights["b"] - 1e-6
    assert weights["a"] > 1.2


def test_gradient_norms_pull_equally():
    x = torch.nn.Parameter(torch.tensor(0.5))
    balancer = make_balancer("gradient_norm", ("a", "b"), [x])
    balancer({"a": 100.0 * x**2, "b": (x - 1.0) ** 2})
    weights = balancer.weights()
    assert weights["a"] * 100.0 == pytest.approx(weights["b"], rel=1e-4)


def test_relobralo_is_reproducible_and_favours_the_loss_that_lags():
    def run():
        balancer = make_balancer("relobralo", ("a", "b"))
        for step in range(50):
            balancer({"a": torch.tensor(0.9**step), "b": torch.tensor(1.0)})
        return balancer.weights()

    first = run()
    assert first == run()
    assert first["b"] > first["a"]


def test_precision_blend_weighs_by_inverse_variance():
    generator = np.random.default_rng(0)
    truth = generator.normal(size=20_000)
    one, other = truth + generator.normal(size=20_000), truth + 0.5 * generator.normal(size=20_000)
    blend = precision_blend(one - truth, other - truth)
    assert blend.share == pytest.approx(0.2, abs=0.01)
    error = float(np.sqrt(np.mean((blend(one, other) - truth) ** 2)))
    assert error == pytest.approx(blend.deviation, rel=0.03)
    assert error < 0.5


def test_wrong_settings_are_refused():
    with pytest.raises(ValueError, match="choose one of"):
        make_balancer("nothing", ("a",))
    with pytest.raises(ValueError, match="distinct"):
        Fixed(("a", "a"))
    with pytest.raises(ValueError, match="positive"):
        PriorBlend(("a", "b"), prior=(1.0, 0.0))
