"""Simple clauses: a command, a duty, a ban, something to keep, a count, a bound, how things are at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lantern.language.ast import And, Clause, Condition, Count, Finish, Now, Reach, SomeOf, Within
from lantern.language.reader.frames import ARTICLES, BE, PREPOSITIONS, lemmas
from lantern.language.reader.lists import SEPARATORS, Named, denied, named
from lantern.language.reader.mentions import AGENTS, Mentions
from lantern.language.reader.pieces import Piece, Policy, all_of, always, never, reach
from lantern.language.reader.texts import number

MARKS = frozenset(
    "MUST MAY NOT NEVER ALWAYS SOON SAME ANYORDER INORDER FIRST ATEND ONLY BANNED NEITHER AVOID NEEDNOT NOTBOTH LATER".split()
)
CONNECTIVES = frozenset(
    "THEN IF WHEN WHENEVER ASAP ONCE AFTER BEFORE UNTIL UNLESS INSTEAD BEFORETHAT BUT".split()
)
STILL = frozenset("still stand stands wait waits stay be is are stationary".split())
BOUNDS = ("#within", "#for", "#first", "#below")
KEEP = frozenset({"keep", "stay", "remain", "maintain"})
WAIT = frozenset({"wait"})
FINISH = frozenset({"finish", "end", "terminate", "conclude"})
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass
class Marks:
    """What the marked words of a clause say, and the words that remain."""

    words: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    numbers: list[str] = field(default_factory=list)
    banned: bool = False


def marks_of(tokens: Sequence[str]) -> Marks | None:
    """Set the marked words of a clause apart; None if they do not fit together."""
    marks = Marks()
    for at, token in enumerate(tokens):
        if token in CONNECTIVES:
            return None
        if token.startswith("#"):
            marks.numbers.append(token)
            if token.startswith(("#atleast", "#atmost", "#exactly")):
                marks.words.append(token)
        elif token in ("NOT", "NEVER", "AVOID", "NEITHER"):
            listed = any(one in SEPARATORS for one in tokens[:at]) and not _of_all(tokens, at)
            if listed and (tokens[at - 1] in ("MUST", "MAY") or 
                token != "NOT" or not any(one in BE or one in ("keep", "leave") for one in tokens[:at])
            ):
                return None
            if not _forbids(tokens, at):
                marks.words.append("not")
                continue
            if marks.banned:
                return None
            marks.banned = True
            marks.said.add(token)
        elif token == "ATEND" and 0 < at < len(tokens) - 1 and SEPARATORS & {*tokens[:at]}:
            return None
        elif token in ("no", "nothing", "nobody") and at == 0:
            marks.banned = True
            if token != "no":
                marks.words.append("something" if token == "nothing" else "somebody")
        elif token == "nothing":
            marks.words.extend(("not", "something"))
        elif token == "BANNED":
            marks.banned = True
            marks.words = [word for word in marks.words if word not in BE]
        elif token in MARKS:
            marks.said.add(token)
        else:
            marks.words.append("NOR" if token == "NOR" else token)
    return marks


def _forbids(tokens: Sequence[str], at: int) -> bool:
    """Whether a "not" forbids, rather than tells how something is or is not."""
    before = [token for token in tokens[:at] if token not in ("BOTH", "ALWAYS", "ONLY")]
    if tokens[at] in ("AVOID", "NEITHER", "NEVER"):
        return True
    if not before or before[-1] in ("MUST", "MAY"):
        return True
    return not any(token in BE or token in SEPARATORS or lemmas(token) & {"keep", "have"} for token in before)


def _of_all(tokens: Sequence[str], at: int) -> bool:
    """Whether a ban comes after a list that it is said of: "the inlet and the drain must never be open"."""
    return tokens[at - 1] in ("MUST", "MAY") and "MUST" not in tokens[: at - 1] and tokens[0] in (ARTICLES | {"BOTH", "EITHER"})


class Simple:
    """Reads clauses that have no clause in them."""

    def __init__(self, mentions: Mentions, policy: Policy) -> None:
        self.mentions = mentions
        self.policy = policy
        self.prefix: list[str] = []

    def read(self, tokens: Sequence[str], *, hold: bool = False) -> Piece | None:
        """Meaning of a clause, or None; `hold` if "until" follows, so that a state is to be kept."""
        tokens = _stripped(tokens)
        marks = marks_of(tokens)
        if marks is None:
            return None
        if "NEEDNOT" in marks.said or "NOTBOTH" in marks.said:
            return None
        verb = _aspect(marks.words)
        form = "command"
        if "MUST" in marks.said:
            form = "must"
        if "MAY" in marks.said:
            form = "may"
        keeps, ends = bool(lemmas(verb) & KEEP), bool(lemmas(verb) & FINISH)
        words = marks.words
        if ends:
            words = _without(words, verb, ("up", "with", "by", "being"))
        if lemmas(verb) & WAIT and "for" in words[:3]:
            words = [word for word in words if word not in (verb, "for")]
        size, words = _sizes(marks, words)
        found = self._named(words, keeps or ends)
        if found is None:
            return None
        if ends or "ATEND" in marks.said:
            return self._end(marks, found, ends)
        if marks.banned:
            return self._ban(marks, found, words, size)
        return self._goal(marks, found, words, form, keeps, hold, size)

    def _named(self, words: list[str], plain: bool) -> Named | None:
        chosen = [word for word in words if word.startswith("#")]
        words = [word for word in words if not word.startswith("#")]
        if chosen and "of" in words:
            words = words[words.index("of") + 1 :]
        if not words:
            return None
        found = named(words, self.mentions)
        bare = found is None or all(one.score < 0.72 for one in found.mentions)
        if bare and self.prefix and not plain and not any(lemmas(words[0]) & lemmas(w) for w in self.prefix[:1]):
            again = named([*self.prefix, *words], self.mentions)
            found = again if again is not None and (found is None or again.score > found.score) else found
        return found

    def _end(self, marks: Marks, found: Named, ends: bool) -> Piece | None:
        lasting = all(one.lasts for one in found.mentions)
        if not (ends or lasting) or marks.numbers or _last_alone(marks.words):
            return None
        command = not ends and not any(word in BE for word in marks.words) and "MUST" not in marks.said
        acting = command and not marks.banned and any(one.verb and one.frames[0].acts for one in found.mentions)
        if acting:
            return Piece(reach(found), named=found, form="last")
        parts = found.leaves if found.op != "or" else (found.condition,)
        if marks.banned:
            parts = tuple(denied(one) for one in found.leaves)
        return Piece(all_of([Finish(one) for one in parts]), named=found, form="end")

    def _ban(self, marks: Marks, found: Named, words: list[str], size: str) -> Piece | None:
        counts = [n for n in marks.numbers if not n.startswith(BOUNDS)]
        if len(counts) != len(marks.numbers) or len(counts) > 1 or "FIRST" in marks.said or "SOON" in marks.said:
            return None
        if counts:
            limit = _limit(counts[0])
            if limit is None or found.op == "or":
                return None
            rules = tuple(self._count(one, None, limit, found) for one in found.leaves)
            return Piece(None, rules, found, "ban", count=(None, limit))
        told = bool({"NOT", "NEVER", "NEITHER", "AVOID", "MUST", "MAY"} & marks.said) or any(w in BE for w in words)
        if size or not (told or any(one.verb for one in found.mentions)):
            return None
        together = "SAME" in marks.said or ("BOTH" in words and found.op == "and" and self._both(found))
        leaves = (found.condition,) if together and found.op == "and" else found.leaves
        if found.op == "and" and not together and any(one.verb for one in found.mentions[1:]) and not any(
            word in BE for word in words
        ):
            if self._own_verbs(words) and self.policy.pick("scope", "both", "first") == "first":
                return None
        return Piece(None, tuple(never(one) for one in leaves), found, "ban", be=any(w in BE for w in words))

    def _both(self, found: Named) -> bool:
        return self.policy.pick("both", "at one step", "in all") == "at one step"

    def _own_verbs(self, words: Sequence[str]) -> bool:
        """Whether what follows "and" begins with a verb of its own."""
        after = [words[at + 1] for at, word in enumerate(words[:-1]) if word in SEPARATORS]
        return any(word not in ARTICLES and word not in PREPOSITIONS and word not in SEPARATORS for word in after)

    def _goal(
        self, marks: Marks, found: Named, words: list[str], form: str, keeps: bool, hold: bool, size: str
    ) -> Piece | None:
        be = any(word in BE for word in words)
        lasting = all(one.lasts for one in found.mentions)
        passive = not found.mentions[0].frames[0].acts and (be or form != "command")
        if not be and form == "command" and {"not", "no"} & {*words}:
            return None
        basic = Piece(
            None, (), found, form, be, passive, "SOON" in marks.said, only="ONLY" in marks.said,
            always="ALWAYS" in marks.said, later="LATER" in marks.said,
            habit=words[0] in ARTICLES and form == "command", starts=not ({*words} & STILL or any(word.endswith("ly") for word in words)),
            halts=bool({*words} & {"stop", "halt", "stops"}) and all(one.frames[0].manner for one in found.mentions), first="FIRST" in marks.said, verbs=_verbs(words),
        )  # fmt: skip
        counts = [n for n in marks.numbers if not n.startswith(BOUNDS)]
        bounds = [n for n in marks.numbers if n not in counts]
        if len(counts) + len(bounds) > 1:
            return None
        if size:
            return self._sized(basic, found, size, words)
        if counts:
            return self._counted(basic, found, counts[0])
        if bounds:
            return _bounded(basic, found, bounds[0])
        if (keeps or basic.always) and basic.verbs > 1:
            return None
        if words[0] in ("start", "begin") and not words[1].endswith("ing") and found.mentions[0].frames[0].kind == "place":
            return _with(basic, None, (Now(found.condition),), "rule") if found.op == "one" else None
        if keeps or (hold and lasting and (be or form != "command" or not _moves(words))) or basic.always:
            if not lasting or any(len(one.frames) > 1 for one in found.mentions if basic.always):
                return None
            rules = (always(found.condition),) if found.op == "or" else tuple(always(one) for one in found.leaves)
            return _with(basic, None, rules, "keep")
        if be and form == "command" and not basic.only and not _imperative(words):
            if not all(one.frames[0].kind == "deed" or not one.lasts for one in found.mentions):
                return _with(basic, None, (), "told")
        if "SAME" in marks.said and found.op == "and":
            return _with(basic, Reach(found.condition), (), form)
        return _with(basic, reach(found), (), form)

    def _counted(self, basic: Piece, found: Named, token: str) -> Piece | None:
        kind, n = token.split(":")[0][1:], number(token)
        low, high = {
            "low": (n, None), "high": (None, n), "exact": (n, n), "more": (n + 1, None), "less": (None, n - 1),
            "times": (n, None),
        }.get(kind, (None, None))  # fmt: skip
        if (low, high) == (None, None) or found.op == "or":
            return None
        if kind == "times" and n == 1:
            return _counting(_with(basic, reach(found), (), basic.form), (1, None))
        if len(found.leaves) > 1 and not basic.passive and basic.verbs > 1:
            return None
        parts = [self._count(one, low, high, found) for one in found.leaves]
        piece = _with(basic, all_of(parts), (), basic.form) if low else _with(basic, None, tuple(parts), "limit")
        return _counting(piece, (low, high))

    def _sized(self, basic: Piece, found: Named, size: str, words: Sequence[str]) -> Piece | None:
        """Read "three photos", "at least two of a, b and c"."""
        kind, n = size.split(":")[0][1:], number(size)
        if len(found.leaves) > 1:
            if kind not in ("atleast", "any") or basic.verbs > 1 or "of" not in words or n > len(found.leaves):
                return None
            return _with(basic, SomeOf(tuple(Reach(one) for one in found.leaves), n), (), basic.form)
        if found.mentions[0].lasts and found.mentions[0].frames[0].kind != "have":
            return None
        low, high = {"atleast": (n, None), "atmost": (None, n), "exactly": (n, n), "any": (n, None)}[kind]
        parts = self._count(found.leaves[0], low, high, found)
        piece = _with(basic, parts, (), basic.form) if low else _with(basic, None, (parts,), "limit")
        return _counting(piece, (low, high))

    def _count(self, one: Condition, low: int | None, high: int | None, found: Named) -> Clause:
        lasts = next((m.lasts for m in found.mentions if m.condition == one), True)
        return Count(one, low, high, "visit" if lasts else "step")


def _stripped(tokens: Sequence[str]) -> list[str]:
    kept = list(tokens)
    while kept and kept[-1] in (",", "AND", "BUT", "OR"):
        kept.pop()
    while kept and kept[0] in (",", "AND", "BUT"):
        kept.pop(0)
    return kept


def _last_alone(words: Sequence[str]) -> bool:
    """Whether a list of commands may tell of the end with its last one only."""
    return _verbs(words) > 1


def _aspect(words: Sequence[str]) -> str:
    """The verb that tells to keep, to end or to wait, in the first part of a list."""
    for at, word in enumerate(words):
        if word in SEPARATORS:
            break
        if lemmas(word) & (KEEP | FINISH | WAIT) and not word.endswith("ed") and not (at and words[at - 1] in ARTICLES):
            return word
    return ""


def _without(words: Sequence[str], verb: str, after: Sequence[str]) -> list[str]:
    at = list(words).index(verb)
    kept = list(words[at + 1 :])
    while kept and kept[0] in after:
        kept.pop(0)
    before = [word for word in words[:at] if word not in AGENTS]
    return [*before, *kept]


def _sizes(marks: Marks, words: list[str]) -> tuple[str, list[str]]:
    """A number of things ("#atleast:two", "three photos"), and the other words."""
    sizes = [word for word in words if word.startswith("#")]
    if sizes:
        marks.numbers = [n for n in marks.numbers if n not in sizes]
        return sizes[0], [*words]
    for at, word in enumerate(words[:-1]):
        following = words[at + 1]
        if word in NUMBERS and word != "one" and following.endswith("s") and (not at or words[at - 1] not in ARTICLES):
            if at and words[at - 1] in ("all", "BOTH", "each", "every"):
                continue
            return f"#any:{word}", [*words[:at], *words[at + 1 :]]
    return "", words


def _limit(token: str) -> int | None:
    kind, n = token.split(":")[0][1:], number(token)
    return {"times": n - 1, "nth": n - 1, "high": n, "more": n, "low": n - 1}.get(kind)


def _bounded(basic: Piece, found: Named, token: str) -> Piece | None:
    kind, n = token.split(":")[0][1:], number(token)
    conditions = (found.condition,) if found.op == "or" else found.leaves
    if kind == "for":
        goal: Clause = Reach(And(conditions) if len(conditions) > 1 else conditions[0], steps=n)
        return _with(basic, goal, (), "command")
    last = n if kind == "within" else n - 1
    if last < 0:
        return None
    piece = _with(basic, all_of([Within(one, 0, last) for one in conditions]), (), basic.form)
    return replace(piece, steps=n)


def _with(basic: Piece, goal: Clause | None, rules: tuple[Clause, ...], form: str) -> Piece:
    return replace(basic, goal=goal, rules=rules, form=form)


def _counting(piece: Piece, count: tuple[int | None, int | None]) -> Piece:
    return replace(piece, count=count)


def _verbs(words: Sequence[str]) -> int:
    """How many commands a list holds: segments that do not begin like a noun phrase."""
    starts = [words[0]] if words else []
    starts += [words[at + 1] for at, word in enumerate(words[:-1]) if word in SEPARATORS and words[at + 1] not in SEPARATORS]
    own = [word for word in starts[1:] if word not in ARTICLES and word not in PREPOSITIONS and word.islower()]
    return 1 + len(own)


def _imperative(words: Sequence[str]) -> bool:
    return bool(words) and words[0] == "be"


def _moves(words: Sequence[str]) -> bool:
    """Whether a clause commands to bring something about ("go", "open"), so that it does not tell what to keep."""
    first = next((word for word in words if word not in ARTICLES and word not in AGENTS), "")
    return bool(lemmas(first) & {"go", "get", "visit", "reach", "open", "close", "turn", "switch", "enter", "drive", "move"})
