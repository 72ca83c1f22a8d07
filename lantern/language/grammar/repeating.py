"""Clauses that say the same of something else: "and so is the monster", "the same goes for crate B"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lantern.language.english.words import Word
from lantern.language.grammar.lexicon import Lexicon
from lantern.language.grammar.lifting import Lifter

_STOPS = frozenset({".", ";", "!", "?", ":"})
_ARTICLES = frozenset({"the", "a", "an"})
_VERBS = r"(?:is|are|must|should|does|do|did|has|have|may|can|will|need|needs)"
_SAME = re.compile(
    rf"""(?:,\ )?(?:and\ |but\ )?(?:
      the\ same\ (?:goes|applies|holds|is\ true|is\ the\ case|has\ to\ happen)\ (?:for|to|of|with)
    | (?:then\ |after\ that\ )?do\ the\ same\ (?:with|for|to|at|in)
    | likewise\ for
    | so\ {_VERBS}
    | (?:and\ )?(?:neither|nor)\ {_VERBS}(?!\ (?:it|you|AGENT)\b)
    )\ (?P<other>(?:(?![.;:!?,])\S+\ ){{1,6}}?)(?=[.;:!?,]|$)""",
    re.VERBOSE,
)


def repeated(words: Sequence[Word], lifter: Lifter, lexicon: Lexicon) -> list[Word]:
    """Words with the clause before said again of what "the same goes for ..." names.

    Parameters
    ----------
    words : sequence of Word
        The text.
    lifter : Lifter
        Tells which words name what the clause before is about.
    lexicon : Lexicon
        Tells verbs from nouns.
    """
    words = _former_and_latter(words, lifter)
    text = "".join(word.text + " " for word in words)
    found = _SAME.search(text)
    if found is None:
        return list(words)
    start, end = len(text[: found.start()].split()), len(text[: found.end()].split())
    other = list(words[len(text[: found.start("other")].split()) : end])
    first = next((at + 1 for at in range(start - 1, -1, -1) if words[at].text in _STOPS), 0)
    if first == start and start:  # a sentence of its own repeats the one before
        first = next((at + 1 for at in range(start - 2, -1, -1) if words[at].text in _STOPS), 0)
    clause = [word for word in words[first:start]]
    while clause and not clause[-1].text[0].isalnum():
        clause.pop()
    subject = _subject(clause, lifter, lexicon)
    if subject is None:
        return list(words)
    at, length = subject
    other = other[1:] if other[0].text in _ARTICLES and at and clause[at - 1].text in _ARTICLES else other
    place = words[start]
    then = [Word(word, place.start, place.end) for word in ("then",) if "do the same" in found.group()]
    again = [*clause[:at], *other, *clause[at + length :]]
    again = [Word(word.text, place.start, words[end - 1].end) for word in again]
    said = [","] if start == first or place.text in _STOPS else [",", "and"] if not then else ["."]
    said = ["."] if start == first else said
    joint = [Word(text, place.start, place.start + 1) for text in said]
    return [*words[:start], *joint, *then, *again, *repeated(words[end:], lifter, lexicon)]


def _former_and_latter(words: Sequence[Word], lifter: Lifter) -> list[Word]:
    """Words with "the former" and "the latter" said by name, where exactly two things were named before."""
    result: list[Word] = []
    pair: list[list[Word]] = []
    for word in words:
        if word.text in ("former", "latter") and result and result[-1].text == "the":
            pair = pair or _two_named(result[:-1], lifter)
            if len(pair) == 2:
                said = pair[word.text == "latter"]
                result += [Word(one.text, word.start, word.end) for one in said]
                continue
        result.append(word)
    return result


def _two_named(words: Sequence[Word], lifter: Lifter) -> list[list[Word]]:
    """The two names in the sentence so far, or in the one before; nothing if there are more or fewer."""
    ends = [at for at, word in enumerate(words[:-1]) if word.text in _STOPS]
    for start in [*[at + 1 for at in ends[::-1]], 0][:2]:
        found: dict[tuple[str, ...], list[Word]] = {}
        at = start
        while at < len(words):
            match = lifter.match(words, at) if words[at].text[0].isalnum() else None
            if match is not None:
                found.setdefault(match.candidates, list(words[at : at + match.length]))
            at += match.length if match is not None else 1
        if len(found) == 2:
            return list(found.values())
    return []


def _subject(clause: Sequence[Word], lifter: Lifter, lexicon: Lexicon) -> tuple[int, int] | None:
    """Place and length of the first name in a clause; none if it has several that may be meant."""
    for at, word in enumerate(clause):
        match = lifter.match(clause, at) if word.text[0].isalnum() else None
        if match is None:
            continue
        article = at > 0 and clause[at - 1].text in _ARTICLES
        verb = any(entry.terminal in ("GO", "CARRY", "AVOID") for entry in lexicon.longest(clause, at)[1])
        after = clause[at + match.length].text if at + match.length < len(clause) else ""
        if article or not verb or (at == 0 and re.fullmatch(_VERBS, after)):
            return at, match.length
    return None
