"""Partial orders in words: "pick up the key then open the chest, and take the shield, in any order"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lantern.logic.phrases import listed

Order = NDArray[np.bool_]


def arrange(texts: Sequence[str], before: Order) -> str:
    """Describe a partial order: "a and b in any order, then c"."""
    if len(texts) == 1:
        return texts[0]
    layers = _in_series(before)
    if len(layers) > 1:
        return ", then ".join(_some(texts, before, layer) for layer in layers)
    groups = _in_parallel(before)
    if len(groups) == 1:
        return listed(texts) + _simultaneous(before)
    parts = [_some(texts, before, group).replace(", then ", " then ") for group in groups]
    if any(" then " in part for part in parts):
        return f"{', and '.join(parts)}, in any order"
    return f"{listed(parts)} in any order"


def _some(texts: Sequence[str], before: Order, which: Sequence[int]) -> str:
    return arrange([texts[i] for i in which], before[np.ix_(which, which)])


def _simultaneous(before: Order) -> str:
    return " at the same time" if before.all() else ""


def _in_series(before: Order) -> list[list[int]]:
    """Cut a partial order into layers, all of each before all of the next, as finely as possible."""
    strict = before & ~before.T
    order = np.argsort(-strict.sum(axis=1), kind="stable").tolist()
    layers: list[list[int]] = [[]]
    for position, item in enumerate(order):
        layers[-1].append(item)
        ahead, behind = order[: position + 1], order[position + 1 :]
        if behind and strict[np.ix_(ahead, behind)].all():
            layers.append([])
    return [sorted(layer) for layer in layers]


def _in_parallel(before: Order) -> list[list[int]]:
    """Groups without any order between them."""
    related = before | before.T
    groups: list[list[int]] = []
    left = list(range(len(before)))
    while left:
        group, frontier = {left[0]}, [left[0]]
        while frontier:
            item = frontier.pop()
            found = [other for other in left if other not in group and related[item, other]]
            group.update(found)
            frontier += found
        groups.append(sorted(group))
        left = [item for item in left if item not in group]
    return groups
