"""What the model is told: the form of the answer, the propositions, examples, and what was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lantern.language.llm.client import Message
from lantern.language.llm.retrieve import retrieve
from lantern.language.llm.words import named

if TYPE_CHECKING:
    from lantern.logic import Vocabulary

_CARD = """\
You translate a task for an agent into JSON. Answer with one JSON object and nothing else:
{"unknown":[...],"stages":[{"how":...,"what":[...]}],"order":...,"constraints":[{"kind":...,"what":[...],\
"other":[...],"count":1}]}
"what" and "other" hold propositions from the list below, or "not " and a proposition.
unknown: words of the task for a goal or a thing that no proposition stands for; else [].
stages: what has to be reached, in the order of the task; [] if nothing has to be reached. Goals that \
come one after the other are separate stages; goals in any order share a stage.
how: "all" (all of them, in any order), "any" (one of them is enough), "together" (all at the same time).
order: "then" (each stage some time after the one before; the usual case), "next" (each at the very next \
step), "strict" (a later stage must not be touched before the earlier one is done), "once" (strict, and \
nothing is visited again on the way).
constraints, only those that the task states:
never: what never happens. always: what holds all the time. end_with: what holds at the end.
not_until: what does not happen before other has happened. hold_until: what holds all the time until \
other happens. never_after: once other has happened, what never happens again.
whenever_now, whenever_next, whenever_later: each time what happens, other happens at the same time, at \
the next step, or at some later time. always_next_iff: other happens exactly at the step after what.
at_least, at_most, exactly: what is visited count times."""


def conversation(text: str, vocabulary: Vocabulary, examples: int) -> list[Message]:
    """Messages that ask for the plan of a text.

    What never changes comes first, so that servers can reuse what they have read of it.
    """
    listed = "\n".join(f"{name}: {vocabulary[name]}" for name in vocabulary.names)
    messages: list[Message] = [{"role": "system", "content": f"{_CARD}\nPropositions:\n{listed}"}]
    for task, answer in retrieve(text, vocabulary, examples):
        messages += [{"role": "user", "content": f"Task: {task}"}, {"role": "assistant", "content": answer}]
    hint = ", ".join(named(text, vocabulary))
    mentioned = f"\nPropositions named word for word: {hint}" if hint else ""
    messages.append({"role": "user", "content": f"Task: {' '.join(text.split())}{mentioned}"})
    return messages


def repair(messages: list[Message], answer: str, problem: str) -> list[Message]:
    """The conversation with the last answer and what is wrong about it; earlier answers are left out."""
    complaint = (
        f"That answer cannot be right. {problem}\n"
        "Read the task again and answer with a corrected JSON object and nothing else."
    )
    return [*messages, {"role": "assistant", "content": answer}, {"role": "user", "content": complaint}]
