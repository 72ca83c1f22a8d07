"""Layered layout of small directed graphs (Sugiyama, Tagawa and Toda 1981): where to put boxes and bends.

Items lie on ranks. An edge goes from rank to rank; where it passes a rank between its ends it has an item of
its own there, so that it keeps a free way between the boxes. One of these carries the edge's text.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Node = int
_SWEEPS = 40


@dataclass(eq=False)
class Item:
    """A box, or the place where an edge passes a rank.

    Attributes
    ----------
    left, right, height : float
        Extents from the item's axis (where edges meet it), in pixels.
    rank : int
        From 0 at the top.
    x, y, bottom : float
        Axis and top, and the lower end of the rank, set by the layout.
    node : int or None
        The node whose box it is; None for a passage.
    above, below : list of Item
        Neighbours on the adjacent ranks.
    """

    left: float
    right: float
    height: float
    rank: int
    node: Node | None = None
    x: float = 0.0
    y: float = 0.0
    bottom: float = 0.0
    above: list[Item] = field(default_factory=list)
    below: list[Item] = field(default_factory=list)


@dataclass(eq=False)
class Route:
    """Way of one edge, from top to bottom.

    Attributes
    ----------
    source, target : int
        Ends of the edge.
    items : list of Item
        Upper box, passages, lower box.
    upward : bool
        Whether the edge points up (it closes a cycle).
    text : Item
        The passage that carries the text.
    """

    source: Node
    target: Node
    items: list[Item]
    upward: bool
    text: Item


Size = tuple[float, float, float]  # left, right, height


def layout(
    sizes: Mapping[Node, Size],
    edges: Sequence[tuple[Node, Node, Size]],
    root: Node,
    gap: tuple[float, float] = (26.0, 22.0),
) -> tuple[dict[Node, Item], list[Route]]:
    """Place boxes and edges.

    Parameters
    ----------
    sizes : mapping of node to (left, right, height)
        Extents of each box from its axis, in pixels.
    edges : sequence of (source, target, size of the text)
        No self-loops.
    root : int
        The node that comes first; all others are reachable from it.
    gap : (float, float)
        Horizontal and vertical distance between items.

    Returns
    -------
    boxes : dict of node to Item
    routes : list of Route, as the edges
    """
    rank = _ranks(list(sizes), [(u, v) for u, v, _ in edges], root)
    boxes = {n: Item(left, right, height, 2 * rank[n], n) for n, (left, right, height) in sizes.items()}
    routes = [_route(boxes, u, v, size) for u, v, size in edges]
    items = dict.fromkeys(item for route in routes for item in route.items) | dict.fromkeys(boxes.values())
    ranks: list[list[Item]] = [[] for _ in range(max(item.rank for item in items) + 1)]
    for item in items:
        ranks[item.rank].append(item)
    _order(ranks)
    _place(ranks, gap)
    return boxes, routes


def _ranks(nodes: Sequence[Node], edges: Iterable[tuple[Node, Node]], root: Node) -> dict[Node, int]:
    """Length of the longest way from the root, leaving out edges that close cycles."""
    successors: dict[Node, list[Node]] = {node: [] for node in nodes}
    for u, v in edges:
        successors[u].append(v)
    postorder: list[Node] = []
    seen = {root}
    stack = [(root, iter(successors[root]))]
    while stack:
        node, rest = stack[-1]
        following = next((v for v in rest if v not in seen), None)
        if following is None:
            stack.pop()
            postorder.append(node)
        else:
            seen.add(following)
            stack.append((following, iter(successors[following])))
    position = {node: index for index, node in enumerate(reversed(postorder))}
    rank = dict.fromkeys(nodes, 0)
    for node in reversed(postorder):
        for following in successors[node]:
            if position[following] > position[node]:
                rank[following] = max(rank[following], rank[node] + 1)
    return rank


def _route(boxes: Mapping[Node, Item], source: Node, target: Node, size: Size) -> Route:
    """Make the passages of one edge; its text is on the first rank below the source's."""
    upward = boxes[source].rank > boxes[target].rank
    upper, lower = (boxes[target], boxes[source]) if upward else (boxes[source], boxes[target])
    passages = [Item(6.0, 6.0, 0.0, rank) for rank in range(upper.rank + 1, lower.rank)]
    text = passages[-1 if upward else 0]
    text.left, text.right, text.height = size
    items = [upper, *passages, lower]
    for first, second in pairwise(items):
        first.below.append(second)
        second.above.append(first)
    return Route(source, target, items, upward, text)


def _order(ranks: list[list[Item]]) -> None:
    """Order the items of each rank so that few edges cross, by barycentres."""
    best, fewest = [list(rank) for rank in ranks], _crossings(ranks)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        side: Callable[[Item], list[Item]] = (lambda item: item.above) if down else (lambda item: item.below)
        for rank in ranks if down else reversed(ranks):
            position = {item: i for other in ranks for i, item in enumerate(other)}
            random.Random(sweep).shuffle(rank)  # items of equal barycentre change places
            rank.sort(key=lambda item: _mean([position[n] for n in side(item)], position[item]))
        crossings = _crossings(ranks)
        if crossings < fewest:
            best, fewest = [list(rank) for rank in ranks], crossings
    for rank, ordered in zip(ranks, best, strict=True):
        rank[:] = ordered


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _crossings(ranks: Sequence[Sequence[Item]]) -> int:
    total = 0
    for upper, lower in pairwise(ranks):
        position = {item: i for i, item in enumerate(lower)}
        ends = [sorted(position[n] for n in item.below) for item in upper]
        flat = [end for group in ends for end in group]
        total += sum(a > b for i, a in enumerate(flat) for b in flat[i + 1 :])
    return total


def _place(ranks: Sequence[Sequence[Item]], gap: tuple[float, float]) -> None:
    """Set coordinates: each item as near to its neighbours as the distances in its rank allow."""
    y = 0.0
    for rank in ranks:
        height = max(item.height for item in rank)
        for item in rank:
            item.bottom = y + height
            passes_boxes = item.rank % 2 == 0 and item.node is None
            item.height = height if passes_boxes else item.height
            item.y = y if item.rank % 2 == 0 else y + (height - item.height) / 2
        y += height + gap[1]
        _spread(rank, [0.0] * len(rank), gap[0])
    for sweep in range(_SWEEPS):
        for rank in ranks if sweep % 2 == 0 else reversed(ranks):
            _spread(rank, [_wanted(item) for item in rank], gap[0])


def _wanted(item: Item) -> float:
    """Weighted mean of the neighbours' axes; edges that pass ranks should be straight."""
    total = weight = 0.0
    for other in item.above + item.below:
        straight = 1.0 + 3.0 * ((item.node is None) + (other.node is None))
        total += straight * other.x
        weight += straight
    return total / weight if weight else item.x


def _spread(rank: Sequence[Item], wanted: Sequence[float], gap: float) -> None:
    """Positions nearest to those wanted that keep the order and the distances of a rank."""
    offset, offsets = 0.0, []
    for i, item in enumerate(rank):
        offset += item.left + (rank[i - 1].right + gap if i else 0.0)
        offsets.append(offset)
    for item, x in zip(rank, nearest(wanted, offsets), strict=True):
        item.x = x


def nearest(wanted: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """Least-squares positions whose distances are at least those of the offsets (pool adjacent violators)."""
    blocks: list[tuple[float, int]] = []  # mean and size
    for want, at in zip(wanted, offsets, strict=True):
        mean, size = want - at, 1
        while blocks and blocks[-1][0] > mean:
            other, count = blocks.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        blocks.append((mean, size))
    shifts = [mean for mean, size in blocks for _ in range(size)]
    return [shift + at for shift, at in zip(shifts, offsets, strict=True)]
