"""Rewording: frames of ordinary English brought to the words that the grammar knows.

"Start by milling the malt" says "first mill the malt", "the last thing to do is" says "finally", "it does not
matter which comes first" says "in any order". ``wordings.txt`` holds such pairs; its head tells how they are
written. Words keep their places in the text, so that what is later quoted is what the user wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from lantern.language.english.words import PARTICIPLES, Word, number_words

# What the marks of wordings.txt stand for, over a text in which a space follows each word.
_MARKS = {
    "<": r"(?:(?<![^\n])|(?<=[.;:!?] ))",
    "<,": r"(?:(?<![^\n])|(?<=[.;:!?,(] )|(?<= and )|(?<= but )|(?<= then ))",
    ">": r"(?=[.;:!?)] |$)",
    ">,": r"(?=[.;:!?,()] |$)",
    "DONE": rf"(?:\w+ed |(?:{'|'.join(sorted(PARTICIPLES))}) )",
    "NOTIMES": r"(?!times? |and |or |steps? )",
    "EDGE": r"(?=[.;!?] |$|, (?:and )?then |(?:and )?then |, (?:and )?after|, (?:and )?once |, when )",
    "NOTOF": r"(?!of |to |after |before |when )",
    "ISDONE": rf"(?=\w+ed |(?:{'|'.join(sorted(PARTICIPLES))}) )",
    "NOTONE": r"(?!of |to |after |before |when |steps? |times? |more |by |at |[^\w\s])",
    "NOCOMMA": r"(?<!, )",
    "NOTFIG": r"(?!(?:the )?(?:question|limits?|bounds|order|reach|table) )",
    "NOBAN": r"(?![^.;!?]*\b(?:never|not|no)\b)",
    "ISGERUND": r"(?=\w+ing )",
    "NOITEMS": r"(?!(?:[\w']+ ){1,8}(?:or|and) (?:[\w']+ ){1,6},)",
    "NOLIST": r"(?!(?:[\w']+ ){1,8}or )",
    "GERUND": r"\w+ing ",
    "NUMBER": rf"(?:{'|'.join(number_words(1, 10))}|\d+) ",
    "WORD": r"\w+ ",
    "AGENT": r"(?:AGENT|robot|agent|vehicle|you|we|i|he|she|it|they) ",
}
_SLOT = re.compile(r"\{(\w+)([+,!#^~]?)\}")
_TOKEN = re.compile(r"\{\w+[+,!#^~]?\}|[()\[\]/]|<,|>,|<|>|[^\s()\[\]/{}<>]+")
_VERBAL = (
    "is|are|be|was|were|been|has|have|had|must|should|shall|will|can|may|need|needs|ought|to|then|when|if|once"
    "|after|before|until|while|unless|whenever|or|not|never|only|first|next|finally"
)
_LIMITS = {
    "^": rf"(?:once |twice |thrice |{_MARKS['NUMBER']}(?:times? |occasions )?)",
    "#": _MARKS["NUMBER"],
    "": r"(?:[\w']+ ){1,6}?",
    "+": r"(?:[\w']+ ){1,12}?",
    "~": r"(?!but |and |or |then )(?:(?!(?:then|before|after|once|when|until|finally) )[^.;!?\s]+ )+?",
    ",": r"(?:[^.!?\s]+ )+?",
    "!": rf"(?:(?!(?:{_VERBAL}) )[\w']+ ){{1,7}}?",
}
_QUOTED = {
    "LPAREN": r"\( ",
    "RPAREN": r"\) ",
    "COMMA": r", ",
    "COLON": r": ",
    "STOP": r"[.;!] ",
    "END": r"(?:[.!] |$)",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """One pair: what may stand in a text, and the words and slots that stand for it.

    `nouns` are words of the frame that may be part of a vocabulary too; where they are, the pair is not used.
    Every match contains one of the words `needed`.
    """

    pattern: re.Pattern[str]
    said: tuple[str, ...]
    nouns: frozenset[str]
    needed: frozenset[str]


class _Text:
    """Words as one string, a space after each, agents as AGENT."""

    def __init__(self, words: Sequence[Word], agents: frozenset[str]) -> None:
        self.words = words
        texts = ["AGENT" if word.text in agents else word.text for word in words]
        self.said = frozenset(texts)
        self.text = "".join(text + " " for text in texts)
        self.starts: dict[int, int] = {}
        at = 0
        for index, text in enumerate(texts):
            self.starts[at] = index
            at += len(text) + 1
        self.starts[at] = len(words)

    def between(self, start: int, end: int) -> Sequence[Word]:
        """Words of a stretch of the string."""
        return self.words[self.starts[start] : self.starts[end]]


def reworded(words: Sequence[Word], agents: frozenset[str], known: frozenset[str]) -> list[Word]:
    """Words with every frame that stands in them brought to simpler words.

    Parameters
    ----------
    words : sequence of Word
        The text.
    agents : frozenset of str
        Nouns for who acts.
    known : frozenset of str
        Words of the vocabulary, which frames leave alone.
    """
    text = _Text(words, agents)
    for wording in wordings():
        if (wording.needed and text.said.isdisjoint(wording.needed)) or not known.isdisjoint(wording.nouns):
            continue
        found = _applied(wording, text)
        text = _Text(found, agents) if found else text
    return list(text.words)


def _applied(wording: Wording, text: _Text) -> list[Word]:
    """Words after a pair has been put in wherever it matches; nothing if it does not."""
    result: list[Word] = []
    done = 0
    for match in wording.pattern.finditer(text.text):
        if match.start() == match.end():
            continue
        result += [*text.between(done, match.start()), *_put(wording.said, match, text)]
        done = match.end()
    return [*result, *text.between(done, len(text.text))] if done else []


def _put(said: Sequence[str], match: re.Match[str], text: _Text) -> Iterator[Word]:
    """The words that stand for a match; those of a slot are the user's own."""
    span = text.between(match.start(), match.end())
    for part in said:
        name = part.strip("{}")
        if name == part:
            yield Word("agent" if part == "AGENT" else part, span[0].start, span[-1].end)
        elif match.group(name) is not None:
            yield from _slot(name, list(text.between(match.start(name), match.end(name))))


def _slot(name: str, words: list[Word]) -> Iterator[Word]:
    """Words of a slot: items of a list are one sentence, and options are joined by "or"."""
    said = {word.text for word in words}
    for at, word in enumerate(words):
        if name == "list" and word.text == ";":
            word = replace(word, text=",")
        elif name == "options" and word.text == "," and ";" not in said:
            if at + 1 < len(words) and words[at + 1].text == "or":
                continue
            word = replace(word, text="or")
        yield word


@cache
def wordings() -> tuple[Wording, ...]:
    """The pairs of this package, read once."""
    return tuple(_read((files(__package__) / "wordings.txt").read_text(encoding="utf-8")))


@cache
def frame_words() -> frozenset[str]:
    """Words of the pairs, which are not spelling mistakes."""
    text = (files(__package__) / "wordings.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset(re.findall(r"\b[a-z]+\b", _SLOT.sub(" ", "\n".join(lines))))


def _read(text: str) -> Iterator[Wording]:
    names: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if " := " in line:
            name, _, choices = line.partition(" := ")
            for other, meant in names.items():
                choices = re.sub(rf"\b{other}\b", lambda _, meant=meant: meant, choices)  # type: ignore[misc]
            names[name.strip()] = f"({choices.strip()})"
            continue
        left, _, right = line.partition("=>")
        for name, choices in reversed(names.items()):
            left = re.sub(rf"\b{name}\b", lambda _, choices=choices: choices, left)  # type: ignore[misc]
        nouns = frozenset(re.findall(r"[a-z]+", _SLOT.sub(" ", left))) & _NOUNS
        pattern = re.compile(r"(?<!\S)" + _pattern(left))
        yield Wording(pattern, tuple(right.split()), nouns, _needed(_TOKEN.findall(left)))


# Nouns of frames that may name something in an environment.
_NOUNS = frozenset({
    "task", "goal", "job", "mission", "objective", "aim", "assignment", "duty", "quest", "errand", "exercise",
    "order", "sequence", "step", "work", "role", "challenge", "purpose", "stop", "list", "route", "stage",
    "plan", "recipe", "procedure", "routine", "thing", "choice", "tour", "day", "shift", "delivery", "run",
    "round", "trip", "episode", "drill", "program", "schedule", "agenda", "itinerary",
    "still", "idle", "stationary", "motionless", "standstill", "outside", "away", "out", "off",
})  # fmt: skip


# Words that nearly every text has; to look for them rules out nothing.
_COMMON = frozenset(
    {"the", "a", "is", "to", "and", "of", "in", "it", "AGENT", "be", "you", "must", "has", "have"}
)


def _needed(tokens: Sequence[str]) -> frozenset[str]:
    """Words of which every match has one, as few and as rare as can be; empty if there are none."""
    found: list[frozenset[str]] = []
    at = 0
    while at < len(tokens):
        if tokens[at] in "([":
            end = _closing(tokens, at)
            if tokens[at] == "(":
                choices = [_needed(part) for part in _choices(tokens[at + 1 : end])]
                found += [frozenset().union(*choices)] if all(choices) else []
            at = end
        elif re.fullmatch(r"[a-z]+", tokens[at]):
            found.append(frozenset({tokens[at]}))
        at += 1
    return min(found, key=lambda words: (len(words & _COMMON), len(words)), default=frozenset())


def _closing(tokens: Sequence[str], at: int) -> int:
    depth = 0
    for end in range(at, len(tokens)):
        depth += (tokens[end] in "([") - (tokens[end] in ")]")
        if not depth:
            return end
    raise ValueError("brackets of wordings.txt do not match: " + " ".join(tokens))


def _choices(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    start = depth = 0
    for at, token in enumerate(tokens):
        depth += (token in "([") - (token in ")]")
        if token == "/" and not depth:
            yield tokens[start:at]
            start = at + 1
    yield tokens[start:]


def _pattern(left: str) -> str:
    parts: list[str] = []
    for token in _TOKEN.findall(left):
        slot = _SLOT.fullmatch(token)
        if slot:
            name = "?:" if slot.group(1) == "_" else f"?P<{slot.group(1)}>"
            parts.append(f"({name}{_LIMITS[slot.group(2)]})")
        elif token in "([":
            parts.append("(?:")
        elif token == ")":
            parts.append(")")
        elif token == "]":
            parts.append(")?")
        elif token == "/":
            parts.append("|")
        else:
            parts.append(_MARKS.get(token) or _QUOTED.get(token) or re.escape(token) + " ")
    return "".join(parts)
