"""The marked words of a clause - must, not, always, twice, at the end - set apart from what it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lantern.language.reader.frame import lemmas
from lantern.language.reader.lists import SEPARATORS
from lantern.language.reader.segments import FINISH
from lantern.language.reader.texts import number
from lantern.language.reader.wordlists import AGENTS, ARTICLES, BE, PREPOSITIONS, words

MARKS = words(
    "MUST MAY NOT NEVER ALWAYS SOON SAME ANYORDER INORDER FIRST ATEND ONLY BANNED NEITHER AVOID NEEDNOT",
    "NOTBOTH LATER ANYMORE LASTLY BETWEEN",
)
CONNECTIVES = words(
    "THEN IF WHEN WHENEVER ASAP ONCE AFTER BEFORE UNTIL UNLESS INSTEAD BEFORETHAT BUT WHILE WITHOUT",
    "BEFOREANDAFTER",
)
BOUNDS = ("#next", "#within", "#for", "#first", "#below", "#over")
SIZES = ("#atleast", "#atmost", "#exactly")
KEEP = words("keep stay remain maintain")
WAIT = words("wait")
NUMBERS = words("two three four five six")


@dataclass
class Marks:
    """What the marked words of a clause say, and the words that remain; `broken` if they do not fit."""

    tokens: Sequence[str]
    words: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    numbers: list[str] = field(default_factory=list)
    banned: bool = False
    broken: bool = False

    @property
    def counts(self) -> list[str]:
        """Numbers of times."""
        return [one for one in self.numbers if not one.startswith(BOUNDS)]

    @property
    def bounds(self) -> list[str]:
        """Numbers of steps."""
        return [one for one in self.numbers if one.startswith(BOUNDS)]

    @property
    def be(self) -> bool:
        """Whether the clause has a form of "be"."""
        return any(word in BE for word in self.words)

    def read(self) -> Marks:
        """Go through the words."""
        for at, token in enumerate(self.tokens):
            if token in CONNECTIVES:
                self.broken = True
            elif token.startswith("#"):
                self._number(token, at)
            elif token in ("NOT", "NEVER", "AVOID", "NEITHER"):
                self._negation(token, at)
            elif token in ("no", "nothing", "nobody"):
                self._nothing(token, at)
            elif token == "BANNED":
                self.broken = self.broken or self.banned or bool({"MUST", "MAY"} & {*self.tokens[:at]})
                self.banned = True
                self.words = [word for word in self.words if word not in BE]
            elif token in MARKS:
                self._mark(token, at)
            else:
                self.words.append(token)
        return self

    def _number(self, token: str, at: int) -> None:
        inside = bool(SEPARATORS & {*self.tokens[:at]}) and at < len(self.tokens) - 1
        bound = inside and token.startswith(BOUNDS)
        self.broken = self.broken or bound or (at > 0 and self.tokens[at - 1] == ",")
        self.numbers.append(token)
        if token.startswith(SIZES):
            self.words.append(token)

    def _mark(self, token: str, at: int) -> None:
        listed = bool(SEPARATORS & {*self.tokens[:at]})
        if token == "ATEND" and listed and at < len(self.tokens) - 1:
            self.broken = True
        if token == "ALWAYS" and listed and self.banned:
            self.broken = True
        self.said.add(token)

    def _nothing(self, token: str, at: int) -> None:
        self.banned = self.banned or at == 0
        if at:
            self.words.append("no" if token == "no" else "not")
        if token != "no":
            self.words.append("something" if token == "nothing" else "somebody")

    def _negation(self, token: str, at: int) -> None:
        before = self.tokens[:at]
        if any(one in SEPARATORS for one in before) and not _of_all(self.tokens, at):
            told = any(one in BE or one in ("keep", "leave") for one in before)
            if self.tokens[at - 1] in ("MUST", "MAY") or token != "NOT" or not told:
                self.broken = True
        if not _forbids(self.tokens, at):
            self.words.append("not")
            return
        self.broken = self.broken or self.banned
        self.banned = True
        self.said.add(token)


def _forbids(tokens: Sequence[str], at: int) -> bool:
    """Whether a "not" forbids, rather than tells how something is or is not."""
    before = [token for token in tokens[:at] if token not in ("BOTH", "ALWAYS", "ONLY")]
    if tokens[at] in ("AVOID", "NEITHER", "NEVER") or not before or before[-1] in ("MUST", "MAY"):
        return True
    return not any(token in BE or token in SEPARATORS or lemmas(token) & {"keep", "have"} for token in before)


def _of_all(tokens: Sequence[str], at: int) -> bool:
    """Whether a ban comes after a list that it is said of: "the inlet and the drain must never be open"."""
    modal = tokens[at - 1] in ("MUST", "MAY") and "MUST" not in tokens[: at - 1]
    return modal and tokens[0] in (ARTICLES | {"BOTH", "EITHER"})


def stripped(tokens: Sequence[str]) -> list[str]:
    """Tokens without the joints at their ends."""
    kept = list(tokens)
    while kept and kept[-1] in (",", "AND", "BUT", "OR"):
        kept.pop()
    while kept and kept[0] in (",", "AND", "BUT"):
        kept.pop(0)
    return kept


def aspect(words: Sequence[str]) -> str:
    """The verb that tells to keep, to end or to wait, in the first part of a list; else empty."""
    told = words[:1] and words[0] in ARTICLES  # "the ball and the cube end up in the box"
    for at, word in enumerate(words):
        if word in SEPARATORS and not (told and any(lemmas(one) & FINISH for one in words[at:])):
            break
        noun = at and words[at - 1] in ARTICLES
        if lemmas(word) & (KEEP | FINISH | WAIT) and not word.endswith("ed") and not noun:
            return word
    return ""


def without(words: Sequence[str], verb: str) -> list[str]:
    """Words without a verb of ending and what belongs to it ("end up with")."""
    at = list(words).index(verb)
    kept = list(words[at + 1 :])
    while kept and kept[0] in ("up", "with", "by", "being"):
        kept.pop(0)
    return [*(word for word in words[:at] if word not in AGENTS), *kept]


def sizes(marks: Marks, words: list[str]) -> tuple[str, list[str]]:
    """A number of things ("at least two", "three photos"), and the other words."""
    said = [word for word in words if word.startswith("#")]
    if said:
        marks.numbers = [one for one in marks.numbers if one not in said]
        return said[0], words
    for at, word in enumerate(words[:-1]):
        before = words[at - 1] if at else ""
        named = before in ARTICLES or before in ("all", "BOTH", "each", "every")
        if word in NUMBERS and words[at + 1].endswith("s") and not named:
            return f"#any:{word}", [*words[:at], *words[at + 1 :]]
    return "", words


def limit(token: str) -> int | None:
    """Highest number of times that a ban allows."""
    kind, n = token.split(":")[0][1:], number(token)
    return {"times": n - 1, "nth": n - 1, "high": n, "more": n, "low": n - 1}.get(kind)


def range_of(token: str) -> tuple[int | None, int | None]:
    """Lowest and highest number of times of a count or a size; neither if it is none."""
    kind, n = token.split(":")[0][1:], number(token)
    ranges = {
        "low": (n, None), "high": (None, n), "exact": (n, n), "more": (n + 1, None), "less": (None, n - 1),
        "times": (n, None), "atleast": (n, None), "atmost": (None, n), "exactly": (n, n), "any": (n, None),
    }  # fmt: skip
    return ranges.get(kind, (None, None))


def verbs(words: Sequence[str]) -> int:
    """How many commands a list holds: its first, and segments that do not begin like a noun phrase."""
    after = [words[at + 1] for at, word in enumerate(words[:-1]) if word in SEPARATORS]
    own = [w for w in after if w not in SEPARATORS | ARTICLES | PREPOSITIONS and w.islower()]
    return 1 + len(own)
