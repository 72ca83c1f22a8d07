"""Clauses of a text put together: stages in order, what is to be so at the end, and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lantern.language.ast import (
    AllOf,
    Always,
    Clause,
    Condition,
    Never,
    NotBefore,
    Or,
    Reach,
    Task,
    Until,
    walk,
)
from lantern.language.reader.lists import denied
from lantern.language.reader.pieces import Linked, Piece, Policy, all_of, always, never, one_of, steps


@dataclass
class Story:
    """What has been told so far."""

    policy: Policy
    stages: list[list[Clause]] = field(default_factory=list)
    rules: list[Clause] = field(default_factory=list)
    ends: list[Clause] = field(default_factory=list)
    said: int = 0

    def add(self, sentence: Sequence[Linked], *, any_order: bool, in_order: bool) -> bool:
        """Add the clauses of a sentence; False if they do not fit what was told."""
        plain = [piece for _, piece in sentence if piece.goal is not None and piece.form in ("command", "must")]
        commands = sum(piece.verbs for piece in plain)
        thens = [link == "THEN" for link, _ in sentence]
        ordered = in_order
        row = self._longest_row(sentence)
        if any_order or in_order:
            pass
        elif self._comma_chain(sentence) or _undone(sentence):
            ordered = True
        elif row > 2:
            if any(thens[1:]) and row == commands - 1:
                ordered = True
            else:
                ordered = self.policy.pick("order", "any order", "in order") == "in order"
        if len(sentence) > 2 and any(link == "OR" for link, _ in sentence):
            return False
        if any(piece.form == "end" for _, piece in sentence[:-1]) and sentence[-1][1].form in ("command", "must"):
            return False
        for at, (link, piece) in enumerate(sentence):
            fresh = at == 0 and bool(self.stages) and "THEN" not in link and piece.goal is not None
            if fresh and piece.form not in ("end", "rule") and not piece.first:
                link = "THEN" if self.policy.pick("order", "any order", "in order") == "in order" else link
            if not self._take("THEN" if at and ordered and link in ("", ",") and piece.goal else link, piece, ordered, at == 0):
                return False
        self.said += bool(commands)
        return True

    def _longest_row(self, sentence: Sequence[Linked]) -> int:
        longest = row = 0
        for link, piece in sentence:
            row = 0 if link == "THEN" else row
            row += piece.verbs if piece.goal is not None and piece.form in ("command", "must") else 0
            longest = max(longest, row)
        return longest

    def _comma_chain(self, sentence: Sequence[Linked]) -> bool:
        """Whether commands stand in a row with mere commas, before a "then"."""
        at = next((i for i, (link, _) in enumerate(sentence) if i and "THEN" in link), 0)
        return at > 1 and all(link == "," for link, _ in sentence[1:at]) and all(
            piece.form == "command" and piece.goal is not None for _, piece in sentence[:at]
        )

    def _take(self, link: str, piece: Piece, ordered: bool, opens: bool) -> bool:
        if link == "ONLYTHEN" and piece.form == "may" and not piece.only:
            return self._only_then(piece)
        if piece.form in ("may", "told", "none", "wait") or piece.only:
            return False
        if link == "OR":
            return self._choose(piece)
        if piece.soon and not piece.bound:
            return False
        if link == "ONLYTHEN" and not self._only_then(piece):
            return False
        link = "THEN" if link == "ONLYTHEN" else link
        if piece.back:
            return self._before_that(piece)
        if piece.form == "keep":
            return self._keep(link, piece)
        if piece.form == "until" and isinstance(piece.goal, Until) and self._there(piece.goal.hold):
            self.stages.append([piece.goal])
            return True
        if piece.form == "until" and self.stages and link not in ("THEN",):
            return False
        if piece.form == "end":
            if piece.goal is None:
                return False
            self.ends.append(piece.goal)
            self.rules.extend(piece.rules)
            return True
        if piece.goal is None:
            later = all(isinstance(rule, Never | NotBefore) for rule in piece.rules)
            if link == "THEN" and later and piece.form in ("ban", "rule") and self.stages:
                self.stages.append(list(piece.rules))
            elif piece.form == "ban" and self.stages and all(isinstance(r, Always) and self._there(r.condition) for r in piece.rules):
                self.stages.append(list(piece.rules))  # "go to the base and never leave it"
            else:
                self.rules.extend(piece.rules)
            return bool(piece.rules)
        if self._told_to_be(piece):
            self.rules.extend(always(one) for one in piece.named.leaves)  # type: ignore[union-attr]
            return True
        self._goal(link, piece, ordered)
        self.rules.extend(piece.rules)
        if len(self.stages) == 1 and len(self.stages[0]) == 1:
            self.rules.extend(piece.firsts)
        return True

    def _told_to_be(self, piece: Piece) -> bool:
        """Whether "the valve must be open" asks for it at every step, which it leaves open."""
        named = piece.named
        doubtful = piece.form == "must" and piece.be and piece.passive and not piece.bound and named is not None
        if not doubtful or named is None or named.op == "or" or piece.count or piece.steps or piece.first or piece.later:
            return False
        if not all(one.states for one in named.mentions):
            return False
        return self.policy.pick("lasting", "at some step", "at every step") == "at every step"

    def _goal(self, link: str, piece: Piece, ordered: bool) -> None:
        assert piece.goal is not None
        parts: Sequence[Clause] = [piece.goal]
        if ordered and isinstance(piece.goal, AllOf):
            parts = piece.goal.parts
        if piece.first and self.stages:
            self.stages.insert(len(self.stages) - 1, [piece.goal])
        elif link == "THEN" or piece.form == "last" or not self.stages or ordered:
            for part in parts if ordered else [piece.goal]:
                self.stages.append([part])
        else:
            self.stages[-1].append(piece.goal)

    def _there(self, *conditions: Condition) -> bool:
        """Whether the last stage reached all of some conditions."""
        nodes = [node for stage in self.stages[-1:] for part in stage for node in walk(part)]
        return {*conditions} <= {node.condition for node in nodes if isinstance(node, Reach)}

    def _keep(self, link: str, piece: Piece) -> bool:
        kept = [(rule.condition if isinstance(rule, Always) else denied(rule.condition)) for rule in piece.rules if isinstance(rule, Always | Never)]
        if len(kept) != len(piece.rules):
            return False
        if self.stages and self._there(*kept):
            self.stages.append(list(piece.rules))
        elif link == "THEN" and self.stages:
            self.stages.append([Reach(one) for one in kept])
            self.stages.append(list(piece.rules))
        else:
            self.rules.extend(piece.rules)
        return True

    def _only_then(self, piece: Piece) -> bool:
        """Let nothing of a goal come before what was told last."""
        firsts = [part.condition for part in self.stages[-1] if isinstance(part, Reach)] if self.stages else []
        if not firsts or len(self.stages) > 1 or len(firsts) != len(self.stages[-1]) or not isinstance(piece.goal, Reach):
            return False
        self.rules.extend(NotBefore(piece.goal.condition, first) for first in firsts)
        return True

    def _choose(self, piece: Piece) -> bool:
        if piece.goal is None or piece.rules or not self.stages or len(self.stages[-1]) != 1 or self.rules:
            return False
        last = self.stages[-1][0]
        if isinstance(last, Reach) and isinstance(piece.goal, Reach) and not (last.avoiding or piece.goal.avoiding):
            if last.steps == piece.goal.steps == 1:
                self.stages[-1] = [Reach(Or((last.condition, piece.goal.condition)))]
                return True
        self.stages[-1] = [one_of([last, piece.goal])]
        return True

    def _before_that(self, piece: Piece) -> bool:
        firsts = [node.condition for part in self.stages[-1:] for clause in part for node in walk(clause) if isinstance(node, Reach)]
        if not firsts:
            return False
        if piece.form == "ban":
            banned = [rule.condition for rule in piece.rules if isinstance(rule, Never)]
            self.rules.extend(NotBefore(one, first) for one in banned for first in firsts)
            return bool(banned)
        if piece.goal is None:
            return False
        self.stages.insert(len(self.stages) - 1, [piece.goal])
        return True

    def not_both(self) -> bool:
        """Let the last choice be of one thing only."""
        if not self.stages or len(self.stages[-1]) != 1:
            return False
        last = self.stages[-1][0]
        if not (isinstance(last, Reach) and isinstance(last.condition, Or) and len(last.condition.parts) == 2):
            return False
        a, b = last.condition.parts
        self.stages[-1] = [one_of([all_of([Reach(a), never(b)]), all_of([Reach(b), never(a)])])]
        return True

    def goal(self) -> Clause | None:
        """What is to be done, stage by stage."""
        stages = [all_of(stage) for stage in self.stages if stage]
        return steps(stages) if stages else None

    def task(self) -> Task | None:
        """The whole of it."""
        goal = self.goal()
        goals = [*([goal] if goal is not None else []), *self.ends]
        clauses: list[Clause] = [all_of(goals)] if goals else []
        clauses.extend(self.rules)
        return Task(tuple(dict.fromkeys(clauses))) if clauses else None


def _undone(sentence: Sequence[Linked]) -> bool:
    """Whether something is brought about and taken back in one sentence ("open the tap and close it again")."""
    goals = [piece.goal for _, piece in sentence if piece.goal is not None and piece.form != "until"]
    reached = [node.condition for goal in goals for node in walk(goal) if isinstance(node, Reach)]
    return any(denied(one) in reached for one in reached)


__all__ = ["Condition", "Story"]
