"""A frame: one way to say a proposition, as words of whom it is about and of what is said."""

from __future__ import annotations

from dataclasses import dataclass

from lantern.language.english.words import base_forms
from lantern.language.reader.wordlists import ON


def lemmas(word: str) -> frozenset[str]:
    """Base forms of a word, and that of a prefix for "again"."""
    forms = base_forms(word)
    if word.startswith("re") and len(word) > 5:
        forms |= base_forms(word[2:])
    if word.endswith("ves"):
        forms |= {word[:-3] + "f"}
    return forms


@dataclass(frozen=True, slots=True)
class Frame:
    """One way to say a proposition.

    `kind` is "place", "have", "state", "measure", "deed" or "bare" (a name without a verb).
    `subject` and `rest` hold
    noun phrases, each a tuple of words with its head last; `said` the words of the state or base forms of
    the verb; `acts` whether the subject is who acts in this vocabulary; `sign` -1 for a sentence that denies
    the proposition; `whole` whether it is said of all such things ("both doors").
    """

    name: str
    kind: str
    subject: tuple[str, ...] = ()
    rest: tuple[tuple[str, ...], ...] = ()
    said: frozenset[str] = frozenset()
    preposition: str = ""
    acts: bool = False
    sign: int = 1
    lasts: bool = False
    given: bool = False
    manner: bool = False
    definite: bool = True
    whole: bool = False

    @property
    def ambient(self) -> bool:
        """Whether it is a state of everything ("it is night", "there is fog", "a meeting is going on")."""
        bare = not self.subject or "be" in self.said
        return self.kind == "state" and not self.rest and (bare or (not self.definite and "go" in self.said))

    @property
    def world(self) -> bool:
        """Whether nobody in the task brings it about ("the battery is low")."""
        made = self.said & (
            ON | {"open", "closed", "clean", "dirty", "off", "locked", "dead", "alive", "slain", "up", "down"}
        )
        return (
            self.kind in ("state", "measure")
            and not self.acts
            and not made
            and (not self.given or self.lasts)
        )
