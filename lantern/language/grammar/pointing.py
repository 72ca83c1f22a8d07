"""Clauses that only point back: "when you have both", "once that is done", "before doing so"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lantern.language.english.words import PARTICIPLES, Word, number_words

_HAVE = r"(?:have|has|had|got|is|are|be|been|being|was|were|hold)"
_OVER = r"(?:done|finished|completed?|accomplished|achieved|over|safe|ready|in hand|in place)"
_DONE = rf"(?:{_OVER}|\w+ed|{'|'.join(sorted(PARTICIPLES))})"
_TASKS = r"(?:tasks?|things?|steps?|goals?|jobs?|items?|deliveries|places|stops|ones?)"
_NUMBER = rf"(?:{'|'.join(number_words(2, 6))}|[2-6])"
_THEM = r"(?:this|that|these|those|them|it)"
# Several things, of which anything may be said; and one, of which only that it is done.
_SEVERAL = rf"""(?:(?:all|both|each)(?:\ of)?(?:\ {_THEM})?(?:\ {_NUMBER})?(?:\ {_TASKS})?(?:\ of\ them)?
    | everything | these | those | they | the\ {_NUMBER})"""
_ONE = rf"""(?:that|this|it|so|(?:one|any|either)\ of\ {_THEM}|either\ one
    | the\ (?:first|second|third|fourth|last)\ (?:visit|pass|time|stop|one))"""
_POINTER = re.compile(
    rf"""(?P<when>as\ soon\ as|only\ (?:after|when|once)|once|when|after|before|until)\ (?:
      (?:you|it|he|she|they|AGENT)\ (?:{_HAVE}\ |{_DONE}\ )+(?:(?:with|to|at|in)\ )?(?:{_SEVERAL}
        |(?!it|that|this)\b{_ONE}|so)
    | (?:you|he|she|they|AGENT)\ (?:{_HAVE}\ )+(?:{_OVER}(?:\ with\ {_THEM})?|got\ {_THEM})
    | (?:doing|having\ done|having\ got|having)\ (?:{_SEVERAL}|{_ONE})
    | {_SEVERAL}(?:\ all|\ both)?(?:\ {_HAVE})+(?:\ {_DONE})?
    | {_ONE}(?:\ {_HAVE})*\ {_OVER}
    | (?:it|that)\ (?:is|are|has|have)(?=\ ,)
    | (?:both|all\ {_NUMBER}|everything)(?:\ of\ them)?
    | the\ (?:first|second|third|fourth|last)\ (?:visit|pass|time|stop|one)
    )(?=\ |$)(?!\ \w+ing\b)""",
    re.VERBOSE,
)
_LONGEST = 12
_EVERYTHING = frozenset({"all", "both", "everything", "these", "those", "each"})


def pointer(words: Sequence[Word], at: int, agents: frozenset[str]) -> tuple[str, int]:
    """Terminal and length of a clause that points back and begins at a word; ``("", 0)`` if there is none."""
    if words[at].text not in ("as", "only", "once", "when", "after", "before", "until"):
        return "", 0
    said = ["AGENT" if word.text in agents else word.text for word in words[at : at + _LONGEST]]
    # "the robot has done so"
    text = re.sub(r"\b(?:the )?AGENT\b", lambda match: match.group().replace(" ", "_"), " ".join(said))
    found = _POINTER.match(text.replace("the_AGENT", "AGENT"))
    if found is None:
        return "", 0
    length = len(found.group().split()) + text[: found.end() + 4].count("the_AGENT")
    terminals = {"before": "PREVIOUSLY", "until": "UNTILTHEN"}
    when = found.group("when")
    return terminals.get(when, "ONLYTHEN" if when.startswith("only") else "THEN"), length


def pointer_types(terminal: str, text: str) -> dict[str, tuple[str, ...]]:
    """Terminals of a clause that points back; ALLDONE too if to everything that was said before."""
    every = terminal == "THEN" and bool(_EVERYTHING & {*text.split()})
    return {terminal: ("",), "ALLDONE": ("",)} if every else {terminal: ("",)}
