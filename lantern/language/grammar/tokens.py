"""Tokens of the grammar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lantern.language.ast import Condition

BETWEEN = frozenset({"MUST", "MAY", "NOT", "NEVER", "ALWAYS", "LATER", "ONLY", "FORBID"})


@dataclass(frozen=True, slots=True)
class Token:
    """One token of the grammar.

    Attributes
    ----------
    types : mapping of str to tuple of str
        Terminals it may stand for, with their values.
    text : str
        The words, in normal spelling.
    start, end : int
        Where it stands in the user's text.
    candidates : tuple of str
        Propositions that it may name.
    condition : Condition, optional
        The proposition it names, or its denial, once decided.
    whole : bool
        Whether the words are a full name, not part of one.
    event : bool
        Whether the proposition is something that happens rather than lasts.
    noun : tuple of str
        Words that name it, for pronouns that stand for the same noun with another verb.
    alike : tuple of str
        All propositions that the noun may be about.
    lasting : bool
        Whether its sentence says that it lasts.
    verbal : bool
        Whether it is a verb by itself.
    several : tuple of Token
        What "both" and "all of them" stand for.
    events : frozenset of str
        Those of several candidates that happen rather than last.
    opposed : frozenset of str
        Those of several candidates of which the opposite is said ("close both doors").
    world, manner, mode, holding, located : bool
        Whether it is a state that nobody brings about, how the agent does things, or any state but a place;
        whether it says what the agent has, or where something is.
    said : frozenset of str
        Words that its sentence says after "is".
    denied : bool
        Whether the words say the opposite of the proposition.
    pronoun : bool
        Whether the words speak of what was named before ("put it in the pan").
    ongoing : bool
        Whether "is" before a verb says that it goes on at that step ("is carrying ore", "is near the table").
    """

    types: Mapping[str, tuple[str, ...]]
    text: str
    start: int
    end: int
    candidates: tuple[str, ...] = ()
    condition: Condition | None = None
    whole: bool = False
    event: bool = False
    noun: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    lasting: bool = False
    verbal: bool = False
    several: tuple[Token, ...] = ()
    events: frozenset[str] = frozenset()
    opposed: frozenset[str] = frozenset()
    world: bool = False
    manner: bool = False
    mode: bool = False
    holding: bool = False
    located: bool = False
    said: frozenset[str] = frozenset()
    denied: bool = False
    pronoun: bool = False
    ongoing: bool = False

    def of(self, terminal: str) -> bool:
        """Whether the token may stand for a terminal."""
        return terminal in self.types

    def only(self, terminal: str, *values: str) -> Token:
        """The same token as nothing but one terminal."""
        return replace(self, types={terminal: values or self.types.get(terminal, ("",))})


@dataclass
class Lifted:
    """Tokens of a text, what the user should know about how words were read, and whether that is in doubt."""

    tokens: list[Token]
    notes: list[str] = field(default_factory=list)
    doubtful: bool = False
