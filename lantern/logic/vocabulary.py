"""Propositions and vocabularies: what can be observed of an environment, by name and in English."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lantern.errors import LabelError

RESERVED = frozenset({"X", "N", "U", "W", "R", "M", "F", "G", "true", "false", "last"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """Suggest the valid name nearest to a wrong one, or list the valid names."""
    known = list(choices)
    folded = {choice.lower(): choice for choice in known}
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {folded[close[0]]!r}?"
    return f"Known propositions: {', '.join(known)}." if known else "There are no propositions."


@dataclass(frozen=True)
class Proposition:
    """What one proposition means.

    Parameters
    ----------
    sentence : str
        English sentence that is true exactly when the proposition holds: "the agent is at the door".
    synonyms : tuple of str
        Other words for it, which a translator may meet: ("gate", "go through the door").
    opposite : str or None
        English sentence for when it does not hold, where "not" would be clumsy: "the door is shut".
    """

    sentence: str
    synonyms: tuple[str, ...] = ()
    opposite: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "synonyms", tuple(self.synonyms))


class Vocabulary(Mapping[str, str]):
    """Ordered set of propositions: name -> English sentence. Bit ``i`` of a mask is the ``i``-th name.

    Parameters
    ----------
    propositions : mapping of str to (str or Proposition)
        In the order of their bits.

    Raises
    ------
    LabelError
        If a name is not an identifier, is an operator of the formula syntax, or has no sentence.

    Examples
    --------
    >>> vocabulary = Vocabulary({"key": "the agent picks up the key", "door": "the agent opens the door"})
    >>> vocabulary.mask({"door"})
    2
    >>> vocabulary["key"]
    'the agent picks up the key'
    """

    __slots__ = ("_bits", "_propositions", "names")

    names: tuple[str, ...]

    def __init__(self, propositions: Mapping[str, str | Proposition]) -> None:
        if isinstance(propositions, Vocabulary):
            propositions = {name: propositions.proposition(name) for name in propositions}
        if not isinstance(propositions, Mapping):
            raise LabelError(
                "A vocabulary maps names to English sentences, such as {'key': 'the agent takes the key'}; "
                f"got {type(propositions).__name__}."
            )
        self._propositions: dict[str, Proposition] = {
            name: _checked(name, value) for name, value in propositions.items()
        }
        self.names = tuple(self._propositions)
        self._bits = {name: 1 << index for index, name in enumerate(self.names)}

    def __getitem__(self, name: str) -> str:
        return self.proposition(name).sentence

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, name: object) -> bool:
        return name in self._propositions

    def __eq__(self, other: object) -> bool:
        """Equal if names, their order and everything said about them are equal."""
        if not isinstance(other, Vocabulary):
            return NotImplemented
        return list(self._propositions.items()) == list(other._propositions.items())

    def __hash__(self) -> int:
        return hash(tuple(self._propositions.items()))

    def __repr__(self) -> str:
        return f"Vocabulary({dict(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Vocabulary, (self._propositions,)

    def proposition(self, name: str) -> Proposition:
        """Everything known of one proposition.

        Raises
        ------
        LabelError
            If there is none of that name; the message suggests the nearest.
        """
        try:
            return self._propositions[name]
        except KeyError:
            raise self._unknown(name) from None

    def mask(self, label: Iterable[str]) -> int:
        """Bit mask of a label.

        Parameters
        ----------
        label : iterable of str
            Names of the propositions that hold.

        Raises
        ------
        LabelError
            If a name is unknown; the message suggests the nearest.
        """
        if isinstance(label, str):
            raise LabelError(f"A label is a set of names, got the text {label!r}. Write {{{label!r}}}.")
        mask = 0
        for name in label:
            try:
                mask |= self._bits[name]
            except (KeyError, TypeError):
                raise self._unknown(name) from None
        return mask

    def label(self, mask: int) -> frozenset[str]:
        """Names of the propositions that hold in a bit mask (non-negative, below ``2**len(self)``)."""
        mask = int(mask)
        if not 0 <= mask < 1 << len(self.names):
            raise LabelError(
                f"The mask {mask} does not fit {len(self.names)} propositions. "
                f"Use values from 0 to {(1 << len(self.names)) - 1}."
            )
        return frozenset(name for name, bit in self._bits.items() if mask & bit)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form: a sentence where nothing else is known, else all fields."""
        return {name: _plain(value) for name, value in self._propositions.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Vocabulary:
        """Inverse of :meth:`to_dict`."""
        entries = {
            name: value if isinstance(value, str) else Proposition(**value) for name, value in data.items()
        }
        return cls(entries)

    def _unknown(self, name: object) -> LabelError:
        return LabelError(f"There is no proposition {name!r}. {did_you_mean(str(name), self.names)}")


def _checked(name: str, value: str | Proposition) -> Proposition:
    proposition = Proposition(value) if isinstance(value, str) else value
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise LabelError(
            f"{name!r} cannot name a proposition. Use letters, digits and underscores, no digit first."
        )
    if name in RESERVED:
        raise LabelError(
            f"{name!r} cannot name a proposition: it is part of the formula syntax. Choose a longer name."
        )
    if not isinstance(proposition, Proposition) or not proposition.sentence.strip():
        raise LabelError(f"The proposition {name!r} has no English sentence. Say when it is true.")
    return proposition


def _plain(value: Proposition) -> str | dict[str, Any]:
    if not value.synonyms and value.opposite is None:
        return value.sentence
    return {"sentence": value.sentence, "synonyms": list(value.synonyms), "opposite": value.opposite}
