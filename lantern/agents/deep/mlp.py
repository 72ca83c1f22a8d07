"""Small networks on the memory of torch modules: forward and backward by plain linear algebra.

A reinforcement learner updates networks of a few thousand weights with batches of a few dozen samples; torch
spends most of that time on bookkeeping. Here the weights of the torch modules are laid side by side in one
vector, and forward pass and gradient work on it directly. The modules see the same memory, so that
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

from lantern.agents.deep.kernels import (
    FEW,
    add_and_cut,
    back_from_few,
    pass_and_sum,
    slope_of_chosen,
    slope_of_few,
)
from lantern.agents.deep.policy import Dense

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Stacks = tuple[Floats, ...]

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
        self.cubes = tuple(out.reshape(net.members, batch, -1) for out in self.hidden)
        self.back_cubes = tuple(out.reshape(net.members, batch, -1) for out in self.back)


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
        self._weights, self._biases = self._stacks(self.weight, self.bias)
        self._grad_weights, self._grad_biases = self._stacks(self._grad_weight, self._grad_bias)
        # Where the compiled functions take the place of products at which BLAS is slow.
        cuts = self.activation == "relu" and len(self.weight) > 1
        self._few_inputs = cuts and self.inputs <= FEW
        self._few_outputs = cuts and self.sizes[-1] <= FEW

    def _stacks(self, weight: list[Floats], bias: list[Floats]) -> tuple[Stacks, Stacks]:
        """The same memory as float32[E, O, I] and float32[E, O], whatever the number of members."""
        weights = tuple(w.reshape(self.members, *w.shape[-2:]) for w in weight)
        return weights, tuple(b.reshape(self.members, -1) for b in bias)

    def first(self) -> Mlp:
        """The first member alone, on the same memory; it can be evaluated, and give slopes in its inputs."""
        one = copy.copy(self)
        one.members = 1
        one.weight = [weight if self.members == 1 else weight[0] for weight in self.weight]
        one.bias = [bias if self.members == 1 else bias[0] for bias in self.bias]
        one._grad_weight = [g if self.members == 1 else g[0] for g in self._grad_weight]
        one._grad_bias = [g if self.members == 1 else g[0] for g in self._grad_bias]
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
        last, relu = len(self.weight) - 1, self.activation == "relu"
        for index, out in enumerate(tape.hidden):
            np.matmul(x, self._transposed[index], out=out)
            if index < last and relu:
                add_and_cut(tape.cubes[index], self._biases[index])
            else:
                out += self.bias[index]
                if index < last:
                    np.tanh(out, out=out)
            x = out
        return x

    def backward(self, tape: Tape, slope: Floats) -> None:
        """Set :attr:`gradient` to that of a loss, given its slope in the outputs of the last pass on a tape.

        Parameters
        ----------
        tape : Tape
            The pass; its activations are used up.
        slope : float32[B, A] or float32[E, B, A]
            Slope of the loss in the outputs.
        """
        last, relu = len(self.weight) - 1, self.activation == "relu"
        weights, grads, biases = self._weights, self._grad_weights, self._grad_biases
        summed = False  # whether the bias of the layer has its gradient already
        for index in range(last, -1, -1):
            below = tape.hidden[index - 1] if index else tape.x
            if index == last and self._few_outputs:
                up, under = slope.reshape(tape.cubes[last].shape), tape.cubes[last - 1]
                back_from_few(up, under, weights[last], grads[last], biases[last], biases[last - 1])
                slope, summed = below, True
                continue
            if not index and self._few_inputs:
                slope_of_few(slope.reshape(tape.cubes[0].shape), tape.x, grads[0])
            else:
                np.matmul(slope.swapaxes(-1, -2), below, out=self._grad_weight[index])
            if not summed:
                np.matmul(tape.ones, slope, out=self._grad_bias[index])
            if not index:
                return
            slope, summed = np.matmul(slope, self.weight[index], out=tape.back[index - 1]), relu
            if relu:
                pass_and_sum(tape.back_cubes[index - 1], tape.cubes[index - 1], biases[index - 1])
            else:
                np.multiply(below, below, out=below)
                np.subtract(1.0, below, out=below)
                slope *= below

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
        weights = self._weights
        if len(weights) == 1:
            return (weights[0][:, 0, columns] * np.float32(scale)).take(chosen, axis=0)
        part = np.ascontiguousarray(weights[0][:, :, columns].swapaxes(1, 2))
        relu = self.activation == "relu"
        return slope_of_chosen(weights, tape.cubes, tape.back_cubes, chosen, scale, part, relu)


def _both(part: nn.Linear) -> tuple[Any, Any]:
    return part.weight, part.bias


def _share(parameter: Any, view: Floats) -> None:
    """Let a parameter use some memory, with its values copied there."""
    view[...] = parameter.detach().numpy()
    parameter.data = th.from_numpy(view)
