"""Verbs by what they bring about, whoever tells it: being somewhere, having something, a state.

"Go to", "reach" and "visit" all make "the robot is in the kitchen" true; "pour", "put" and "add" make "the
batter is in the pan" true; "heat" makes "the pan is hot" true, and "cool" false. A verb of none of these
classes says something else, and brings about nothing but the deed that it names. The words are those of the
thesaurus.
"""

from __future__ import annotations

from lantern.language.english.thesaurus import alike, state_of, thesaurus

__all__ = ["alike", "state_of", "verbs"]


def verbs(kind: str) -> frozenset[str]:
    """Verbs that bring about one kind of thing ("arrive", "put"), joined to their particle by "-"."""
    return thesaurus().verbs[kind]


def __getattr__(name: str) -> frozenset[str]:
    """The same by the name of a constant (``ARRIVE``), read when it is first asked for."""
    if name.isupper() and name.lower() in thesaurus().verbs:
        return verbs(name.lower())
    raise AttributeError(name)
