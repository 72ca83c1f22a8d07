"""Choices whose options are several clauses long: "either a, then b; or c, then d. After that e"."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lantern.language.ast import AllOf, Clause, OneOf, Task
from lantern.language.grammar.phrases import Draft

if TYPE_CHECKING:
    from lantern.language.grammar.story import Item

_OPENS = frozenset({"ONEOF", "EITHER"})
_THEN = frozenset({"THEN", "ONLYTHEN", "FINALLY"})


def gather(items: Sequence[Item], tell: Callable[[Sequence[Item]], Task | None]) -> Sequence[Item]:
    """Make one item of a choice whose options have steps of their own.

    The choice opens with "either" or "one of the following", its options begin at each "or", and it ends with
    the sentence: a new sentence that says "then" follows whichever option was taken.

    Parameters
    ----------
    items : sequence of Item
        The clauses of a text.
    tell : callable
        Makes a task of a row of clauses.
    """
    items = _announced(items)
    opened = next((at for at, item in enumerate(items) if item.link & _OPENS), None)
    if opened is None:
        return items
    starts = [at for at, item in enumerate(items) if at > opened and "OR" in item.link]
    steps = [
        at for at, item in enumerate(items) if opened < at < max(starts, default=0) and item.link & _THEN
    ]
    if not starts or not (steps or _rules(items[opened:])):
        return items
    rest = range(starts[-1] + 1, len(items))
    end = next((at for at in rest if "BREAK" in items[at].link and items[at].link & _THEN), len(items))
    bounds = [opened, *starts, end]
    options = [_option(items[start:stop], tell) for start, stop in itertools.pairwise(bounds)]
    if None in options:
        return items
    goal = OneOf(tuple(option for option in options if option is not None))
    link = items[opened].link - _OPENS - {"COLON"}
    return [*items[:opened], replace(items[opened], link=link, draft=Draft(goal=goal)), *items[end:]]


def _rules(items: Sequence[Item]) -> bool:
    """Whether a choice is all of the text and some option is a rule: "either stay in a or never open b"."""
    drafts = [item.draft for item in items]
    plain = all(not draft.choices and not draft.avoid and draft.after is None for draft in drafts)
    joined = all("OR" in item.link and "BREAK" not in item.link for item in items[1:])
    return plain and joined and any(draft.rules and draft.goal is None for draft in drafts)


def _announced(items: Sequence[Item]) -> Sequence[Item]:
    """Put "... then c" of "do one of the following, then c: a; or b" behind the options that it announces."""
    start = next((at for at, item in enumerate(items) if item.link & _OPENS and item.link & _THEN), None)
    colon = next(
        (at for at, item in enumerate(items) if start is not None and at > start and "COLON" in item.link),
        None,
    )
    if start is None or colon is None:
        return items
    last = max((at for at, item in enumerate(items) if "OR" in item.link), default=colon)
    options = [replace(items[colon], link=frozenset({"ONEOF"}))]
    for at, item in enumerate(items[colon + 1 :], colon + 1):
        apart = at < last and "BREAK" in item.link and not item.link & _THEN
        options.append(replace(item, link=item.link | {"OR"}) if apart else item)
    after = replace(items[start], link=frozenset({"BREAK", "THEN"}))
    return [*items[:start], *options, after, *items[start + 1 : colon]]


def _option(items: Sequence[Item], tell: Callable[[Sequence[Item]], Task | None]) -> Clause | None:
    """Goal of one option; None if it is not a goal alone."""
    first = replace(items[0], link=frozenset[str]())
    task = tell([first, *items[1:]])
    if task is None or (len(task.clauses) > 1 and not _rules(items)):
        return None
    return task.clauses[0] if len(task.clauses) == 1 else AllOf(task.clauses)
