"""Random pairs of tasks whose true correspondence is known.

A source is made from a target: said in other words, renamed, lengthened, shortened, in another order, turned
into its opposite, with other things in the same shape, or with one thing exchanged. States correspond where
the languages that are still to be fulfilled are equal, with each thing standing for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantern.transfer.calibration.phrases import DOMAINS

if TYPE_CHECKING:
    from lantern.logic import DFA, Vocabulary

#: Formulas by shape; {0}, {1}, ... are things.
SHAPES = {
    "one": "F {0}",
    "two": "F({0} & X F {1})",
    "three": "F({0} & X F({1} & X F {2}))",
    "four": "F({0} & X F({1} & X F({2} & X F {3})))",
    "fork": "F({0} & X F {2}) & F({1} & X F {2})",
    "all": "F {0} & F {1} & F {2}",
    "choice": "F(({0} | {1}) & X F {2})",
    "safe": "!{2} U ({0} & X(!{2} U {1}))",
    "never": "G !{1} & F {0}",
}
SIZES = {
    "one": 1, "two": 2, "three": 3, "four": 4, "fork": 3, "all": 3, "choice": 3, "safe": 3, "never": 2
}  # fmt: skip
LONGER = {"one": "two", "two": "three", "three": "four"}
OPPOSITE = {"safe": "three", "three": "safe", "never": "all", "two": "never", "one": "never"}
CHANGES = ("reworded", "renamed", "longer", "shorter", "reordered", "opposite", "elsewhere", "exchanged")

Thing = tuple[int, int]  # domain, thing


@dataclass(frozen=True)
class Side:
    """One of the two tasks.

    Attributes
    ----------
    dfa, vocabulary : DFA, Vocabulary
        The task.
    things : tuple of (int, int)
        What each proposition of the vocabulary stands for: domain and thing.
    """

    dfa: DFA
    vocabulary: Vocabulary
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Pair:
    """A target, a source, how the source was made, and which states truly correspond (bool[U, V])."""

    target: Side
    source: Side
    change: str
    right: NDArray[np.bool_]


def random_pair(rng: np.random.Generator, *, held_back: bool) -> Pair:
    """Make a pair.

    Parameters
    ----------
    rng : Generator
        The only source of chance.
    held_back : bool
        Whether to draw from the domains that nothing is fitted on.
    """
    domains = range(1 if held_back else 0, len(DOMAINS), 2)
    domain = int(rng.choice(domains))
    shape, change = str(rng.choice(list(SHAPES))), str(rng.choice(CHANGES))
    drawn = rng.permutation(len(DOMAINS[domain]))
    things: list[Thing] = [(domain, int(thing)) for thing in drawn]
    target = _side(rng, shape, things, wording=0)
    other, theirs = _changed(rng, change, shape, things, [d for d in domains if d != domain])
    wording = 0 if change in ("reordered", "opposite") and rng.random() < 0.5 else int(rng.integers(3))
    source = _side(rng, other, theirs, wording=wording, renamed=change != "reworded")
    return Pair(target, source, change, truly_equal(target, source))


def _changed(
    rng: np.random.Generator, change: str, shape: str, things: list[Thing], elsewhere: list[int]
) -> tuple[str, list[Thing]]:
    """Shape and things of a source."""
    size = SIZES[shape]
    if change == "longer":
        return LONGER.get(shape, shape), things
    if change == "shorter":
        shorter = {long: short for short, long in LONGER.items()}
        return shorter.get(shape, shape), things[1:] if rng.random() < 0.5 else things
    if change == "reordered":
        return shape, [*things[:size][::-1], *things[size:]]
    if change == "opposite":
        return OPPOSITE.get(shape, shape), things
    if change == "elsewhere":
        domain = int(rng.choice(elsewhere))
        return shape, [(domain, int(thing)) for thing in rng.permutation(len(DOMAINS[domain]))]
    if change == "exchanged":
        at = int(rng.integers(size))
        return shape, [*things[:at], things[size + rng.integers(len(things) - size)], *things[at + 1 :]]
    return shape, things


def _side(
    rng: np.random.Generator, shape: str, things: list[Thing], *, wording: int, renamed: bool = False
) -> Side:
    from lantern.logic import Vocabulary, compile

    used = things[: SIZES[shape]]
    prefix = "q" if renamed else "p"
    names = {thing: f"{prefix}{rank}" for rank, thing in enumerate(dict.fromkeys(used))}
    sentences = {}
    for (domain, thing), name in names.items():
        said = DOMAINS[domain][thing]
        sentences[name] = said[(wording + int(rng.random() < 0.2)) % len(said)]
    vocabulary = Vocabulary(sentences)
    formula = SHAPES[shape].format(*(names[thing] for thing in used))
    return Side(compile(formula, vocabulary), vocabulary, tuple(names))


def truly_equal(target: Side, source: Side) -> NDArray[np.bool_]:
    """Whether the languages of two states are equal, over all labels of the things of both; bool[U, V]."""
    things = list(dict.fromkeys([*target.things, *source.things]))
    masks = np.arange(1 << len(things))
    delta, other = (_delta(side, things, masks) for side in (target, source))
    accepting, others = np.asarray(target.dfa.accepting), np.asarray(source.dfa.accepting)
    equal: NDArray[np.bool_] = accepting[:, None] == others[None, :]
    while True:
        later = equal & equal[delta[:, None, :], other[None, :, :]].all(axis=2)
        if (later == equal).all():
            return equal
        equal = later


def _delta(side: Side, things: list[Thing], masks: NDArray[np.int64]) -> NDArray[np.int32]:
    """Transitions under labels that are masks over things."""
    own = np.zeros_like(masks)
    for bit, thing in enumerate(side.things):
        own |= ((masks >> things.index(thing)) & 1) << bit
    return side.dfa.delta(own, side.vocabulary.names)
