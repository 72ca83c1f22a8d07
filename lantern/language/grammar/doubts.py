"""Doubts that the words leave although the grammar derives them in one way only, and how to settle them."""

from __future__ import annotations

from lantern.language.ast import Condition, NotBefore, Reach, Sequence, Task
from lantern.language.grammar.conventions import Conventions
from lantern.language.semantics import is_goal

Choices = tuple[tuple[str, str], ...]

BECAUSE = {
    ("origin", "is the start"): "the place named with 'from' is where the agent is already",
    ("origin", "is visited"): "the place named with 'from' is to be visited first",
    ("goal", "only rules"): "nothing has to be done; it is only said what must not come too early",
    ("goal", "to be done"): "what must not come too early is to be done as well",
    ("only-if", "to be done"): "what is allowed only on a condition is to be done",
    ("only-if", "only a rule"): "it is only said when it is allowed, not that it is to be done",
    ("order", "any order"): "the sentences may be carried out in any order",
    ("order", "in order"): "the sentences are to be carried out one after the other",
    ("or", "last"): "what comes after 'or' and 'then' belongs to the last alternative",
    ("or", "all before"): "what comes after 'or' is instead of all that was said before it",
    ("or", "the last two"): "'or' chooses between the last two only",
    ("or", "all"): "what comes after 'or' and 'then' follows either alternative",
    ("lasting", "at some step"): "what must be so need only be so at some step",
    ("lasting", "at every step"): "what must be so must be so at every step",
    ("each", "every time"): "it holds every time that the one happens",
    ("each", "once"): "both are to be done once, the one right after the other",
    ("scope", "both"): "'not' is said of both",
    ("scope", "first"): "'not' is said of the first only",
    ("trigger", "both"): "the condition at the beginning holds for both clauses",
    ("trigger", "first"): "the condition at the beginning holds for the clause after it only",
    ("reach", "both"): "the condition at the end holds for both clauses",
    ("reach", "last"): "the condition at the end holds for the clause before it only",
    ("unless", "at that step"): "what is named with 'unless' must be so at that very step",
    ("unless", "at some step before"): "what is named with 'unless' must have been so at some step",
    ("instead", "not needed"): "what is named with 'instead' need not be done",
    ("instead", "forbidden"): "what is named with 'instead' must not be done",
    ("follows", "all"): "what comes after 'then' follows all that was said side by side",
    ("follows", "last"): "what comes after 'then' follows only the chain that was told last",
    ("when", "at that step"): "what is forbidden with 'when' is forbidden at that very step",
    ("when", "from then on"): "what is forbidden with 'when' is forbidden from then on",
    ("both", "in all"): "not both of them are to happen in the whole episode",
    ("both", "at one step"): "both of them must not be so at the same step",
    ("counted", "from the start"): "the steps are counted from the start of the episode",
    ("counted", "from what was before"): "the steps are counted from what was said before",
    ("repeat", "once"): "what is named twice in a row is the same visit",
    ("repeat", "again"): "what is named twice in a row is to be done again",
}


def because(choices: Choices) -> str:
    """English for what a reading takes the doubtful words to mean."""
    return "; ".join(BECAUSE[choice] for choice in choices if choice in BECAUSE)


def alternatives(task: Task, choices: Choices, conventions: Conventions) -> list[tuple[Task, Choices]]:
    """The task, and what else the same words may mean; the preferred meaning first."""
    last = _end_of_chain(task)
    if last is not None and conventions.goal != "rules":
        done = Task((*task.clauses, Reach(last)))
        if conventions.goal == "done":
            return [(done, choices)]
        return [(task, (*choices, ("goal", "only rules"))), (done, (*choices, ("goal", "to be done")))]
    merged = _without_repeats(task)
    if merged is not None:
        return [(task, (*choices, ("repeat", "again"))), (merged, (*choices, ("repeat", "once")))]
    return [(task, choices)]


def _end_of_chain(task: Task) -> Condition | None:
    """Last member of a chain "not c before b, not b before a" in a text that asks for nothing to be done."""
    rules = [clause for clause in task.clauses if isinstance(clause, NotBefore)]
    if len(rules) < 2 or any(is_goal(clause) for clause in task.clauses):
        return None
    firsts = {rule.first for rule in rules}
    ends = {rule.condition for rule in rules} - firsts
    linked = firsts & {rule.condition for rule in rules}
    return next(iter(ends)) if linked and len(ends) == 1 else None


def _without_repeats(task: Task) -> Task | None:
    """Task in which a goal that follows itself at once is met once ("a then b, then b followed by c")."""
    clauses = tuple(_merged(clause) if isinstance(clause, Sequence) else clause for clause in task.clauses)
    return Task(clauses) if clauses != task.clauses else None


def _merged(sequence: Sequence) -> Sequence:
    parts = sequence.parts
    kept = tuple(part for i, part in enumerate(parts) if i == 0 or part != parts[i - 1])
    # Two in a row may be meant ("wood, wood, factory"); a chain of such pairs is a way of telling an order.
    return Sequence(kept, sequence.order) if len(parts) - len(kept) > 1 else sequence
