"""Tokens for a stretch of text that was matched: the same as the declared words would give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lantern.language.english.words import Word, is_gerund, singular
from lantern.language.grammar.lifting import Lifter
from lantern.language.grammar.tokens import Token


@dataclass(frozen=True, slots=True)
class Matched:
    """A stretch that names a proposition or its opposite; numbers are places in the text."""

    name: str
    denied: bool
    verb: int  # -1 for none
    subject_end: int  # 0 for a stretch without a subject, or about who acts
    between: tuple[int, ...]
    end: int
    copula: bool
    pronoun: bool
    lasts: bool  # "keep", "stay"
    object_first: bool  # whether what lasts is named after the verb
    certain: bool  # whether no other reading of the words is to be tried


# Words that can only tell how something is, not what is done to it.
STATES = frozenset(
    {
        "open",
        "closed",
        "shut",
        "locked",
        "unlocked",
        "on",
        "off",
        "lit",
        "empty",
        "full",
        "clean",
        "up",
        "down",
    }
)
# What a stretch says that names the same words the other way round ("the blue block on the red block").
SWAPPED = ""


def matched_tokens(
    words: Sequence[Word],
    at: int,
    found: Matched,
    lifter: Lifter,
    segment: Callable[[Sequence[Word], int], tuple[Token, int]],
) -> list[Token]:
    """Tokens of a stretch, as for the declared words: with a subject, for a command, or for a name alone."""
    last = words[found.end - 1]
    if not found.name:
        return [Token({"UNKNOWN": ("",)}, _text(words, at, found.end), words[at].start, last.end)]
    entity = lifter.entities[found.name]
    noun = tuple(
        form for word in words[at : found.end] for form in (singular(word.text),) if form in entity.words
    )
    between = list(_between(words, found.between, segment))
    named = Token(
        {"P": ("",)},
        "",
        words[at].start,
        last.end,
        (found.name,),
        noun=noun,
        denied=found.denied,
        pronoun=found.pronoun,
    )
    named = replace(named, alike=lifter.named(noun) or (found.name,), whole=True)
    stative = found.copula and last.text in STATES  # "has to be on", whatever word the sentence has for it
    if found.subject_end:
        subject = replace(
            named, text=_text(words, at, found.subject_end), end=words[found.subject_end - 1].end
        )
        text = _text(words, found.subject_end, found.end)
        perfect = ("perfect",) if {*text.split()} & {"has", "have", "had"} else ()
        values = ("happen", f"said {found.name}", *perfect, *(("is+",) if stative and not perfect else ()))
        if not text:
            return [subject]
        if found.lasts:
            start = words[found.subject_end].start
            return [
                subject,
                *between,
                Token({"STAY": ("",)}, "stay", start, last.end),
                Token({"STATE": ("happen",)}, text, start, last.end),
            ]
        done = Token({"DONE": values}, text, words[found.subject_end].start, last.end)
        return [subject, *between, done] if found.verb >= 0 or found.copula else [subject]
    if found.verb < 0 and not found.copula:
        state = Token({"STATE": ("happen", f"said {found.name}")}, "", last.start, last.end)
        return [replace(named, text=_text(words, at, found.end)), replace(state, text=last.text)]
    if found.lasts:
        start = words[found.verb].start
        thing = replace(named, text=_text(words, found.verb, found.end))
        if found.object_first:
            state = Token({"STATE": ("happen", f"said {found.name}")}, thing.text, start, last.end)
            return [*between, Token({"KEEP": ("",)}, "keep", start, last.end), thing, state]
        return [*between, Token({"STAY": ("",)}, "stay", start, last.end), thing]
    written = words[found.verb].text if found.verb >= 0 and not found.copula else "be"
    place_at = max(found.verb, at)
    place = words[place_at]
    verb = Token({"GO": ("complete",)}, written, place.start, place.end)
    # "Pick up the block and put it in the bin": one after the other.
    after = found.pronoun and not between and not is_gerund(written) and written != "be"
    later = (
        [Token({"THEN": ("",)}, "then", place.start, place.start)]
        if after and _joined(words, at, found.end)
        else []
    )
    ends_up = (
        written in ("end", "wind") and words[place_at + 1 : place_at + 2] and words[place_at + 1].text == "up"
    )
    later = [Token({"FINALLY": ("",)}, "finally", place.start, place.start)] if ends_up else later
    return [*later, *between, verb, replace(named, text=_text(words, max(found.verb, at), found.end))]


def _joined(words: Sequence[Word], at: int, end: int) -> bool:
    """Whether a command is joined to the one before it, and is not in the middle of a list of commands."""
    following = words[end].text if end < len(words) else "."
    before = words[at - 1].text if at else ""
    return before == "and" or (before == "," and following not in ("and", ","))


def _between(
    words: Sequence[Word],
    places: Sequence[int],
    segment: Callable[[Sequence[Word], int], tuple[Token, int]],
) -> Iterator[Token]:
    end = -1
    for place in places:
        if place >= end:
            token, length = segment(words, place)
            end = place + length
            yield token


def _text(words: Sequence[Word], start: int, end: int) -> str:
    return " ".join(word.text for word in words[start:end])
