"""What follows "if", "when", "after", "until": conditions, and whether they are states or events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lantern.language.ast import Clause, Condition, Count, Reach
from lantern.language.reader.frames import BE
from lantern.language.reader.lists import SEPARATORS, Named, named
from lantern.language.reader.mentions import Mentions
from lantern.language.reader.pieces import all_of, reach
from lantern.language.reader.texts import number

# Marks that say nothing in a condition.
_QUIET = frozenset({"BOTH", "ALWAYS"})


@dataclass(frozen=True, slots=True)
class Cond:
    """A condition. `perfect` if it is told as done ("has been opened"), `own` if who acts brings it about."""

    named: Named
    perfect: bool = False
    gerund: bool = False
    be: bool = False
    times: int = 0
    together: bool = False
    every: bool = False

    @property
    def state(self) -> bool:
        """Whether it goes on rather than happens."""
        lasting = all(one.lasts for one in self.named.mentions)
        done = self.perfect or (self.gerund and not self.be)
        moved = any(one.verb and one.frames[0].kind == "place" and not self.be for one in self.named.mentions)
        return lasting and not done and not moved

    @property
    def lasts(self) -> bool:
        """Whether all that was named goes on for some steps."""
        return all(one.lasts for one in self.named.mentions)

    @property
    def world(self) -> bool:
        """Whether nobody in the task brings it about."""
        return all(one.frames[0].world for one in self.named.mentions)

    @property
    def own(self) -> bool:
        """Whether who acts in the task does it."""
        return all(frame.acts or frame.kind == "have" for one in self.named.mentions for frame in one.frames)

    @property
    def condition(self) -> Condition:
        """All of it, or any of it, at one step."""
        return self.named.condition

    @property
    def leaves(self) -> tuple[Condition, ...]:
        """Conditions one by one."""
        return (self.named.condition,) if self.named.op == "or" else self.named.leaves

    @property
    def goal(self) -> Clause:
        """Bringing it about."""
        if self.times:
            one = self.named.mentions[0]
            return Count(one.condition, self.times, None, "visit" if one.lasts else "step")
        if self.together:
            return Reach(self.named.condition)
        return all_of([reach(part) for part in self.named.parts]) if self.named.op == "and" else reach(self.named)


def condition(tokens: Sequence[str], mentions: Mentions) -> Cond | None:
    """Read a condition; None where a word is not explained."""
    words: list[str] = []
    times = 0
    every = False
    kept = [token for token in tokens if token not in _QUIET or token == "BOTH"]
    for at, token in enumerate(kept):
        if token.startswith(("#times", "#low")):
            times = number(token)
        elif token.startswith("#"):
            return None
        elif token in ("each", "every"):
            every = True
        elif token == "NEVER":
            return None
        elif token in ("NOT", "not"):
            if (not at or kept[at - 1] in SEPARATORS) and not any(one in BE for one in kept[:at]):
                return None
            words.append("not")
        elif token in ("stops", "stop", "stopped") and at + 1 < len(kept) and kept[at + 1].endswith("ing"):
            words.append("not")
        elif token in ("starts", "start", "begins") and at + 1 < len(kept) and kept[at + 1].endswith("ing"):
            continue
        elif token == "SAME":
            words.append("SAME")
        elif token == "EITHER" or token in ("AND", "OR", ",", "NOR", "BOTH"):
            words.append(token)
        elif token.isupper() and token.isalpha() and len(token) > 1:
            return None
        else:
            words.append(token)
    together = "SAME" in words
    words = [word for word in words if word != "SAME"]
    found = named(words, mentions)
    if found is None and words[:1] and words[0] in ("in", "at", "on", "inside", "near", "there"):
        found = named(["be", *words], mentions)
    if found is None or (times and len(found.mentions) > 1):
        return None
    perfect = any(word in ("has", "have", "having", "had") for word in words) and (
        any(word in ("been", "gone") or word.endswith("ed") for word in words) or any(m.verb for m in found.mentions)
    ) and not all(m.frames[0].kind == "have" and not m.frames[0].acts for m in found.mentions)
    if all(frame.kind == "have" for m in found.mentions for frame in m.frames) and "been" not in words:
        perfect = False
    gerund = words[0].endswith("ing") and words[0] not in ("being", "having")
    be = any(word in BE for word in words)
    return Cond(found, perfect, gerund, be, times, together, every)
