"""A translation as plain text, section by section, for whoever prints it."""

from __future__ import annotations

from lantern.language.types import Example, Question, Translation


def sections(translation: Translation) -> dict[str, tuple[str, ...]]:
    """Everything a user should read before trusting a translation.

    Returns
    -------
    dict of str to tuple of str
        Title of each section with its lines, in the order in which they are to be shown. Sections without
        content are left out.
    """
    dfa = translation.dfa
    confidence = f"{translation.confidence:.0%} by {translation.translator}"
    automaton = f"{dfa.n_states} states over {', '.join(dfa.support)}; {_distance(translation)}"
    found = {
        "Task": (" ".join(translation.text.split()),),
        "Understood as": (translation.paraphrase,),
        "Formula": (str(translation.formula),),
        "Automaton": (automaton,),
        "Does the task": tuple(_example(example) for example in translation.accepted),
        "Does not": tuple(_example(example) for example in translation.rejected),
        "Warnings": translation.warnings,
        "Questions": tuple(line for question in translation.questions for line in _question(question)),
        "Confidence": (confidence, *_cost(translation)),
    }
    return {title: lines for title, lines in found.items() if lines}


def _distance(translation: Translation) -> str:
    dfa = translation.dfa
    least = min(
        int(dfa.distance[state]) + 1
        for state, _ in dfa.transitions.successors(dfa.initial)
        if dfa.live[state]
    )
    return f"done after {least} step{'s' * (least != 1)} at the earliest"


def _example(example: Example) -> str:
    return example.english[0].upper() + example.english[1:] + "."


def _question(question: Question) -> list[str]:
    lines = [question.text]
    for index, option in enumerate(question.options):
        mark = " (default)" if index == question.default else ""
        verdict = "does the task" if question.accepts[index] else "does not do the task"
        lines.append(f"--answer {question.id}={option}{mark}: {question.meanings[index]}. That {verdict}.")
    return lines


def _cost(translation: Translation) -> tuple[str, ...]:
    tokens = translation.tokens
    return (f"{tokens.calls} calls, {tokens.total} tokens",) if tokens.calls else ()
