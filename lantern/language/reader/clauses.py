"""Sentences into clauses: leading and trailing conditions, clauses in a row, and lists that share words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lantern.language.reader.binding import bind
from lantern.language.reader.conditions import Cond, condition
from lantern.language.reader.exchange import SAME, bare, exchanged, exchanges
from lantern.language.reader.lists import SEPARATORS
from lantern.language.reader.mentions import Mentions
from lantern.language.reader.pieces import Linked, Piece, Policy
from lantern.language.reader.segments import (
    SUBORDINATES,
    Segment,
    ambient,
    fits,
    handed_on,
    hands_on,
    headed,
    in_turn,
    joined,
    leads,
    linked,
    loose_choice,
    misfit,
    nominal,
    prefix_of,
    returns,
    segments_of,
    some_goals,
    some_of,
    split,
    strictly,
    trimmed,
    verbal,
    waits,
)
from lantern.language.reader.simple import Simple
from lantern.language.reader.story import Story
from lantern.language.reader.wordlists import ARTICLES, BE, PREPOSITIONS, PRONOUNS

# What one more clause costs, against a worse fit of the words.
SPLIT = 0.02
MAX_SEGMENTS = 9
AROUND = ("at", "in", "during", "by", "throughout")


class Clauses:
    """Reads the sentences of one text in turn."""

    def __init__(self, mentions: Mentions, policy: Policy) -> None:
        self.mentions = mentions
        self.policy = policy
        self.simple = Simple(mentions, policy)
        self.told: Sequence[str] = ()

    def sentence(self, tokens: Sequence[str]) -> list[Linked] | None:
        """Clauses of a sentence with the words that join them ("", ",", "THEN", "OR", "BUT")."""
        tokens = trimmed(tokens)
        if not tokens:
            return None
        if leads(tokens):
            return self._led(tokens)
        if tokens[0] in AROUND and (circumstance := self._at_first(tokens)) is not None:
            return circumstance
        tokens, strict = strictly(tokens)
        parts = split(tokens, "THEN")
        if (
            (strict and len(parts) != 2)
            or not all(parts[1:])
            or (parts[0][:1] and parts[0][0] in PREPOSITIONS)
        ):
            return None
        chosen = len(parts) > 1 and "EITHER" in tokens
        if chosen and any(("EITHER" in part) != ("OR" in part) or ", OR" in " ".join(part) for part in parts):
            return None  # "either a, then b, or c, then d"
        some = some_of(tokens)
        if some:
            row = self._row(tokens[3:])
            return some_goals(row, some) if row is not None else None
        found = self._chained(parts, "ONLYTHEN" if strict else "THEN")
        self.told = tokens
        return found

    def _chained(self, parts: Sequence[Sequence[str]], link: str) -> list[Linked] | None:
        """Clauses of stretches one after the other; the first is empty before a "then" that begins all."""
        found: list[Linked] = []
        for at, part in enumerate(parts):
            if not part:
                continue
            clauses = self._led(part) if leads(part) else self._again(parts[:at], part) or self._row(part)
            if clauses is None:
                return None
            found += [(link, clauses[0][1]), *clauses[1:]] if at else clauses
        return found

    def _again(self, before: Sequence[Sequence[str]], part: Sequence[str]) -> list[Linked] | None:
        """What was told before, said of something else."""
        if [*part[:4]] == SAME:
            told = next((one for one in reversed(before) if one), self.told)
            return self._same(told, part[4:])
        phrase = [token for token in part if token != "LASTLY"]
        if not before or not before[-1] or not phrase or not bare(phrase):
            return None
        other = exchanged(before[-1], phrase, self.mentions)
        return self._row([*other, *(["LASTLY"] if "LASTLY" in part else [])]) if other is not None else None

    def _same(self, told: Sequence[str], phrase: Sequence[str]) -> list[Linked] | None:
        """Read "do the same with the blue cube"."""
        ways: dict[str, list[Linked]] = {}
        first = next((at for at, token in enumerate(told) if token in SEPARATORS), len(told))
        for other in exchanges(told[:first], phrase) if phrase and bare(phrase) else ():
            row = self._row([*other, *told[first:]])
            if row is not None and all(piece.form == "command" for _, piece in row):
                ways.setdefault(str([piece.goal for _, piece in row]), row)
        ways.pop(str([piece.goal for _, piece in self._row(told) or ()]), None)
        return next(iter(ways.values())) if len(ways) == 1 else None

    def _led(self, tokens: Sequence[str]) -> list[Linked] | None:
        """A sentence that begins with a condition."""
        soon, only = tokens[0] == "SOON", tokens[0] == "ONLY"
        start = 1 if soon or only else 0
        word, body = tokens[start], tokens[start + 1 :]
        stops = [at for at, token in enumerate(body) if token in (",", "THEN")]
        ends = [(at, at + 1) for at in stops] or [(at, at) for at in range(len(body) - 1, 0, -1)]
        mark = len(self.mentions.before)
        for end, start in ends:
            if end and not stops and (body[end - 1] in PRONOUNS | ARTICLES or nominal(body[end:])):
                continue
            found = self._condition_then(word, body[:end], body[start:], soon, only)
            if found is not None:
                return found
            del self.mentions.before[mark:]
        return None

    def _condition_then(
        self, word: str, before: Sequence[str], after: Sequence[str], soon: bool, only: bool
    ) -> list[Linked] | None:
        cond = self._condition(before)
        after = trimmed(after)
        if cond is None or not after or leads(after):
            return None
        rest = self.sentence(after)
        return self._bound(word, cond, rest, soon, only) if rest is not None else None

    def _at_first(self, tokens: Sequence[str]) -> list[Linked] | None:
        """Read "at night the lamps must be off"."""
        for at in range(2, min(len(tokens) - 1, 7)):
            cond = condition(tokens[1:at], self.mentions)
            if cond is not None and ambient(cond):
                rest = self.sentence(tokens[at:])
                if rest is not None:
                    return self._bound("WHILE", cond, rest, False, False)
        return None

    def _condition(self, tokens: Sequence[str]) -> Cond | None:
        cond = condition(trimmed(tokens), self.mentions)
        if cond is not None:
            self.mentions.remember(cond.named.mentions)
        return cond

    def _bound(
        self, word: str, cond: Cond, rest: list[Linked], soon: bool, only: bool
    ) -> list[Linked] | None:
        """Clauses after a leading condition, each under it."""
        if cond.every and (word != "AFTER" or only):
            return None
        links = [link for link, _ in rest]
        if rest[-1][1].waits or "OR" in links or (word == "WHILE" and "THEN" in links[1:]):
            return None
        if soon:
            rest = [(link, replace(piece, soon=True)) for link, piece in rest]
        elif len(rest) > 1 and not any(piece.be for _, piece in rest):
            told = self._as_one(rest)
            if told is None:
                return None
            rest = told
        return self._each("WHENEVER" if cond.every else word, cond, rest, only)

    def _as_one(self, rest: list[Linked]) -> list[Linked] | None:
        """Several commands as one goal; None if they do not hang together."""
        told = Story(self.policy)
        if not told.add(rest, any_order=False, in_order=False):
            return None
        goal = told.goal()
        if goal is None or told.rules or told.ends:
            return rest
        return [("", Piece(goal, form=rest[0][1].form))]

    def _each(self, word: str, cond: Cond, rest: list[Linked], only: bool) -> list[Linked] | None:
        found: list[Linked] = []
        for at, (link, piece) in enumerate(rest):
            if at and link == "THEN" and piece.form != "command":
                return None
            other = at and piece.form in ("ban", "keep") and piece.form != rest[0][1].form
            if other and self.policy.pick("trigger", "both", "first") == "first":
                found.append((link, piece))
                continue
            bound = bind(word, cond, piece, self.policy, only_then=only)
            if bound is None:
                return None
            found.append((link, bound))
        return found

    def _row(self, tokens: Sequence[str]) -> list[Linked] | None:
        """Clauses joined by commas, "and", "or", "but"."""
        segments = segments_of(tokens)
        if len(segments) > MAX_SEGMENTS or loose_choice(segments):
            return None
        best = self._cover(segments, 0)
        if best is None:
            return None
        for _, piece in best[1]:
            if piece.named is not None:
                self.mentions.remember(piece.named.mentions)
        told = [(handed_on(link, best[1][:at]), piece) for at, (link, piece) in enumerate(best[1])]
        handed = [
            at for at, (link, _) in enumerate(best[1]) if link.startswith("IT") and told[at][0] == "THEN"
        ]
        return in_turn(told, handed[0]) if handed else told

    def _cover(self, segments: list[Segment], at: int) -> tuple[float, list[Linked]] | None:
        """Cheapest way to make clauses of the segments from one on."""
        if at == len(segments):
            return 0.0, []
        best: tuple[float, list[Linked]] | None = None
        for end in range(len(segments), at, -1):
            if any(link.startswith("AND") and leads(words) for link, words in segments[at + 1 : end]):
                continue
            mark, prefix = len(self.mentions.before), self.simple.prefix
            found = self._with_rest(segments, at, end)
            if found is not None and (best is None or found[0] < best[0] - 1e-9):
                best = found
            del self.mentions.before[mark:]
            self.simple.prefix = prefix if best is None else self.simple.prefix
        return best

    def _with_rest(self, segments: list[Segment], at: int, end: int) -> tuple[float, list[Linked]] | None:
        """The clause that some segments make, and the cheapest for those after it."""
        link, tokens = segments[at][0], joined(segments[at:end])
        piece = self._clause(tokens) if not (at and tokens[0].startswith("#")) else None
        if (
            piece is None
            or not fits(link, piece, at)
            or (not at and end < len(segments) and not verbal(piece))
        ):
            return None
        if piece.named is not None:
            self.mentions.remember(piece.named.mentions)
            if piece.form != "ban":
                self.simple.prefix = prefix_of(tokens) or self.simple.prefix
        rest = self._cover(segments, end)
        if rest is None:
            return None
        piece = replace(piece, head=headed(tokens))
        told = f"IT{linked(link)}" if at and hands_on(piece, tokens) else linked(link)
        told = "THEN" if at and told in ("", ",") and returns(tokens) and piece.form == "command" else told
        return SPLIT + misfit(piece) + rest[0], [(told, piece), *rest[1]]

    def _clause(self, tokens: Sequence[str]) -> Piece | None:
        """One clause with its conditions."""
        tokens = trimmed(tokens)
        if not tokens:
            return None
        if leads(tokens):
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
            cond = condition(tokens[at + 1 :], self.mentions) if tokens[at] in AROUND else None
            if cond is None or not ambient(cond):
                continue
            main = self.simple.read(tokens[:at])
            if main is not None and (main.goal is None or main.be or main.form != "command"):
                return bind("WHILE", cond, main, self.policy)
        return None

    def _trailing(self, tokens: Sequence[str], at: int) -> Piece | None:
        """A clause with a condition after it."""
        word, left, right = tokens[at], list(tokens[:at]), list(tokens[at + 1 :])
        if word == "WHILE" and right[0] in ("AVOID", "NOT", "NEVER"):
            word, right = "AVOIDING", right[1:]
        marks: set[str] = set()
        while left and left[-1] in ("SOON", "ONLY", ",", "AND", "BUT", "FIRST"):
            marks.add(left.pop())
        if not left or left[-1] in ("NOT", "NEVER") or SUBORDINATES & {*right}:
            return None
        mark = len(self.mentions.before)
        main = self._main(word, left)
        cond = self._after(word, main, left, right) if main is not None else None
        del self.mentions.before[mark:]
        if main is None or cond is None:
            return None
        if main.form == "wait":
            return Piece(cond.goal, named=cond.named, waits=True)
        if (cond.every and (word != "AFTER" or "ONLY" in marks)) or ("ONLY" in marks and main.verbs > 1):
            return None
        main = replace(main, soon=main.soon or "SOON" in marks, wanted={"BUT", "ONLY"} <= marks)
        return bind("WHENEVER" if cond.every else word, cond, main, self.policy, only_then="ONLY" in marks)

    def _main(self, word: str, left: Sequence[str]) -> Piece | None:
        if word == "UNTIL" and waits(left):
            held = self.simple.read(left, hold=True)  # waiting may be a state of who acts
            return held if held is not None and held.form == "keep" else Piece(form="wait")
        if SUBORDINATES & {*left}:
            return self._clause(left)
        return self.simple.read(left, hold=word == "UNTIL")

    def _after(self, word: str, main: Piece, left: Sequence[str], right: Sequence[str]) -> Cond | None:
        """The condition after a clause; "the hall before the kitchen" shares a verb."""
        if main.named is not None:
            self.mentions.remember(main.named.mentions)
        cond = self._condition(right)
        alone = cond is not None and (cond.be or any(one.verb for one in cond.named.mentions))
        if alone or word not in ("BEFORE", "AFTER") or right[0] not in ARTICLES:
            return cond
        return self._shared(left, right) or cond

    def _shared(self, left: Sequence[str], right: Sequence[str]) -> Cond | None:
        """A condition that shares the verb of the clause before it ("the red door before the blue one")."""
        words = [token for token in left if not token.isupper()]
        said = next((at for at, token in enumerate(words) if token in BE), len(words))
        if said == len(words) and "MUST" in left:
            said = sum(not token.isupper() for token in left[: left.index("MUST")])
        prefix, tail = prefix_of(words), words[said:]
        found = self._condition([*prefix, *right]) if prefix else None
        return found or (self._condition([*right, *tail]) if tail else None)
