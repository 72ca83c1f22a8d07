"""Verbs that say of a thing what no proposition says: "get past the guard" is not "the guard is awake".

A noun names a proposition whose sentence has it, and a verb of task English that says no more than that
something comes about ("get", "take", "pass") goes with any of them. Where the sentence is about another
state of that thing, such a verb says something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lantern.errors import TranslationError
from lantern.language.english.words import base_forms, is_gerund, tokenize
from lantern.language.grammar.circumstances import LOCAL
from lantern.language.grammar.entities import Entity
from lantern.language.grammar.lifting import opposite
from lantern.language.grammar.tokens import Token


class OtherwiseSaid(TranslationError):
    """A verb says something else of a thing than its proposition does: no reading with it is to be tried.

    Parameters
    ----------
    message : str
        For the user.
    name : str
        The proposition.
    """

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


# Classes of verbs that bring about whatever a sentence says, or a state that is no more than being there.
_BRINGS = frozenset({"complete", "make", "use", "happen"})
_NOTICES = frozenset({"meet", "see", "find"})
_PUTS = frozenset({"place", "deliver", "push", "hold-"})
# Classes of verbs for having a thing, which no event of that thing brings about.
_HAS = frozenset({"acquire", "mine", "find"})
# Verbs of passing and touching, after which a thing is neither had nor in another state.
_PASSES = frozenset({
    "pass", "cross", "enter", "visit", "climb", "approach", "hit", "follow", "jump", "board", "ride",
    "return", "run", "overtake",
})  # fmt: skip
_CAUSES = frozenset({"have", "get", "keep", "let", "make", "set", "leave"})
_UNLOADS = frozenset({"unload", "unpack", "offload"})
_NEAR = frozenset(
    {"near", "nearby", "close", "ahead", "present", "visible", "sight", "around", "there", "here"}
)
_ARTICLES = frozenset({"the", "a", "an", "."})
_INTO = frozenset({"to", "into", "onto", "toward"})


def unsaid(tokens: Sequence[Token], at: int, entity: Entity, sentence: str, text: str) -> bool:
    """Whether the verb right before a noun, or "into" before it, says what its proposition does not.

    Parameters
    ----------
    tokens : sequence of Token
        The text.
    at : int
        Place of the noun.
    entity : Entity
        What is known of the proposition chosen for it.
    sentence : str
        Its sentence.
    text : str
        What was written.
    """
    if at and tokens[at - 1].start >= tokens[at].start:
        tokens = [*tokens[: at - 1], *tokens[at:]]  # a verb that stands for "bring about what is matched"
        at -= 1
    before = tokens[at - 1] if at else None
    if before is None or _becomes(tokens, at, text):
        return False
    sides = _taken_apart(sentence)
    about = bool(_forms(tokens[at].noun) & sides.subject)
    if before.of("TO") and before.text in _INTO and at > 1:
        return sides.kind == "state" and about and _moves(tokens[: at - 1])
    if not before.of("GO") or " by" in before.text:
        return False
    known = entity.classes | {opposite(value) for value in entity.classes}
    if {*before.types["GO"]} & (known | (_BRINGS - {"use"})) or _own(before.types["GO"]):
        return False
    return _says_else(tokens, at, sides, "hold+" in entity.classes)


def _becomes(tokens: Sequence[Token], at: int, text: str) -> bool:
    """Whether a state is told after a noun, so that the verb before it brings that about."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and after.types.keys() & {"STATE", "DONE", "ADJ"}:
        return True
    following = re.match(r"\s*(\w+)", text[tokens[at].end :])
    if following is not None and is_gerund(following.group(1)):
        return True  # "get the stirrer going"
    # "never have the heater and the fan on", "get the rooms cleaned"
    causes = at and base_forms(tokens[at - 1].text.split()[0]) & _CAUSES
    return bool(causes) and _state_later(tokens[at + 1 :])


def _says_else(tokens: Sequence[Token], at: int, sides: _Sides, held: bool) -> bool:
    """Whether a verb that no class of a proposition has says something else of its noun."""
    verb, values = base_forms(tokens[at - 1].text.split()[0]), frozenset(tokens[at - 1].types["GO"])
    noun, passes = _forms(tokens[at].noun), bool(verb & _PASSES)
    about, told = bool(noun & sides.subject), bool(noun & sides.rest)
    to = at + 1 < len(tokens) and tokens[at + 1].of("TO")
    if not about:
        unloads = sides.kind == "place" and told and bool(verb & _UNLOADS)
        return unloads or (sides.kind == "deed" and held and passes and not to)
    if sides.kind == "state":
        near = bool(values & _NOTICES) and bool(sides.rest & _NEAR)
        return passes if told else passes or not (near or values & _BRINGS)
    if sides.kind == "place":
        return not told and not to and not values & (_PUTS | _NOTICES | _BRINGS)
    return sides.kind == "deed" and values <= _HAS and not verb & {"get"}  # "get hit by the train"


@dataclass(frozen=True, slots=True)
class _Sides:
    """Base forms of a sentence's words: its subject and the rest.

    `kind` is "state", "place", "deed", or "name" for a phrase without a verb.
    """

    kind: str
    subject: frozenset[str]
    rest: frozenset[str]


def _taken_apart(sentence: str) -> _Sides:
    texts = [word.text for word in tokenize(sentence) if word.text not in _ARTICLES]
    at = next((at for at, text in enumerate(texts) if text in ("is", "are")), 0)
    if not at:
        verb = next((at for at, text in enumerate(texts) if at and text.endswith("s")), 0)
        return _Sides("deed" if verb else "name", _forms(texts[:verb]), _forms(texts[verb:]))
    rest = texts[at + 1 :]
    placed = len(rest) > 1 and rest[0] in LOCAL | {"at"}
    return _Sides("place" if placed else "state", _forms(texts[:at]), _forms(rest))


def _forms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(form for word in words for form in {word, *base_forms(word)})


def _own(values: Iterable[str]) -> bool:
    """Whether a verb is one of the vocabulary's, about which it is decided elsewhere."""
    return any(value.startswith("own ") for value in values)


def _state_later(after: Sequence[Token]) -> bool:
    """Whether a word for a state comes later in the clause."""
    for token in after:
        if token.types.keys() & {"STATE", "DONE", "ADJ", "SAMETIME"} or (token.said & {*token.text.split()}):
            return True
        if token.of("BREAK"):
            break
    return False


def _moves(before: Sequence[Token]) -> bool:
    """Whether what is brought somewhere, or a verb of going, stands right before "into"."""
    return before[-1].of("P") or before[-1].types.keys() >= {"GO"}
