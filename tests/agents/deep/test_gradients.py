"""The networks' own gradients and Adam are those of torch."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra 'deep'")

from lantern.agents.deep.adam import Adam  # noqa: E402
from lantern.agents.deep.mlp import Mlp  # noqa: E402

BATCH, INPUTS, ACTIONS = 40, 7, 3
ARCHITECTURES = [(), (16,), (24, 16), (16, 24, 8)]


def modules(sizes: tuple[int, ...], members: int, outputs: int = 1, inputs: int = INPUTS) -> list[list[Any]]:
    torch.manual_seed(3)
    ends = [inputs, *sizes, outputs]
    return [[torch.nn.Linear(a, b) for a, b in pairwise(ends)] for _ in range(members)]


def by_torch(nets: list[list[Any]], x: Any, activation: str) -> Any:
    act = torch.relu if activation == "relu" else torch.tanh
    found = []
    for layers in nets:
        out = x
        for layer in layers[:-1]:
            out = act(layer(out))
        found.append(layers[-1](out))
    return torch.stack(found)


def ours(nets: list[list[Any]], activation: str) -> Mlp:
    return Mlp([[[layer] for layer in layers] for layers in nets], activation)


def rows(seed: int, inputs: int = INPUTS) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(BATCH, inputs)).astype(np.float32)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("sizes", ARCHITECTURES, ids=str)
@pytest.mark.parametrize("members", [1, 2, 3])
def test_the_slope_through_the_least_critic_is_that_of_autograd(
    members: int, sizes: tuple[int, ...], activation: str
) -> None:
    """Each sample goes back through one critic only; autograd goes back through the minimum of all."""
    nets = modules(sizes, members)
    x = torch.from_numpy(rows(0)).requires_grad_()
    with torch.no_grad():  # so that each critic is the least one somewhere
        for layers, values in zip(nets, by_torch(nets, x, activation), strict=True):
            layers[-1].bias -= values.mean()
    values = by_torch(nets, x, activation)
    (-values.min(dim=0).values.mean()).backward()
    net = ours(nets, activation)
    tape = net.tape(BATCH)
    out = net.forward(rows(0), tape).reshape(members, BATCH)
    least = out.argmin(axis=0)
    assert len(np.unique(least)) == members  # else not all groups are tested
    columns = slice(INPUTS - ACTIONS, None)
    found = net.input_slope(tape, least, -1.0 / BATCH, columns)
    np.testing.assert_allclose(out, values.detach().numpy()[..., 0], atol=1e-5)
    np.testing.assert_allclose(found, x.grad.numpy()[:, columns], atol=1e-7)


def test_a_critic_that_is_never_chosen_is_left_out() -> None:
    nets = modules((24, 16), 2)
    x = torch.from_numpy(rows(1)).requires_grad_()
    by_torch(nets, x, "relu")[1].sum().backward()
    net = ours(nets, "relu")
    net.forward(rows(1), net.tape(BATCH))
    found = net.input_slope(net.tape(BATCH), np.ones(BATCH, np.int64), 1.0, slice(None))
    np.testing.assert_allclose(found, x.grad.numpy(), atol=1e-5)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize(("members", "outputs"), [(1, 1), (1, 4), (1, 12), (2, 1), (2, 12)])
@pytest.mark.parametrize("inputs", [3, 12])
@pytest.mark.parametrize("sizes", [(), (16,), (24, 16)], ids=str)
def test_gradients_of_the_weights_are_those_of_autograd(
    sizes: tuple[int, ...], inputs: int, members: int, outputs: int, activation: str
) -> None:
    """Few inputs or outputs go another way than many."""
    nets = modules(sizes, members, outputs, inputs)
    x, goal = rows(2, inputs), np.random.default_rng(9).normal(size=(BATCH, outputs)).astype(np.float32)
    values = by_torch(nets, torch.from_numpy(x), activation)
    ((values - torch.from_numpy(goal)) ** 2).sum().backward()
    theirs = [
        parameter.grad.numpy().copy() for layers in nets for one in layers for parameter in one.parameters()
    ]
    net = ours(nets, activation)
    out = net.forward(x, net.tape(BATCH))
    net.backward(net.tape(BATCH), np.float32(2.0) * (out - goal))
    for parameter, gradient in zip(net.parameters, theirs, strict=True):
        start = (parameter.data_ptr() - net.flat.ctypes.data) // 4
        mine = net.gradient[start : start + gradient.size].reshape(gradient.shape)
        np.testing.assert_allclose(mine, gradient, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("max_norm", [0.0, 0.5])
def test_adam_makes_the_steps_of_torch(max_norm: float) -> None:
    """Sizes that do not fill whole registers, gradients of many magnitudes, some of them 0."""
    draw = np.random.default_rng(4)
    start = draw.normal(size=1003).astype(np.float32)
    theirs = torch.nn.Parameter(torch.from_numpy(start.copy()))
    stock = torch.optim.Adam([theirs], lr=3e-3)
    flat, gradient = start.copy(), np.zeros_like(start)
    mine = torch.nn.Parameter(torch.from_numpy(flat))
    lean = Adam(torch.optim.Adam([mine], lr=3e-3), [mine], flat, gradient)
    for _ in range(50):
        scale = 10.0 ** draw.uniform(-8, 1, size=1003)
        gradient[:] = draw.normal(size=1003) * scale * (draw.random(1003) < 0.8)
        theirs.grad = torch.from_numpy(gradient.copy())
        if max_norm:
            torch.nn.utils.clip_grad_norm_([theirs], max_norm)
        stock.step()
        lean.step(max_norm)
    assert np.abs(flat - start).max() > 0.01
    np.testing.assert_allclose(flat, theirs.detach().numpy(), rtol=1e-5, atol=2e-6)
    np.testing.assert_allclose(lean.square, stock.state[theirs]["exp_avg_sq"].numpy(), rtol=1e-4, atol=1e-12)
