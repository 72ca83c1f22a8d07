"""English made from a typed task, so that a user can compare what was meant with what was understood."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import singledispatch

from lantern.language.ast import (
    AllOf,
    Always,
    And,
    Atom,
    Clause,
    Condition,
    Count,
    Finish,
    Never,
    Not,
    NotBefore,
    Now,
    OneOf,
    Or,
    Reach,
    Requirement,
    Sequence,
    SomeOf,
    Task,
    Until,
    Whenever,
    Within,
)
from lantern.logic import Vocabulary

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_AUXILIARY = re.compile(r"\b(is|are|was|were|has been|have been|can|will)\b")
_HAS = re.compile(r"\bhas\b")
_VERB = re.compile(r"^((?:the |a |an )?(?:agent|robot|it)) (\w+?)s\b")


def paraphrase(node: Task | Clause, vocabulary: Vocabulary) -> str:
    """English sentences that say what a task asks, made from its structure and the vocabulary's sentences.

    Parameters
    ----------
    node : Task or clause
        What to say.
    vocabulary : Vocabulary
        Must contain every proposition of the task.

    Returns
    -------
    str
        One sentence for each clause of a task.
    """
    clauses = node.clauses if isinstance(node, Task) else (node,)
    sentences = [_said_first(clause, vocabulary) for clause in clauses]
    return " ".join(sentence[0].upper() + sentence[1:] + "." for sentence in sentences)


def _said_first(clause: Clause, vocabulary: Vocabulary) -> str:
    """A clause that starts at the first step of the episode."""
    said = _say(clause, vocabulary)
    return said.replace("that step", "the first step") if isinstance(clause, Within) else said


def condition_text(node: Condition, vocabulary: Vocabulary) -> str:
    """English clause that is true where the condition holds."""
    if isinstance(node, Atom):
        return vocabulary[node.name].rstrip(".")
    if isinstance(node, Not):
        return _denied(node.body, vocabulary)
    word = " and " if isinstance(node, And) else " or "
    parts = [condition_text(part, vocabulary) for part in node.parts]
    text = word.join(parts)
    return f"both {text}" if isinstance(node, And) and len(parts) == 2 else text


def _denied(node: Condition, vocabulary: Vocabulary) -> str:
    if isinstance(node, Atom):
        return vocabulary.proposition(node.name).opposite or negated(vocabulary[node.name].rstrip("."))
    if isinstance(node, Not):
        return condition_text(node.body, vocabulary)
    opposite = Or if isinstance(node, And) else And
    return condition_text(opposite(tuple(Not(part) for part in node.parts)), vocabulary)


def negated(sentence: str) -> str:
    """Say that an English sentence in the present tense is not true."""
    if _AUXILIARY.search(sentence):
        return _AUXILIARY.sub(lambda match: _not_after_first(match.group()), sentence, count=1)
    if _HAS.search(sentence):
        return _HAS.sub("does not have", sentence, count=1)
    if _VERB.match(sentence):
        return _VERB.sub(lambda match: f"{match[1]} does not {_base(match[2])}", sentence)
    return f"not {sentence}"


def _not_after_first(auxiliary: str) -> str:
    first, _, rest = auxiliary.partition(" ")
    return f"{first} not {rest}".strip()


def _base(verb: str) -> str:
    """Infinitive of a third person without its last s."""
    if verb.endswith("ie") and len(verb) > 3:
        return verb[:-2] + "y"
    return verb[:-1] if verb.endswith(("she", "che", "sse", "xe", "oe")) else verb


def times(n: int) -> str:
    """Once, twice, three times."""
    return {1: "once", 2: "twice"}.get(n, f"{NUMBERS[n] if n < len(NUMBERS) else n} times")


def _join(parts: Iterable[str], last: str) -> str:
    texts = list(parts)
    if len(texts) < 2:
        return "".join(texts)
    comma = "," if len(texts) > 2 or any("," in text for text in texts) else ""
    return ", ".join(texts[:-1]) + f"{comma} {last} {texts[-1]}"


@singledispatch
def _say(node: Clause, vocabulary: Vocabulary) -> str:
    raise TypeError(f"{type(node).__name__} is not a clause")


@_say.register
def _reach(node: Reach, vocabulary: Vocabulary) -> str:
    text = condition_text(node.condition, vocabulary)
    if node.steps > 1:
        text += f" for {NUMBERS[node.steps] if node.steps < len(NUMBERS) else node.steps} steps in a row"
    if node.avoiding is not None:
        text += f", and before that it never happens that {condition_text(node.avoiding, vocabulary)}"
    return text


@_say.register
def _now(node: Now, vocabulary: Vocabulary) -> str:
    return f"{condition_text(node.condition, vocabulary)} at that step"


@_say.register
def _within(node: Within, vocabulary: Vocabulary) -> str:
    return f"{condition_text(node.condition, vocabulary)} {_window(node)}"


def _window(node: Within) -> str:
    """When a condition has to hold, counted from the step that is spoken of."""
    if node.first == node.last:
        return "at that step" if node.first == 0 else f"{_delay(node.first)} later"
    if node.every:
        begin = "that step" if node.first == 0 else f"{_delay(node.first)} later"
        return f"at every step from {begin} to {_delay(node.last)} later"
    if node.first < 2:
        return f"{('at that step or at most', 'one to')[node.first]} {_delay(node.last)} later"
    return f"{node.first} to {_delay(node.last)} later"


@_say.register
def _finish(node: Finish, vocabulary: Vocabulary) -> str:
    return f"at the end of the episode, {condition_text(node.condition, vocabulary)}"


@_say.register
def _count(node: Count, vocabulary: Vocabulary) -> str:
    low, high = node.at_least, node.at_most
    if low and low == high:
        amount = f"exactly {times(low)}"
    else:
        bounds = ([f"at least {times(low)}"] if low else []) + (
            [] if high is None else [f"at most {times(high)}"]
        )
        amount = " and ".join(bounds) if high != 0 else "never"
    unit = "separate visits" if node.unit == "visit" else "single steps"
    return f"{condition_text(node.condition, vocabulary)}, {amount} (counted in {unit})"


@_say.register
def _sequence(node: Sequence, vocabulary: Vocabulary) -> str:
    texts = [_part(part, vocabulary) for part in node.parts]
    if node.order == "next":
        return ", and at the very next step ".join(texts)
    *before, last = texts
    text = ", then ".join([f"first {before[0]}", *before[1:]]) + f", and then {last}" if before else last
    notes = {
        "strict": "; nothing of this happens before what precedes it",
        "once": "; nothing of this happens early or a second time before what follows it",
    }
    return text + notes.get(node.order, "")


def _part(node: Clause, vocabulary: Vocabulary) -> str:
    """Part of a list: bracketed where it is a list itself."""
    text = _say(node, vocabulary)
    nested = isinstance(node, Sequence | AllOf | OneOf | SomeOf) and len(node.parts) > 1
    return f"({text})" if nested else text


@_say.register
def _all_of(node: AllOf, vocabulary: Vocabulary) -> str:
    texts = [_part(part, vocabulary) for part in node.parts]
    return _join(texts, "and") + (", in any order" if len(texts) > 1 else "")


@_say.register
def _one_of(node: OneOf, vocabulary: Vocabulary) -> str:
    return "either " + _join((_part(part, vocabulary) for part in node.parts), "or")


@_say.register
def _some_of(node: SomeOf, vocabulary: Vocabulary) -> str:
    number = NUMBERS[node.n] if node.n < len(NUMBERS) else str(node.n)
    return f"at least {number} of these: " + _join((_part(part, vocabulary) for part in node.parts), "and")


@_say.register
def _always(node: Always, vocabulary: Vocabulary) -> str:
    return f"at every step, {condition_text(node.condition, vocabulary)}"


@_say.register
def _never(node: Never, vocabulary: Vocabulary) -> str:
    return f"it never happens that {condition_text(node.condition, vocabulary)}"


@_say.register
def _until(node: Until, vocabulary: Vocabulary) -> str:
    hold, release = condition_text(node.hold, vocabulary), condition_text(node.release, vocabulary)
    return f"{hold} at every step until {release}" + _must_come(node.strong)


@_say.register
def _not_before(node: NotBefore, vocabulary: Vocabulary) -> str:
    later, first = condition_text(node.condition, vocabulary), condition_text(node.first, vocabulary)
    if node.times > 1:
        number = NUMBERS[node.times] if node.times < len(NUMBERS) else str(node.times)
        return (
            f"it never happens that {later} before it has happened {number} times that {first}"
            + _must_come(node.strong)
        )
    return f"it never happens that {later} before {first}" + _must_come(node.strong)


def _must_come(strong: bool) -> str:
    return ", which has to come" if strong else ", which need not come"


@_say.register
def _whenever(node: Whenever, vocabulary: Vocabulary) -> str:
    trigger, body = condition_text(node.trigger, vocabulary), node.body
    if node.direction != "if" and isinstance(body, Now):
        text = condition_text(body.condition, vocabulary)
        when = "at the same step" if node.delay == 0 else f"{_delay(node.delay)} before"
        only = f"it only happens that {text} if {when} {trigger}"
        return only if node.direction == "only_if" else f"{only}, and then it always does"
    if isinstance(body, Never):
        when = "from then on" if node.delay == 0 else "from the next step on"
        return (
            f"whenever {trigger}, {when} it never happens that {condition_text(body.condition, vocabulary)}"
        )
    if isinstance(body, Now):
        when = "at the same step" if node.delay == 0 else f"{_delay(node.delay)} later"
        return f"whenever {trigger}, {when} {condition_text(body.condition, vocabulary)}"
    if isinstance(body, Within):
        return f"whenever {trigger}, {_say(body, vocabulary)}"
    return f"whenever {trigger}, then at that step or later {_say(body, vocabulary)}"


def _delay(n: int) -> str:
    return "one step" if n == 1 else f"{n} steps"


_SCOPE = {
    "in": "while {}, ",
    "not_in": "except while {}, ",
    "before": "before the first time that {}, ",
    "after": "after the first period in which {}, ",
    "only_in": "only while {}, ",
    "only_before": "only before the first time that {}, ",
    "only_after": "only after the first period in which {}, ",
}
_TIMING = {
    "always": "at every step {}",
    "never": "it never happens that {}",
    "eventually": "at some step {}",
    "immediately": "at once {}",
    "next": "at the next step {}",
    "finally": "at the last step {}",
    "until": "{} until {}",
    "before": "{} before {}",
}


@_say.register
def _requirement(node: Requirement, vocabulary: Vocabulary) -> str:
    text = _SCOPE[node.scope].format(condition_text(node.mode, vocabulary)) if node.mode else ""
    if node.trigger:
        text += f"{'each time it begins that' if node.edge else 'whenever'} "
        text += condition_text(node.trigger, vocabulary) + ", "
    stop = condition_text(node.stop, vocabulary) if node.stop else ""
    return text + _TIMING[node.timing].format(condition_text(node.response, vocabulary), stop)
