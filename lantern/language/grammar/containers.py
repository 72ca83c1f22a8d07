"""What is put in a thing says where it is, and nothing of the state of that thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lantern.language.english.words import base_forms
from lantern.language.grammar.tokens import Token
from lantern.logic import Vocabulary

_PUT = frozenset({"put", "place", "lay", "drop", "insert", "store", "stow", "stack"})
_INTO = frozenset({"in", "into", "inside", "in to"})


def contained(tokens: list[Token], vocabulary: Vocabulary, said: Sequence[str]) -> list[Token]:
    """Read "put it in the drawer" as "the cube is in the drawer", never as "the drawer is open".

    Parameters
    ----------
    tokens : list of Token
        Tokens of a text, propositions not yet decided.
    vocabulary : Vocabulary
        Its sentences tell which proposition has something in the container.
    said : sequence of str
        All words of the text, of which the thing put there must be one.
    """
    result: list[Token] = []
    for at, token in enumerate(tokens):
        puts = (
            at > 1
            and tokens[at - 1].text in _INTO
            and bool(_PUT & base_forms(tokens[at - 2].text.split()[0]))
        )
        if puts and token.candidates and not any(_within(vocabulary[one], token) for one in token.candidates):
            inside = tuple(name for name in vocabulary if _thing(vocabulary[name], token) & {*said})
            # Without such a proposition none is left, and the text is refused.
            token = (
                replace(token, candidates=inside)
                if len(inside) == 1
                else replace(token, types={"STATE": ("",)})
            )
        result.append(token)
    return result


def _within(sentence: str, token: Token) -> bool:
    """Whether a sentence says where something is, in what a token names."""
    return bool(
        re.search(rf" (?:in|into|inside|at|on) (?:the |a |an )?{re.escape(token.text)}\b", sentence.lower())
    )


def _thing(sentence: str, token: Token) -> set[str]:
    """Words for what a sentence says is in what a token names."""
    if not _within(sentence, token):
        return set()
    return {*re.split(r" (?:is|are) ", sentence.lower())[0].split()} - {"the", "a", "an"}
