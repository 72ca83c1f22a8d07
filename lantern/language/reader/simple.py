"""Simple clauses: a command, a duty, a ban, what to keep up, a count, a bound, how things are at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from lantern.language.ast import And, Clause, Condition, Count, Finish, Now, Reach, SomeOf, Within
from lantern.language.making import denied, no_run
from lantern.language.reader.frame import lemmas
from lantern.language.reader.lists import SEPARATORS, Named, named
from lantern.language.reader.marks import (
    KEEP,
    WAIT,
    Marks,
    aspect,
    limit,
    range_of,
    sizes,
    stripped,
    verbs,
    without,
)
from lantern.language.reader.mentions import Mentions
from lantern.language.reader.pieces import Piece, Policy, all_of, always, never, reach
from lantern.language.reader.segments import FINISH
from lantern.language.reader.texts import number
from lantern.language.reader.wordlists import AGENTS, ARTICLES, FILLERS, PREPOSITIONS, words

STILL = words("still stand stands wait waits stay be is are stationary")
HOLD = words("hold carry wear")
_HERE = words("in at on inside")
HALT = words("stop stops halt halts")
# Verbs of a command that brings something about, so that it does not tell what to keep.
_MOVES = words("go get visit reach open close turn switch enter drive move")
# Fit from which on words are clear without the verb of the clause before.
CLEAR = 0.72


class Simple:
    """Reads clauses that have no clause in them."""

    def __init__(self, mentions: Mentions, policy: Policy) -> None:
        self.mentions = mentions
        self.policy = policy
        self.prefix: list[str] = []

    def read(self, tokens: Sequence[str], *, hold: bool = False) -> Piece | None:
        """Meaning of a clause, or None; `hold` if "until" follows, so that a state is to be kept."""
        marks = Marks(stripped(tokens)).read()
        if marks.broken or {"NEEDNOT", "NOTBOTH"} & marks.said:
            return None
        verb = aspect(marks.words)
        keeps, ends = bool(lemmas(verb) & KEEP), bool(lemmas(verb) & FINISH)
        if lemmas(verb) & WAIT and marks.banned:
            return None  # "b cannot wait until a"
        left = without(marks.words, verb) if ends else marks.words
        if lemmas(verb) & WAIT and "for" in left[:3]:
            left = [word for word in left if word not in (verb, "for")]
        size, left = sizes(marks, left)
        going = lemmas(verb) & {"keep"} and any(
            one == verb and w.endswith("ing") for one, w in pairwise(left)
        )
        found = self._named([word for word in left if not (going and word == verb)], keeps or ends)
        if found is None:
            return None
        if "SAME" in marks.said and found.op == "one" and len(found.mentions[0].frames) < 2:
            return None  # "... and c must not be so at the same time"
        if ends or "ATEND" in marks.said:
            return _end(marks, found, verb if ends else "")
        if marks.banned:  # "do not stay until ..." is left open
            return None if keeps and hold else self._ban(marks, found, left, size)
        return self._told(marks, found, left, size, keeps, hold)

    def _told(
        self, marks: Marks, found: Named, left: list[str], size: str, keeps: bool, hold: bool
    ) -> Piece | None:
        """A clause that forbids nothing."""
        basic = _basic(marks, found, left)
        if size or marks.numbers:
            return _numbered(basic, marks, found, size, left)
        if basic.form == "command" and {"not", "no"} & {*left}:
            return None
        return _goal(basic, found, left, keeps, hold, "SAME" in marks.said)

    def _named(self, said: list[str], plain: bool) -> Named | None:
        chosen = [word for word in said if word.startswith("#")]
        if chosen and "of" in said and said.index(chosen[0]) > said.index("of"):
            return None
        left = [word for word in said if not word.startswith("#")]
        if chosen and "of" in left:  # "open at least two of the doors"
            verb = [word for word in left[: left.index("of")] if word not in ARTICLES and word.islower()]
            left = [*verb[:1], *left[left.index("of") + 1 :]]
        if all(word in FILLERS for word in left):
            return None
        found = named(left, self.mentions)
        bare = found is None or all(one.score < CLEAR for one in found.mentions)
        if bare and self.prefix and not plain and not lemmas(left[0]) & lemmas(self.prefix[0]):
            again = named([*self.prefix, *left], self.mentions)
            told = {frame.name for frame in self.mentions.before[-2:]}
            fresh = again is not None and not told & {f.name for one in again.mentions for f in one.frames}
            found = again if again and fresh and (found is None or again.score > found.score) else found
        return found

    def _ban(self, marks: Marks, found: Named, left: list[str], size: str) -> Piece | None:
        if len(marks.bounds) == 1 and marks.bounds[0].startswith("#over"):
            return _too_long(marks, found)
        if marks.bounds or len(marks.counts) > 1 or {"FIRST", "SOON", "ONLY"} & marks.said:
            return None
        if {"ALWAYS", "NOT"} <= marks.said or (found.op == "or" and "EITHER" in left):
            return None  # "do not always ...", "either never a or b"
        if marks.counts:
            most = limit(marks.counts[0])
            if most is None or found.op == "or" or verbs(left) > 1:
                return None
            rules = tuple(_count(one, None, most, found) for one in found.leaves)
            return Piece(None, rules, found, "ban", count=(None, most))
        if size or not _forbidding(marks, found, left):
            return None
        together = found.op == "and" and ("SAME" in marks.said or ("BOTH" in left and self._both()))
        apart = found.op == "and" and not together and not marks.be and self._own_verbs(left)
        if apart and self.policy.pick("scope", "both", "first") == "first":
            return None
        if any(one.kind == "and" and one.parts[0].kind == "not" for one in found.leaves):
            return None  # "never leave the hall without the coffee": at which step?
        if found.op == "and" and not together and marks.be and self._apart(left):
            return None  # "never may a run and b be open": not both at once?
        leaves = (found.condition,) if together else found.leaves
        return Piece(
            None,
            tuple(never(one) for one in leaves),
            found,
            "ban",
            be=marks.be,
            again="ANYMORE" in marks.said,
        )

    def _both(self) -> bool:
        return self.policy.pick("both", "at one step", "in all") == "at one step"

    def _apart(self, left: Sequence[str]) -> bool:
        """Whether each part of a list is a clause of its own."""
        parts = " ".join(left).replace(",", "AND").split("AND")
        found = [self.mentions.all(part.split()) for part in parts if part.split()]
        return len(found) > 1 and all(one and one[0].score > CLEAR for one in found)

    def _own_verbs(self, left: Sequence[str]) -> bool:
        """Whether what follows "and" begins with a verb of its own."""
        after = [left[at + 1] for at, word in enumerate(left[:-1]) if word in SEPARATORS]
        return any(word not in ARTICLES | PREPOSITIONS | SEPARATORS for word in after)


def _too_long(marks: Marks, found: Named) -> Piece | None:
    """Read "never stay in the hall for more than three steps"."""
    if marks.counts or found.op != "one" or not _lasts(found) or {"ALWAYS", "FIRST", "SOON"} & marks.said:
        return None
    return Piece(None, (no_run(found.condition, number(marks.bounds[0]) + 1),), found, "rule")


def _forbidding(marks: Marks, found: Named, left: Sequence[str]) -> bool:
    """Whether a clause with "no" or "not" forbids what it names."""
    if left[0] in PREPOSITIONS and all(f.ambient for one in found.mentions for f in one.frames):
        return False  # "never at night" forbids no night
    told = bool({"NOT", "NEVER", "NEITHER", "AVOID", "MUST", "MAY"} & marks.said) or marks.be
    told = told or (marks.tokens[0] == "no" and found.mentions[0].frames[0].kind != "place")
    return told or any(one.verb for one in found.mentions)


def _basic(marks: Marks, found: Named, left: Sequence[str]) -> Piece:
    """What a clause is like, without what it demands."""
    form = "may" if "MAY" in marks.said else "must" if "MUST" in marks.said else "command"
    here = {*left}
    manner = all(one.frames[0].manner for one in found.mentions)
    return Piece(
        None,
        (),
        found,
        form,
        be=marks.be,
        passive=not found.mentions[0].frames[0].acts and (marks.be or form != "command"),
        soon="SOON" in marks.said,
        only="ONLY" in marks.said,
        always="ALWAYS" in marks.said,
        later="LATER" in marks.said,
        habit=left[0] in ARTICLES and form == "command",
        gets=left[0] in ARTICLES and bool(here & {"get", "gets"}),
        holds=form == "must" and any(lemmas(word) & HOLD for word in left),
        starts=not (here & STILL or any(word.endswith("ly") for word in left)),
        halts=bool(here & HALT) and manner,
        first="FIRST" in marks.said,
        lastly="LASTLY" in marks.said,
        between="BETWEEN" in marks.said,
        verbs=verbs(left),
    )


def _goal(
    basic: Piece, found: Named, left: Sequence[str], keeps: bool, hold: bool, same: bool
) -> Piece | None:
    """A clause without numbers: to keep, to be, to do."""
    first = found.mentions[0]
    place, states = first.frames[0].kind == "place", all(one.states for one in found.mentions)
    if _starts(left) and place:
        return replace(basic, rules=(Now(found.condition),), form="rule") if found.op == "one" else None
    ambient = any(one.frames[0].ambient for one in found.mentions)
    keeps = keeps or (left[0] in ("leave", "hold") and states and not ambient)
    if (keeps or basic.always) and (basic.verbs > 1 or (keeps and place and left[-1:] and _visits(left))):
        return None
    acting = basic.always and not (keeps or basic.be) and basic.form == "command" and first.verb
    if acting and states and not first.frames[0].acts:
        return None  # "switch off the fan for good"
    if acting and not all(one.frames[0].kind == "have" or one.frames[0].manner for one in found.mentions):
        return replace(basic, goal=reach(found), form="must")  # "always return home after ..."
    if (
        keeps
        or basic.always
        or (hold and _lasts(found) and (basic.be or basic.form != "command" or not _moves(left)))
    ):
        return _keep(basic, found, keeps and hold and first.verb and _visits(left))
    told = basic.be and basic.form == "command" and not basic.only and left[0] != "be"
    if told and any(one.lasts and one.frames[0].kind != "deed" for one in found.mentions):
        return replace(basic, form="told")
    return replace(basic, goal=Reach(found.condition) if same and found.op == "and" else reach(found))


def _starts(left: Sequence[str]) -> bool:
    """Whether a clause tells where to be at the first step ("the robot must start in the hall")."""
    at = next((i for i, word in enumerate(left[:3]) if word in ("start", "starts", "begin", "begins")), -1)
    return (
        at in (0, 2 if left[0] in ARTICLES else 0) and left[at + 1 : at + 2] != [] and left[at + 1] in _HERE
    )


def _keep(basic: Piece, found: Named, going: bool = False) -> Piece | None:
    if not (_lasts(found) or going) or (basic.always and any(len(one.frames) > 1 for one in found.mentions)):
        return None
    kept = (found.condition,) if found.op == "or" else found.leaves
    return replace(basic, rules=tuple(always(one) for one in kept), form="keep")


def _lasts(found: Named) -> bool:
    return all(one.lasts for one in found.mentions)


def _visits(left: Sequence[str]) -> bool:
    """Whether what is to be kept up is going somewhere ("keep visiting the hall")."""
    return len(left) > 1 and left[1].endswith("ing")


def _moves(left: Sequence[str]) -> bool:
    first = next((word for word in left if word not in ARTICLES and word not in AGENTS), "")
    return bool(lemmas(first) & _MOVES)


def _end(marks: Marks, found: Named, verb: str) -> Piece | None:
    """How things are at the last step, with a `verb` of ending or "at the end"; or what is done last."""
    command = not (verb or marks.be or marks.banned or "MUST" in marks.said)
    if command and not marks.numbers and verbs(marks.words) == 1 and not _lasts(found):
        told = found.mentions[0].verb and marks.words[0] not in ("have", "keep", "leave")
        return Piece(reach(found), named=found, form="last") if told else None
    if not _lasts(found) or marks.numbers or verbs(marks.words) > 1:
        return None
    if found.op == "or" and len({one.frames[0].kind for one in found.mentions}) > 1:
        return None
    told = any(pair in ((verb, "up"), (verb, "by")) for pair in pairwise(marks.words))
    acting = command and any(one.verb and one.frames[0].acts for one in found.mentions)
    if (told or acting) and not marks.banned:
        return Piece(reach(found), named=found, form="last")  # "end up at home", "end by going home"
    parts = found.leaves if found.op != "or" else (found.condition,)
    if marks.banned:
        parts = tuple(denied(one) for one in found.leaves)
    return Piece(all_of([Finish(one) for one in parts]), named=found, form="end", later=not verb)


def _numbered(basic: Piece, marks: Marks, found: Named, size: str, left: Sequence[str]) -> Piece | None:
    """A clause with a number of times, of steps or of things."""
    if len(marks.numbers) + bool(size) > 1:
        return None
    if size:
        return _sized(basic, found, size, left)
    return (
        _counted(basic, found, marks.counts[0]) if marks.counts else _bounded(basic, found, marks.bounds[0])
    )


def _counted(basic: Piece, found: Named, token: str) -> Piece | None:
    low, high = range_of(token)
    if (low, high) == (None, None) or found.op == "or":
        return None
    if token.startswith("#times") and low == 1:
        return replace(basic, goal=reach(found), count=(1, None))
    if len(found.leaves) > 1 and not basic.passive and basic.verbs > 1:
        return None
    parts = tuple(_count(one, low, high, found) for one in found.leaves)
    return _counting(basic, parts, low, high)


def _counting(basic: Piece, parts: tuple[Clause, ...], low: int | None, high: int | None) -> Piece:
    if low:
        return replace(basic, goal=all_of(parts), count=(low, high))
    return replace(basic, rules=parts, form="limit", count=(low, high))


def _sized(basic: Piece, found: Named, size: str, left: Sequence[str]) -> Piece | None:
    """Read "three photos", "at least two of a, b and c"."""
    low, high = range_of(size)
    if len(found.leaves) > 1:
        some = basic.verbs == 1 and "of" in left and high is None and low is not None
        if not some or low is None or low > len(found.leaves):
            return None
        return replace(basic, goal=SomeOf(tuple(Reach(one) for one in found.leaves), low))
    if len(found.mentions[0].frames) > 1:
        return None  # "with no more than three moves"
    if "of" in left or (found.mentions[0].lasts and found.mentions[0].frames[0].kind != "have"):
        return None
    return _counting(basic, (_count(found.leaves[0], low, high, found),), low, high)


def _bounded(basic: Piece, found: Named, token: str) -> Piece | None:
    kind, n = token.split(":")[0][1:], number(token)
    conditions = (found.condition,) if found.op == "or" else found.leaves
    if kind == "for":
        held = And(conditions) if len(conditions) > 1 else conditions[0]
        return replace(basic, goal=Reach(held, steps=n), form="command")
    if kind == "over":
        return None  # "stay for more than three steps"
    last = n if kind in ("within", "next") else n - 1
    if last < 0:
        return None
    if any(one.kind == "not" for one in conditions) and any(one.kind != "not" for one in conditions):
        return None  # "stay out of the ditch and be at the gate within six steps"
    first = int(kind == "next")
    return replace(basic, goal=all_of([Within(one, first, last) for one in conditions]), steps=n)


def _count(one: Condition, low: int | None, high: int | None, found: Named) -> Clause:
    lasts = next((m.lasts for m in found.mentions if m.condition == one), True)
    return Count(one, low, high, "visit" if lasts else "step")
