"""Conventions: how phrases are read on which people, fields and data sets differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a translator takes doubtful phrases to mean.

    Parameters
    ----------
    avoid : {"always", "until"}
        "Go to a while avoiding b": b is forbidden for the whole episode, or only until a is reached.
    visits : {"auto", "visit", "step"}
        "Twice" counts maximal runs of steps or every step; ``auto`` counts steps for what happens ("collect
        wood") and visits for what lasts ("be in the room").
    until : {"weak", "strong"}
        "Not b until a", "not b before a": whether a must come at all.
    next : {"weak", "strong"}
        "After a, never b": whether the episode may end right at a (weak) or not (strong). What must be done
        at the next step always needs that step.
    order : {"ask", "any", "text"}
        Commands joined by "and" may be carried out in any order, or (``text``) in the order of the text.
        Commands in sentences of their own likewise, but with a question (``ask``).
    origin : {"ask", "visit", "start"}
        "Go from a to b": whether a is to be visited or is where one is already.
    each : {"ask", "every", "once"}
        "As soon as a, do b", "do b right after a": every time that a happens, or a and then b at once.
    goal : {"ask", "rules", "done"}
        "Not c before b, not b before a", "do b only if a": whether the last of such a chain, and b, are to be
        done.
    only : {"strict", "order"}
        "Do b only after a", "only by way of a": no b at all before a, or merely a and later b.
    before : {"strict", "order"}
        "Do a before doing b": no b at all before a, or merely a and later b.
    instead : {"ask", "free", "never"}
        "Do a instead of b": whether b is merely not needed, or forbidden.
    """

    avoid: Literal["always", "until"] = "always"
    visits: Literal["auto", "visit", "step"] = "auto"
    until: Literal["weak", "strong"] = "weak"
    next: Literal["weak", "strong"] = "weak"
    order: Literal["ask", "any", "text"] = "ask"
    origin: Literal["ask", "visit", "start"] = "ask"
    each: Literal["ask", "every", "once"] = "ask"
    goal: Literal["ask", "rules", "done"] = "ask"
    only: Literal["strict", "order"] = "strict"
    before: Literal["strict", "order"] = "strict"
    instead: Literal["ask", "free", "never"] = "ask"
