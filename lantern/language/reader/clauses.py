"""Sentences into clauses: leading and trailing conditions, clauses in a row, and lists that share words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.grammar.manners import ACQUIRE
from lantern.language.reader.binding import bind
from lantern.language.reader.conditions import Cond, condition
from lantern.language.reader.frames import BE, HAVE, PREPOSITIONS, lemmas
from lantern.language.reader.mentions import MOVING, Mentions
from lantern.language.reader.pieces import Linked, Piece, Policy
from lantern.language.reader.simple import Simple
from lantern.language.reader.story import Story

SUBORDINATES = frozenset("IF WHEN WHENEVER ASAP ONCE AFTER BEFORE UNTIL UNLESS WHILE WITHOUT INSTEAD".split())
LEADERS = SUBORDINATES - {"INSTEAD"}
JOINTS = frozenset({",", "AND", "OR", "BUT"})
# What one more clause costs, against a worse fit of the words.
SPLIT = 0.02
MAX_SEGMENTS = 9
CARRIED = MOVING | {"carry", "put", "place", "return", "drop", "load", "stack", "pour", "deliver"}


class Clauses:
    """Reads the sentences of one text in turn."""

    def __init__(self, mentions: Mentions, policy: Policy) -> None:
        self.mentions = mentions
        self.policy = policy
        self.simple = Simple(mentions, policy)

    def sentence(self, tokens: Sequence[str]) -> list[Linked] | None:
        """Clauses of a sentence with the words that join them ("", "THEN", "OR", "BUT")."""
        tokens = _trimmed(tokens)
        if not tokens:
            return None
        if _leads(tokens):
            return self._led(tokens)
        if tokens[0] in ("at", "in", "during", "by") and (circumstance := self._at_first(tokens)) is not None:
            return circumstance
        found: list[Linked] = []
        tokens, strict = _strict(tokens)
        parts = _split(tokens, "THEN")
        if strict and len(parts) != 2:
            return None
        for at, part in enumerate(parts):
            if not part:
                if at:
                    return None
                found.append(("THEN", Piece(form="none")))
                continue
            if not at and part[0] in PREPOSITIONS:
                return None
            clauses = self._led(part) if _leads(part) else self._row(part)
            if clauses is None:
                return None
            if at:
                clauses = [("ONLYTHEN" if strict else "THEN", clauses[0][1]), *clauses[1:]]
                if found[-1][1].form == "none":
                    found.pop()
            found.extend(clauses)
        return found

    def _led(self, tokens: Sequence[str]) -> list[Linked] | None:
        """A sentence that begins with a condition."""
        soon = tokens[0] == "SOON"
        only = tokens[0] == "ONLY"
        start = 1 if soon or only else 0
        word = tokens[start]
        body = tokens[start + 1 :]
        stops = [at for at, token in enumerate(body) if token == ","]
        stops += [at for at, token in enumerate(body) if token == "THEN" and at not in stops]
        mark = len(self.mentions.before)
        for at in sorted(stops):
            found = self._condition_then(word, body[:at], body[at + 1 :], soon, only)
            if found is not None:
                return found
            del self.mentions.before[mark:]
        for at in range(len(body) - 1, 0, -1):
            found = self._condition_then(word, body[:at], body[at:], soon, only) if not stops else None
            if found is not None:
                return found
            del self.mentions.before[mark:]
        return None

    def _condition_then(
        self, word: str, before: Sequence[str], after: Sequence[str], soon: bool, only: bool
    ) -> list[Linked] | None:
        cond = self._condition(before)
        if cond is None:
            return None
        after = _trimmed(after)
        if not after or _leads(after):
            return None
        rest = self.sentence(after)
        if rest is None:
            return None
        return self._bound(word, cond, rest, soon, only)

    def _at_first(self, tokens: Sequence[str]) -> list[Linked] | None:
        """Read "at night the lamps must be off"."""
        for at in range(2, min(len(tokens) - 1, 7)):
            cond = condition(tokens[1:at], self.mentions)
            if cond is not None and _ambient(cond):
                rest = self.sentence(tokens[at:])
                if rest is not None:
                    return self._bound("WHILE", cond, rest, False, False)
        return None

    def _condition(self, tokens: Sequence[str]) -> Cond | None:
        cond = condition(_trimmed(tokens), self.mentions)
        if cond is not None:
            self.mentions.remember(cond.named.mentions)
        return cond

    def _bound(self, word: str, cond: Cond, rest: list[Linked], soon: bool, only: bool) -> list[Linked] | None:
        if cond.every:
            if word != "AFTER" or only:
                return None
            word = "WHENEVER"
        if soon:
            rest = [(link, replace(piece, soon=True)) for link, piece in rest]
        if any(link == "OR" for link, _ in rest):
            return None
        if word == "WHILE" and len(rest) > 1 and any(link == "THEN" for link, _ in rest):
            return None
        if len(rest) > 1 and not soon and not any(piece.be for _, piece in rest):
            told = Story(self.policy)
            if not told.add(rest, any_order=False, in_order=False):
                return None
            goal = told.goal()
            if goal is not None and not told.rules and not told.ends:
                rest = [("", Piece(goal, form=rest[0][1].form, verbs=1, named=None))]
        found: list[Linked] = []
        for at, (link, piece) in enumerate(rest):
            if at and link == "THEN" and piece.form not in ("command",):
                return None
            if at and piece.form in ("ban", "keep") and piece.form != rest[0][1].form:
                if self.policy.pick("trigger", "both", "first") == "first":
                    found.append((link, piece))
                    continue
            bound = bind(word, cond, piece, self.policy, only=only, leads=True)
            if bound is None:
                return None
            found.append((link, bound))
        return found

    def _row(self, tokens: Sequence[str]) -> list[Linked] | None:
        """Clauses joined by commas, "and", "or", "but"."""
        segments = _segments(tokens)
        if len(segments) > MAX_SEGMENTS or _loose_choice(segments):
            return None
        best = self._cover(segments, 0)
        if best is None:
            return None
        for _, piece in best[1]:
            if piece.named is not None:
                self.mentions.remember(piece.named.mentions)
        return [(_handed_on(link, piece, best[1][:at]), piece) for at, (link, piece) in enumerate(best[1])]

    def _cover(self, segments: list[tuple[str, list[str]]], at: int) -> tuple[float, list[Linked]] | None:
        """Cheapest way to make clauses of the segments from one on."""
        if at == len(segments):
            return 0.0, []
        best: tuple[float, list[Linked]] | None = None
        for end in range(len(segments), at, -1):
            link = segments[at][0]
            words = [w for i, (l, s) in enumerate(segments[at:end]) for w in ((l.split() if i else []) + s)]
            mark, prefix = len(self.mentions.before), self.simple.prefix
            if any(l.startswith("AND") and _leads(s) for l, s in segments[at + 1 : end]):
                continue
            piece = self._clause(words)
            if piece is not None and end < len(segments) and not _verbal(piece) and at == 0:
                piece = None
            if piece is not None and not _fits(link, piece, at):
                piece = None
            if piece is not None:
                if piece.named is not None:
                    self.mentions.remember(piece.named.mentions)
                    if piece.form != "ban":
                        self.simple.prefix = _prefix(words) or prefix
                rest = self._cover(segments, end)
                if rest is not None:
                    cost = SPLIT + _misfit(piece) + rest[0]
                    if best is None or cost < best[0] - 1e-9:
                        piece = replace(piece, head=next((w for w in words if lemmas(w) & (ACQUIRE | HAVE)), ""))
                        chained = piece.form in ("command", "must") and {*words} & {"it", "them"} and {*words[:2]} & CARRIED
                        best = cost, [("IT" if at and chained else _linked(link), piece), *rest[1]]
            after = self.simple.prefix
            del self.mentions.before[mark:]
            self.simple.prefix = prefix if best is None else after
        return best

    def _clause(self, tokens: Sequence[str]) -> Piece | None:
        """One clause with its conditions."""
        tokens = _trimmed(tokens)
        if not tokens:
            return None
        if _leads(tokens):
            found = self._led(tokens)
            return found[0][1] if found is not None and len(found) == 1 else None
        for at in range(len(tokens) - 2, 0, -1):
            if tokens[at] in SUBORDINATES:
                piece = self._trailing(tokens, at)
                if piece is not None:
                    return piece
        return self._around(tokens) or self.simple.read(tokens)

    def _around(self, tokens: Sequence[str]) -> Piece | None:
        """Read "at night", "in fog", "during a meeting" at the end of a clause."""
        for at in range(len(tokens) - 2, 0, -1):
            if tokens[at] not in ("at", "in", "during", "by", "throughout"):
                continue
            cond = condition(tokens[at + 1 :], self.mentions)
            if cond is None or not _ambient(cond):
                continue
            main = self.simple.read(tokens[:at])
            if main is not None:
                return bind("WHILE", cond, main, self.policy)
        return None

    def _trailing(self, tokens: Sequence[str], at: int) -> Piece | None:
        word, left, right = tokens[at], list(tokens[:at]), list(tokens[at + 1 :])
        if word == "WHILE" and right[0] in ("AVOID", "NOT", "NEVER"):
            word, right = "WITHOUT", right[1:]
        soon = only = False
        while left and left[-1] in ("SOON", "ONLY", ",", "AND", "BUT", "FIRST"):
            last = left.pop()
            soon, only = soon or last == "SOON", only or last == "ONLY"
        if not left or (left[-1] in ("NOT", "NEVER")):
            return None
        if any(token in SUBORDINATES for token in right):
            return None
        mark = len(self.mentions.before)
        main = self._clause(left) if any(t in SUBORDINATES for t in left) else self.simple.read(left, hold=word == "UNTIL")
        if main is None and word == "UNTIL" and _waits(left):
            main = Piece(form="wait")
        if main is None:
            return None
        if main.named is not None:
            self.mentions.remember(main.named.mentions)
        cond = self._condition(right) or (self._shared(left, right) if word in ("BEFORE", "AFTER") else None)
        del self.mentions.before[mark:]
        if cond is None:
            return None
        if main.form == "wait":
            return Piece(cond.goal, named=cond.named)
        if soon:
            main = replace(main, soon=True)
        if cond.every and (word != "AFTER" or only):
            return None
        bound = bind("WHENEVER" if cond.every else word, cond, main, self.policy, only=only)
        if bound is None:
            return None
        return bound


    def _shared(self, left: Sequence[str], right: Sequence[str]) -> Cond | None:
        """Complete "the kitchen" in "clean the hall before the kitchen" by what the clause before says."""
        said = next((at for at, token in enumerate(left) if token == "MUST" or token in BE), len(left))
        tail = [token for token in left[said:] if token != "MUST"]
        for words in ([*_prefix(left), *right], [*right, *tail]):
            cond = self._condition(words)
            if cond is not None:
                return cond
        return None


def _handed_on(link: str, piece: Piece, before: Sequence[Linked]) -> str:
    """What joins a clause that says where to take what the one before told to get."""
    if link != "IT":
        return link
    told = before[-1][1] if before else None
    gets = told is not None and bool(lemmas(told.head) & (ACQUIRE | HAVE))
    return "THEN" if gets and told is not None and told.form in ("command", "must") else ""


def _waits(tokens: Sequence[str]) -> bool:
    words = [token for token in tokens if token not in ("MUST", "the", "robot", "agent", "you", "it")]
    return words in (["wait"], ["waits"])


def _fits(link: str, piece: Piece, at: int) -> bool:
    """Whether a clause may stand where it does; what has no verb of its own is no clause of a row."""
    if piece.form == "told":
        return False
    if at and piece.named is not None and piece.form == "command" and not piece.be:
        first = piece.named.mentions[0]
        if not first.verb and piece.goal is not None and piece.goal.kind in ("reach", "all_of", "one_of"):
            return link in ("BUT",) or "THEN" in link or piece.count is not None
    return not ("OR" in link and piece.goal is None)


def _ambient(cond: Cond) -> bool:
    return all(frame.ambient for one in cond.named.mentions for frame in one.frames)


def _loose_choice(segments: Sequence[tuple[str, list[str]]]) -> bool:
    """Whether "or" after a comma is followed by "and": how far the choice reaches is not clear."""
    at = next((i for i, (link, _) in enumerate(segments) if link.startswith(",") and "OR" in link.split()), 0)
    return bool(at) and any("AND" in link.split() for link, _ in segments[at + 1 :])


def _verbal(piece: Piece) -> bool:
    """Whether a command has a verb, or tells where to be."""
    if piece.named is None or piece.form != "command" or piece.be:
        return True
    first = piece.named.mentions[0]
    return first.verb or first.frames[0].kind in ("place", "have")


def _misfit(piece: Piece) -> float:
    return 1.0 - piece.named.score if piece.named is not None else 0.0


def _linked(link: str) -> str:
    words = link.split()
    return "OR" if "OR" in words else "BUT" if "BUT" in words else "," if words == [","] else ""


def _prefix(words: Sequence[str]) -> list[str]:
    """Verb of a command, which the next clause may leave out."""
    found: list[str] = []
    for word in words:
        if word in ("FIRST", "MUST", "SOON", "BOTH", "EITHER", "ALWAYS") or word.startswith("#"):
            continue
        if word in ("the", "a", "an", "its", "all", "each") or word.isupper():
            break
        found.append(word)
        if word in PREPOSITIONS:
            break
    return found if 0 < len(found) < 4 else []


def _trimmed(tokens: Sequence[str]) -> list[str]:
    kept = list(tokens)
    while kept and kept[-1] in JOINTS:
        kept.pop()
    while kept and kept[0] in JOINTS:
        kept.pop(0)
    return kept


def _leads(tokens: Sequence[str]) -> bool:
    first = tokens[0]
    if first in ("SOON", "ONLY") and len(tokens) > 1:
        return tokens[1] in LEADERS
    return first in LEADERS


def _strict(tokens: Sequence[str]) -> tuple[list[str], bool]:
    """Whether what follows "only then" must not come before."""
    return ["THEN" if token == "ONLYTHEN" else token for token in tokens], "ONLYTHEN" in tokens


def _split(tokens: Sequence[str], word: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == word:
            parts[-1] = _trimmed(parts[-1])
            parts.append([])
        else:
            parts[-1].append(token)
    return [_trimmed(part) for part in parts]


def _segments(tokens: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Stretches between joints, each with the joints before it."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for token in tokens:
        if token in JOINTS:
            if found[-1][1]:
                found.append((token, []))
            else:
                found[-1] = (f"{found[-1][0]} {token}".strip(), [])
        else:
            found[-1][1].append(token)
    return [one for one in found if one[1]]
