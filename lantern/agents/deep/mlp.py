"""Small networks on the memory of torch modules: forward and backward by plain linear algebra.

A reinforcement learner updates networks of a few thousand weights with batches of a few dozen samples; torch
spends most of that time on bookkeeping. Here the weights of the torch modules are laid side by side in one
vector, and forward pass, gradient and Adam work on it directly. The modules see the same memory, so that
saving, loading and predicting with them go on as before.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch as th
from numpy.typing import NDArray
from torch import nn

from lantern.agents.deep.kernels import adam, add_and_cut, pass_chosen, pass_where_positive
from lantern.agents.deep.policy import Dense

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

#: Layers of one network; a layer is one linear module, or several side by side on the same input.
Layers = Sequence[Sequence[nn.Linear]]

_ACTIVATIONS: dict[type[nn.Module], str] = {nn.ReLU: "relu", nn.Tanh: "tanh"}


def linear_layers(module: nn.Module) -> tuple[list[nn.Linear], str] | None:
    """Linear layers and the activation between them of a plain network; None where it is anything else."""
    layers: list[nn.Linear] = []
    activations: set[str] = set()
    for part in module.children() if isinstance(module, nn.Sequential) else [module]:
        if isinstance(part, nn.Linear) and part.bias is not None:
            layers.append(part)
        elif type(part) in _ACTIVATIONS:
            activations.add(_ACTIVATIONS[type(part)])
        else:
            return None
    if len(activations) > 1:
        return None
    return layers, activations.pop() if activations else "relu"


class Tape:
    """Room for the activations of one forward pass, and for the gradients on the way back."""

    def __init__(self, net: Mlp, batch: int) -> None:
        shape = (net.members, batch) if net.members > 1 else (batch,)
        self.hidden = [np.empty((*shape, size), np.float32) for size in net.sizes]
        self.back = [np.empty((*shape, size), np.float32) for size in net.sizes[:-1]]
        self.ones = np.ones((1, batch), np.float32)
        self.x: Floats = self.ones
        # The same memory in the shapes that the compiled functions take.
        self.cubes = [out.reshape(net.members, batch, -1) for out in self.hidden]
        self.hidden_lines = [out.reshape(-1) for out in self.hidden]
        self.lines = [out.reshape(-1) for out in self.back]


class Mlp:
    """One network, or several of the same shape, over one vector of weights.

    Parameters
    ----------
    members : sequence of sequence of sequence of torch.nn.Linear
        The layers of each network. Their weights are moved into one vector, which they go on using.
    activation : {"relu", "tanh"}
        Between layers; the last has none.

    Attributes
    ----------
    flat, gradient : float32[P]
        All weights, and room for their gradient.
    sizes : list of int
        Width of each layer.
    """

    def __init__(self, members: Sequence[Layers], activation: str) -> None:
        self.members = len(members)
        self.activation = activation
        self.parameters: list[Any] = [
            p for layers in members for layer in layers for part in layer for p in _both(part)
        ]
        self.flat = np.empty(sum(p.numel() for p in self.parameters), np.float32)
        self._address = self.flat.ctypes.data
        self.gradient = np.zeros_like(self.flat)
        self.weight: list[Floats] = []
        self.bias: list[Floats] = []
        self._grad_weight: list[Floats] = []
        self._grad_bias: list[Floats] = []
        self.sizes: list[int] = []
        self._tapes: dict[tuple[int, str], Tape] = {}
        start = 0
        for index in range(len(members[0])):
            start = self._lay(start, [layers[index] for layers in members])
        self._prepare()

    def _prepare(self) -> None:
        self._transposed = [weight.swapaxes(-1, -2) for weight in self.weight]
        self._bias_rows = [bias.reshape(self.members, -1) for bias in self.bias]

    def first(self) -> Mlp:
        """The first member alone, on the same memory; it can be evaluated, and give slopes in its inputs."""
        one = copy.copy(self)
        one.members = 1
        one.weight = [weight if self.members == 1 else weight[0] for weight in self.weight]
        one.bias = [bias if self.members == 1 else bias[0] for bias in self.bias]
        one._tapes = {}
        one._prepare()
        return one

    def _lay(self, start: int, layer: Sequence[Sequence[nn.Linear]]) -> int:
        """Move one layer of all members into the vector; return where the next begins."""
        size = sum(part.out_features for part in layer[0])
        inputs = layer[0][0].in_features
        several = (self.members,) if self.members > 1 else ()
        middle = start + self.members * size * inputs
        end = middle + self.members * size
        for flat, weights, biases in (
            (self.flat, self.weight, self.bias),
            (self.gradient, self._grad_weight, self._grad_bias),
        ):
            weights.append(flat[start:middle].reshape(*several, size, inputs))
            biases.append(flat[middle:end].reshape(*several, 1, size))
        weight = self.flat[start:middle].reshape(self.members, size, inputs)
        bias = self.flat[middle:end].reshape(self.members, size)
        for member, parts in enumerate(layer):
            row = 0
            for part in parts:
                rows = slice(row, row + part.out_features)
                _share(part.weight, weight[member, rows])
                _share(part.bias, bias[member, rows])
                row += part.out_features
        self.sizes.append(size)
        return end

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return int(self.weight[0].shape[-1])

    def shared(self) -> bool:
        """Whether the torch modules still use this memory."""
        first = self.parameters[0]
        return bool(first.data_ptr() == self._address)

    def tape(self, batch: int, name: str = "") -> Tape:
        """Room for a pass of some batch; passes that must not overwrite each other have different names."""
        found = self._tapes.get((batch, name))
        if found is None:
            found = self._tapes[batch, name] = Tape(self, batch)
        return found

    def dense(self, member: int = 0, outputs: int | None = None) -> Dense:
        """Copy of a member as it is now, or of its first outputs only."""
        weight = [w if self.members == 1 else w[member] for w in self.weight]
        bias = [b.reshape(self.members, -1)[member] for b in self.bias]
        weight[-1], bias[-1] = weight[-1][:outputs], bias[-1][:outputs]
        return Dense(tuple(w.copy() for w in weight), tuple(b.copy() for b in bias), self.activation)

    def forward(self, x: Floats, tape: Tape) -> Floats:
        """Outputs of a batch.

        Parameters
        ----------
        x : float32[B, D]
            Inputs, the same for all members.
        tape : Tape
            Where the pass is noted; what is returned lies in it.

        Returns
        -------
        float32[B, A], or float32[E, B, A] of E members
        """
        tape.x = x
        last = len(self.weight) - 1
        for index, out in enumerate(tape.hidden):
            np.matmul(x, self._transposed[index], out=out)
            if index < last and self.activation == "relu":
                add_and_cut(tape.cubes[index], self._bias_rows[index])
            else:
                out += self.bias[index]
                if index < last:
                    np.tanh(out, out=out)
            x = out
        return x

    def backward(
        self, tape: Tape, slope: Floats, *, weights: bool = True, inputs: bool = False
    ) -> Floats | None:
        """Gradient of a loss, given its slope in the outputs of the last forward pass on this tape.

        Parameters
        ----------
        tape : Tape
            The pass; its activations are used up.
        slope : float32[B, A] or float32[E, B, A]
            Slope of the loss in the outputs.
        weights : bool
            Whether to set :attr:`gradient`.
        inputs : bool
            Whether to return the slope in the inputs, float32[B, D] (summed over members).
        """
        for index in range(len(self.weight) - 1, -1, -1):
            below = tape.hidden[index - 1] if index else tape.x
            if weights:
                np.matmul(slope.swapaxes(-1, -2), below, out=self._grad_weight[index])
                np.matmul(tape.ones, slope, out=self._grad_bias[index])
            if not index:
                break
            back = tape.back[index - 1]
            if slope.shape[-1] == 1:  # an outer product, at which BLAS is slow
                np.multiply(slope, self.weight[index], out=back)
            else:
                np.matmul(slope, self.weight[index], out=back)
            if self.activation == "relu":
                pass_where_positive(tape.lines[index - 1], tape.hidden_lines[index - 1])
            else:
                np.multiply(below, below, out=below)
                np.subtract(1.0, below, out=below)
                back *= below
            slope = back
        if not inputs:
            return None
        onward: Floats = np.matmul(slope, self.weight[0])
        return onward.sum(axis=0) if self.members > 1 else onward

    def input_slope(self, tape: Tape, chosen: Rows, scale: float, columns: slice) -> Floats:
        """Slope of the outputs of chosen members in some inputs, after a forward pass on this tape.

        Each sample goes back through the one member that was chosen for it, not through all of them, and no
        gradient of weights is made. Members have one output each.

        Parameters
        ----------
        tape : Tape
            The pass; its activations stay.
        chosen : int64[B]
            Member of each sample.
        scale : float
            Factor of the slope.
        columns : slice
            Which inputs.

        Returns
        -------
        float32[B, C]
            ``scale`` times the derivative of each sample's chosen output in its inputs.
        """
        order = np.argsort(chosen, kind="stable")  # samples of the same member side by side: one product each
        member = chosen[order]
        ends = np.searchsorted(member, np.arange(self.members + 1)).tolist()
        weights = [
            weight.reshape(self.members, size, -1)
            for weight, size in zip(self.weight, self.sizes, strict=True)
        ]
        size = len(order)
        if len(weights) == 1:
            return (weights[0][:, 0, columns] * np.float32(scale)).take(chosen, axis=0)
        slope = tape.lines[-1][: size * self.sizes[-2]].reshape(size, -1)
        # Any other mode than "clip" fills a buffer first.
        np.take(weights[-1][:, 0] * np.float32(scale), member, axis=0, out=slope, mode="clip")
        for index in range(len(weights) - 2, -1, -1):
            pass_chosen(slope, tape.cubes[index], member, order, self.activation == "relu")
            onward = weights[index] if index else np.ascontiguousarray(weights[0][:, :, columns])
            width = onward.shape[-1]
            below: Floats = np.empty((size, width), np.float32)
            if index:
                below = tape.lines[index - 1][: size * width].reshape(size, width)
            for one in range(self.members):
                rows = slice(ends[one], ends[one + 1])
                np.matmul(slope[rows], onward[one], out=below[rows])
            slope = below
        found = np.empty_like(slope)
        found[order] = slope
        return found


class Adam:
    """Adam (Kingma & Ba 2015) on one vector, in the state of torch's optimiser, which so can be saved.

    Parameters
    ----------
    optimizer : torch.optim.Adam
        Whose state and settings are used.
    parameters : sequence of tensor
        Its parameters, in the order in which they lie in ``flat``.
    flat, gradient : float32[P]
        Weights and gradient.
    """

    def __init__(
        self, optimizer: th.optim.Optimizer, parameters: Sequence[Any], flat: Floats, gradient: Floats
    ) -> None:
        self.optimizer = optimizer
        self.state = optimizer.state
        self.flat, self.gradient = flat, gradient
        self.mean, self.square = np.zeros_like(flat), np.zeros_like(flat)
        self.steps = np.zeros(len(parameters), np.float32)
        addresses = flat.ctypes.data
        for index, parameter in enumerate(parameters):
            start = (parameter.data_ptr() - addresses) // 4
            part = slice(start, start + parameter.numel())
            old = self.state.get(parameter, {})
            if old:
                self.mean[part] = old["exp_avg"].numpy().reshape(-1)
                self.square[part] = old["exp_avg_sq"].numpy().reshape(-1)
                self.steps[index] = float(old["step"])
            self.state[parameter] = {
                "step": th.from_numpy(self.steps[index : index + 1]).reshape(()),
                "exp_avg": th.from_numpy(self.mean[part].reshape(parameter.shape)),
                "exp_avg_sq": th.from_numpy(self.square[part].reshape(parameter.shape)),
            }

    def shared(self) -> bool:
        """Whether torch's optimiser still uses this state."""
        return self.optimizer.state is self.state

    def step(self, max_norm: float = 0.0) -> None:
        """One step down the gradient, which is first cut to a norm where ``max_norm`` is positive."""
        self.steps += 1.0
        group = self.optimizer.param_groups[0]
        beta1, beta2 = group["betas"]
        count = float(self.steps[0])
        adam(
            self.flat,
            self.gradient,
            self.mean,
            self.square,
            float(group["lr"]) / (1.0 - beta1**count),
            beta1,
            beta2,
            float(group["eps"]),
            1.0 / (1.0 - beta2**count) ** 0.5,
            max_norm,
        )


def is_plain_adam(optimizer: th.optim.Optimizer) -> bool:
    """Whether an optimiser is Adam without the options that :class:`Adam` lacks."""
    if type(optimizer) is not th.optim.Adam or len(optimizer.param_groups) != 1:
        return False
    group = optimizer.param_groups[0]
    return not (group["weight_decay"] or group["amsgrad"] or group["maximize"])


def _both(part: nn.Linear) -> tuple[Any, Any]:
    return part.weight, part.bias


def _share(parameter: Any, view: Floats) -> None:
    """Let a parameter use some memory, with its values copied there."""
    view[...] = parameter.detach().numpy()
    parameter.data = th.from_numpy(view)
