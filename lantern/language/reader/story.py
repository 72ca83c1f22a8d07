"""Clauses of a text put together: stages in order, what is to be so at the end, and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lantern.language.ast import (
    AllOf,
    Always,
    Clause,
    Condition,
    Count,
    Never,
    NotBefore,
    Or,
    Reach,
    Task,
    Until,
    Within,
    walk,
)
from lantern.language.ast import Sequence as Sequence_
from lantern.language.making import denied
from lantern.language.reader.pieces import Linked, Piece, Policy, all_of, always, never, one_of, steps

_ORDER = ("order", "any order", "in order")


@dataclass
class Story:
    """What has been told so far."""

    policy: Policy
    stages: list[list[Clause]] = field(default_factory=list)
    rules: list[Clause] = field(default_factory=list)
    ends: list[Clause] = field(default_factory=list)

    def add(self, sentence: Sequence[Linked], *, any_order: bool, in_order: bool) -> bool:
        """Add the clauses of a sentence; False if they do not fit what was told."""
        if not sentence or not _hangs_together(sentence):
            return not sentence
        ordered = in_order or (not any_order and self._ordered(sentence))
        for at, (link, piece) in enumerate(sentence):
            fresh = at == 0 and bool(self.stages) and "THEN" not in link and piece.goal is not None
            if fresh and piece.form not in ("end", "rule") and not (piece.first or self._goes_on(piece)):
                link = "THEN" if self.policy.pick(*_ORDER) == "in order" else link
            elif at and ordered and link in ("", ",") and piece.goal is not None:
                link = "THEN"
            if not self._take(link, piece, ordered):
                return False
        return True

    def _ordered(self, sentence: Sequence[Linked]) -> bool:
        """Whether the commands of a sentence are to be carried out in the order of the text."""
        if _comma_chain(sentence) or _undone(sentence):
            return True
        row = _longest_row(sentence)
        if row < 3:
            return False
        commands = sum(piece.verbs for _, piece in sentence if _commands(piece))
        if row == commands - 1 and any(link == "THEN" for link, _ in sentence[1:]):
            return True
        named = [one for _, piece in sentence if piece.named is not None for one in piece.named.mentions]
        if not all(frame.kind == "place" and frame.acts for one in named for frame in one.frames):
            return True  # three deeds and more are done as they are told
        return self.policy.pick(*_ORDER) == "in order"

    def _goes_on(self, piece: Piece) -> bool:
        """Whether a goal begins with what was told last ("get wood. after getting wood, ...")."""
        again = isinstance(piece.goal, Sequence_) and bool(self.stages)
        return again and isinstance(piece.goal, Sequence_) and self.stages[-1] == [piece.goal.parts[0]]

    def _take(self, link: str, piece: Piece, ordered: bool) -> bool:
        allowed = link == "ONLYTHEN" and piece.form == "may"
        if allowed and self.policy.pick("only-if", "only a rule", "to be done") == "to be done":
            allowed, piece = False, replace(piece, form="command")
        if (piece.form in ("may", "told", "none", "wait") and not allowed) or piece.only:
            return False
        if piece.soon and not piece.bound:
            return False
        if link == "OR":
            return self._choose(piece)
        if link == "ONLYTHEN":
            if not self._only_then(piece) or allowed:
                return allowed
            link = "THEN"
        if piece.back or piece.between:
            return self._before_that(piece) if piece.back else self._between(piece)
        if piece.form == "keep":
            return self._keep(link, piece)
        if piece.form == "end" and piece.goal is not None:
            self.ends.append(piece.goal)
            self.rules.extend(piece.rules)
            return True
        return self._rule(link, piece) if piece.goal is None else self._done(link, piece, ordered)

    def _rule(self, link: str, piece: Piece) -> bool:
        """Add what is no more than rules; after "then" they begin only there."""
        later = all(isinstance(rule, Never | NotBefore) for rule in piece.rules)
        if link == "THEN" and any(isinstance(r, Never) and self._there(r.condition) for r in piece.rules):
            return False  # "go to the cellar; after that, never go there"
        follows = link == "THEN" and later and piece.form in ("ban", "rule")
        stays = piece.form == "ban" and all(  # "go to the base and never leave it"
            isinstance(rule, Always) and self._there(rule.condition) for rule in piece.rules
        )
        if self.stages and (follows or stays):
            self.stages.append(list(piece.rules))
        else:
            self.rules.extend(piece.rules)
        return bool(piece.rules)

    def _done(self, link: str, piece: Piece, ordered: bool) -> bool:
        """Add something to be done."""
        assert piece.goal is not None
        if piece.form == "until" and isinstance(piece.goal, Until):
            if self._there(piece.goal.hold):
                link = "THEN"
            elif self.stages and link != "THEN":
                return False
        if self._told_to_be(piece) and piece.named is not None:
            self.rules.extend(always(one) for one in piece.named.leaves)
            return True
        if not self._goal(link, piece, ordered):
            return False
        self.rules.extend(piece.rules)
        if len(self.stages) == 1 and len(self.stages[0]) == 1:
            self.rules.extend(piece.firsts)
        return True

    def _told_to_be(self, piece: Piece) -> bool:
        """Whether "the valve must be open" asks for it at every step, which it leaves open."""
        doubtful = piece.form == "must" and piece.be and piece.passive
        plain = not (piece.bound or piece.count or piece.steps or piece.first or piece.later)
        if not (doubtful and plain) or piece.named is None or piece.named.op == "or":
            return False
        if not all(one.states for one in piece.named.mentions):
            return False
        return self.policy.pick("lasting", "at some step", "at every step") == "at every step"

    def _goal(self, link: str, piece: Piece, ordered: bool) -> bool:
        """Put a goal in its place; False if it was told before and it is not clear what that means."""
        assert piece.goal is not None
        told = {_reached(part) for stage in self.stages for part in stage}
        again = bool(_reached(piece.goal)) and any(_reached(piece.goal) & one for one in told)
        if again and piece.lastly and link == "THEN":
            self._forget(piece.goal)
            again = False
        if (
            again
            and isinstance(piece.goal, Reach)
            and piece.goal.steps > 1
            and self._there(piece.goal.condition)
        ):
            self.stages[-1] = [
                part for part in self.stages[-1] if not (_reached(part) & _reached(piece.goal))
            ]
            self.stages[-1].append(piece.goal)  # "go to the hall and stay there for three steps"
            return True
        if again and (piece.first or (self.stages and link != "THEN" and not ordered)):
            return False
        if again and link == "THEN" and isinstance(piece.goal, Reach) and piece.named and not piece.lasting:
            piece = replace(piece, goal=replace(piece.goal, anew=True))
        assert piece.goal is not None
        parts: Sequence[Clause] = [piece.goal]
        if ordered and isinstance(piece.goal, AllOf):
            parts = piece.goal.parts
        if self._goes_on(piece) and isinstance(piece.goal, Sequence_):
            self.stages.append([steps(piece.goal.parts[1:])])
        elif piece.first and self.stages:
            self.stages.insert(len(self.stages) - 1, [piece.goal])
        elif link == "THEN" or piece.form == "last" or not self.stages or ordered:
            for part in parts if ordered else [piece.goal]:
                self.stages.append([part])
        else:
            self.stages[-1].append(piece.goal)
        return True

    def _forget(self, goal: Clause) -> None:
        """Take back what was told: "visit all rooms, the hall last"."""
        late = _reached(goal)
        for stage in self.stages:
            parts = [part for one in stage for part in (one.parts if isinstance(one, AllOf) else (one,))]
            stage[:] = [part for part in parts if not (_reached(part) & late)]

    def _there(self, *conditions: Condition) -> bool:
        """Whether the last stage reached all of some conditions."""
        nodes = [node for stage in self.stages[-1:] for part in stage for node in walk(part)]
        return {*conditions} <= {node.condition for node in nodes if isinstance(node, Reach)}

    def _keep(self, link: str, piece: Piece) -> bool:
        kept = [
            (rule.condition if isinstance(rule, Always) else denied(rule.condition))
            for rule in piece.rules
            if isinstance(rule, Always | Never)
        ]
        if len(kept) != len(piece.rules) or any(str(one) in str(rule) for one in kept for rule in self.rules):
            return False
        nodes = [node for stage in self.stages[-1:] for part in stage for node in walk(part)]
        if any(isinstance(node, Within) and node.condition in kept for node in nodes):
            return False  # "be there within three steps and stay": from when on?
        if self.stages and self._there(*kept):
            self.stages.append(list(piece.rules))
        elif link == "THEN" and any(isinstance(part, Until) for stage in self.stages for part in stage):
            return False
        elif link == "THEN" and self.stages:
            self.stages.append([Reach(one) for one in kept])
            self.stages.append(list(piece.rules))
        else:
            self.rules.extend(piece.rules)
        return True

    def _only_then(self, piece: Piece) -> bool:
        """Let nothing of a goal come before what was told last."""
        last = self.stages[-1] if len(self.stages) == 1 else []
        firsts = [part.condition for part in last if isinstance(part, Reach)]
        if not firsts or len(firsts) != len(last) or not isinstance(piece.goal, Reach):
            return False
        self.rules.extend(NotBefore(piece.goal.condition, first) for first in firsts)
        return True

    def _choose(self, piece: Piece) -> bool:
        """Let a goal be a choice beside the last one."""
        if piece.goal is None or piece.rules or not self.stages or len(self.stages[-1]) != 1 or self.rules:
            return False
        last, goal = self.stages[-1][0], piece.goal
        plain = isinstance(last, Reach) and isinstance(goal, Reach) and last.steps == goal.steps == 1
        if plain and isinstance(last, Reach) and isinstance(goal, Reach):
            self.stages[-1] = [Reach(Or((last.condition, goal.condition)))]
        else:
            self.stages[-1] = [one_of([last, goal])]
        return True

    def _before_that(self, piece: Piece) -> bool:
        """Read "do not b before that"."""
        nodes = [node for stage in self.stages[-1:] for part in stage for node in walk(part)]
        firsts = [node.condition for node in nodes if isinstance(node, Reach)]
        banned = [rule.condition for rule in piece.rules if isinstance(rule, Never)]
        if firsts and piece.form == "ban":
            self.rules.extend(NotBefore(one, first) for one in banned for first in firsts)
            return bool(banned)
        if not firsts or piece.goal is None:
            return False
        self.stages.insert(len(self.stages) - 1, [piece.goal])
        return True

    def _between(self, piece: Piece) -> bool:
        """Read "visit a twice and go to b in between"."""
        twice = self.stages[-1] if self.stages else []
        count = twice[0] if len(twice) == 1 else None
        goal = piece.goal
        if not (isinstance(count, Count) and isinstance(goal, Reach)) or piece.rules or piece.form == "end":
            return False
        if (count.at_least, count.at_most) != (2, None) or goal.condition == count.condition:
            return False
        one = Reach(count.condition)
        self.stages[-1:] = [[one], [goal], [one]]
        return True

    def not_both(self) -> bool:
        """Let the last choice be of one thing only."""
        if len(self.stages) != 1 or len(self.stages[-1]) != 1:
            return False
        last = self.stages[-1][0]
        if not (
            isinstance(last, Reach) and isinstance(last.condition, Or) and len(last.condition.parts) == 2
        ):
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
        if any(_entangled(stage) for stage in self.stages):
            return None
        goal = self.goal()
        goals = [*([goal] if goal is not None else []), *self.ends]
        clauses: list[Clause] = [all_of(goals)] if goals else []
        clauses.extend(self.rules)
        return Task(tuple(dict.fromkeys(clauses))) if clauses else None


def _reached(goal: Clause) -> frozenset[Condition]:
    """Conditions that a goal reaches, each by itself."""
    if isinstance(goal, AllOf):
        return frozenset().union(*map(_reached, goal.parts))
    return frozenset({goal.condition}) if isinstance(goal, Reach) else frozenset()


def _entangled(stage: Sequence[Clause]) -> bool:
    """Whether chains side by side share a goal ("a after b and b after c")."""
    told = [{str(node) for node in walk(part) if isinstance(node, Reach)} for part in stage]
    chains = any(isinstance(part, Sequence_) for part in stage)
    return chains and any(one & other for at, one in enumerate(told) for other in told[at + 1 :])


def _hangs_together(sentence: Sequence[Linked]) -> bool:
    """Whether it is clear how far a choice and "at the end" reach, and when something is "always" done."""
    pieces = [piece for _, piece in sentence]
    if len(sentence) > 2 and any(link == "OR" for link, _ in sentence):
        return False
    last = pieces[-1].form
    ends = any(piece.form == "end" for piece in pieces[:-1])
    if ends and (last in ("command", "must") or (pieces[0].later and last != "end")):
        return False
    return not any(piece.always and piece.form == "must" and not piece.bound for piece in pieces)


def _commands(piece: Piece) -> bool:
    return piece.goal is not None and piece.form in ("command", "must")


def _longest_row(sentence: Sequence[Linked]) -> int:
    """Most commands in a row without "then"."""
    longest = row = 0
    for link, piece in sentence:
        row = (0 if link == "THEN" else row) + (piece.verbs if _commands(piece) else 0)
        longest = max(longest, row)
    return longest


def _comma_chain(sentence: Sequence[Linked]) -> bool:
    """Whether commands stand in a row with mere commas, before a "then"."""
    at = next((i for i, (link, _) in enumerate(sentence) if i and "THEN" in link), 0)
    told = all(piece.form == "command" and piece.goal is not None for _, piece in sentence[:at])
    return at > 1 and told and all(link == "," for link, _ in sentence[1:at])


def _undone(sentence: Sequence[Linked]) -> bool:
    """Whether something is brought about and taken back ("open the tap and close it again")."""
    goals = [piece.goal for _, piece in sentence if piece.goal is not None and piece.form != "until"]
    reached = [node.condition for goal in goals for node in walk(goal) if isinstance(node, Reach)]
    return any(denied(one) in reached for one in reached)
