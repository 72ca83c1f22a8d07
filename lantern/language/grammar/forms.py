"""Forms of verbs among tokens: "be", participles, and what stands before them."""

from __future__ import annotations

from collections.abc import Sequence

from lantern.language.english.words import PARTICIPLES, is_gerund
from lantern.language.grammar.tokens import BETWEEN, Token


def is_be(token: Token) -> bool:
    """Whether a token is a form of "be"."""
    return token.text in ("be", "is", "are", "was", "were", "been", "being", "am")


def is_participle(token: Token) -> bool:
    """Whether a verb stands in its participle ("slain", "opened")."""
    word = token.text.split()[0]
    past = word.endswith("ed") and not word.endswith("eed")  # "feed" is none
    return token.of("GO") and not is_gerund(word) and (past or word in PARTICIPLES)


def has_subject(tokens: Sequence[Token], at: int) -> bool:
    """Whether a noun stands before a verb, with only modal verbs and "not" between."""
    for token in reversed(tokens[:at]):
        if token.candidates or token.types.keys() & {"GENERIC", "IT"}:
            return True
        if not (token.types.keys() & BETWEEN or token.of("BOTH")):
            return False
    return False


def be_before(tokens: Sequence[Token], at: int) -> bool:
    """Whether a form of "be" stands before a participle, perhaps with "not" or "first" between."""
    for token in reversed(tokens[:at]):
        if is_be(token):
            return True
        if token.text.endswith(" be"):
            return True
        if token.text.startswith(("be ", "is ", "are ")) and not token.text.endswith(" to"):
            return True
        if not (token.types.keys() & BETWEEN or token.of("BOTH") or token.of("FIRST")):
            return False
    return False


def happens(token: Token) -> bool:
    """Whether a verb can stand without an object: "it occurs", "a person comes near"."""
    return "happen" in token.types["GO"] or any(value.endswith(("+", "-")) for value in token.types["GO"])
