"""Wordings of numbers, orders, spans of time and ends in plainer words, before connectives are looked for."""

from __future__ import annotations

import re

from lantern.language.reader.wordings import filled

_SPAN = (
    r"(?:episode|shift|job|batch|run|day|mission|task|trip|time|tour|journey|drive|ride|flight|night|game"
    r"|session|week|round|work|cycle|shoot|class|lesson|exercise)"
)
_WHOLE = r"(?:the|its|your|this|that|our) (?:whole |entire |full |very )?"
_MOST = r"(?:at most|no more than|not more than|at the most|a maximum of|up to)"
_ORDINAL = r"(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)"
_OFTEN = r"(once|twice|thrice|(?:<n>) times?)"
_AT_A_TIME = r"(?: (?:in a row|at a time|at a stretch|on end|in one go|running))?"
_NO_MORE = r" ?,? ?(?:but |and )?(?:not|no|never) (?:any )?more(?: often)?(?: than that)?(?= ?(?:$|,))"
_ENDS = r"(?= ?(?:,|$)| and\b| then\b| but\b)"
_NEXT = r"(?= ?(?:,|$)| and\b| then\b)"
_MADE = r"(?:pay|pays|make|makes)"
_VISITS = r"(?:(?:visits?|trips?) to|stops? (?:at|in))"
_LAPS = r"(?:rounds|laps|tours|circuits|loops)"
_QUANT = r"(?:(at least|at most|no more than|exactly|only|no fewer than) )?"

TIME: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:has|have|had|gets?|is given) (?:only |just |at most )?<N> <STEPS> (?:in which )?to ([^,:]+?)"
        r"(?= ?,| and then\b| then\b|$)",
        r"must \2 within \1 steps",
    ),
    (
        r"\b(?:it |this |that )?(?:must|should|may|can) ?(?:not|never) take (?:you |it |the \w+ )?"
        r"(?:more|longer) than <N> <STEPS> to ([^,:]+?)(?= ?,| and then\b|$)",
        r"\2 within \1 steps",
    ),
    (r"\bin under <N> <STEPS>", r"in less than \1 steps"),
    (
        rf"\b(?:by|no later than|not later than|before the end of) (?:the )?{_ORDINAL} (?:time )?step\b",
        r" #first:\1 ",
    ),
    (r"\b(?:no later than|not later than|at (?:the )?latest) <N> <STEPS> after\b", r" #within:\1 after "),
    (r"\b<N> <STEPS> after ([^,:]+?) at (?:the )?latest\b", r" #within:\1 after \2"),
    (
        r"\bwithin <N> <STEPS> (?:of|from|after) (?:the )?(?:very )?(?:start|beginning|outset)\b",
        r"within \1 steps",
    ),
    (r"(\bsteps?\b.*\bwithin the first) <N>(?= ?(?:$|,|and\b|but\b))", r"\1 \2 steps"),
    (r"\btogether (?=for (?:at least |exactly )?<N> )", ""),
    (
        rf"\bspend (?:more|longer) than <N> (?:consecutive )?<STEPS>{_AT_A_TIME}",
        r"be #over:\1 ",
    ),
    (
        rf"\b(?:for )?(?:more|longer) than <N> (?:consecutive )?<STEPS>{_AT_A_TIME}\b",
        r" #over:\1 ",
    ),
    (rf"^(?:throughout|all through) {_WHOLE}{_SPAN} ?,?", "ALWAYS "),
    (rf"^(?:during|for) (?:the|its|your) (?:whole|entire|full) {_SPAN} ?,?", "ALWAYS "),
    (rf"\b(?:throughout|during|for|all through) {_WHOLE}{_SPAN}(?= ?(?:$|,)| and\b| but\b)", " ALWAYS "),
    (r"^(?:all the while|throughout|all the time|the whole time) ?,? ", "ALWAYS "),
    (r"\ball the while(?= ?(?:$|,))", " ALWAYS "),
)

COUNTS: tuple[tuple[str, str], ...] = (
    (rf"\b{_MADE} {_QUANT}<N> (?:visits?|trips?) to ([^,:]+?){_ENDS}", r"visit \3 \1 \2 times"),
    (rf"\b{_MADE} (the [^,:]+?) {_QUANT}<N> visits?\b", r"visit \1 \2 \3 times"),
    (
        r"(\b(?:not|never|avoid\w*|without|no|neither|nor|cannot)\b.*?) ?,? not (?:even )?"
        r"(?:once|one time|a single time|one single time|briefly|for a (?:moment|second))(?= ?(?:$|,))",
        r"\1",
    ),
    (r"\b(?:once ?,? and only once|once and once only|one time and one time only)\b", "exactly once"),
    (rf"\b{_OFTEN} at (?:the )?most\b", r"at most \1"),
    (rf"\b{_OFTEN} at (?:the )?least\b", r"at least \1"),
    (
        rf"^(?=.*\b(?:may|can|could|allowed|permitted)\b)(.*)\b{_OFTEN}{_NO_MORE}",
        r"\1 at most \2",
    ),
    (rf"\b{_OFTEN}{_NO_MORE}", r"exactly \1"),
    (r"\bone time(?!s)\b(?= ?(?:$|,|and\b))", "once"),
    (rf"\b{_OFTEN} (?:on|during|in|over|in the course of|within) {_WHOLE}{_SPAN}\b", r"\1"),
    (
        rf"^(?:during|over|in the course of|on|within) {_WHOLE}{_SPAN} ?,? ?(?=.*\b(?:once|twice|times?)\b)",
        "",
    ),
    (
        rf",? ?\bwith {_MOST} <N> (?!{_SPAN}\b|steps?|moves? |of )(?:{_VISITS} )?",
        r" without #more:\1 ",
    ),
    (r"\bwithout (\w+ing)( \w+)? more than <N> (?!<STEPS>)", r"without \1\2 #more:\3 "),
    (r"\b(once|twice|times) each(?= ?(?:,|$))", r"\1"),
    (
        r"(?<!least)(?<!most) once ?, (?=(?:the )?order|in (?:any|either|whatever|whichever))",
        " at least once , ",
    ),
    (r"(#more:.*?) in between\b", r"\1"),
    (r",? ?\b(?:and |but )?with (an? |one )?([^,]*?) in between\b", r" and \2 BETWEEN "),
    (r"\b(?:in between|between (?:the|these|both)(?: two)? (?:visits|times|occasions))\b", " BETWEEN "),
)

ORDERS: tuple[tuple[str, str], ...] = (
    (r"\b(?:do|make|go on|take) (?:a|one|the) (?:full |complete )?(?:rounds?|tour|circuit) of\b", "visit"),
    (
        r"(?:, |\band |\bbut )+((?:the |an? |its )?(?:\w+ ){0,2}?\w+) (?:second|third|fourth|fifth|next)"
        r"(?= ?(?:,|$)| and\b| then\b)",
        r" then \1",
    ),
    (
        r"(?:, |\band |\bbut )+((?:the |an? |its )?(?:\w+ ){0,2}?\w+) last(?: of all)?(?= ?(?:,|$)| and\b)",
        r" then \1 LASTLY",
    ),
    (r"\b(?:comes?|goes?)(?= first\b(?: and| ?,| ?$| then))(?<!to)", ""),
    (r",? ?\bif you (?:prefer|like|want|wish|would rather)\b ?,?", " "),
    (r"(?<=\w) , ([^,]+?) ?,? or both(?: of them)?\b", r" or \1"),
    (r" ?,? or both(?: of them)?(?= ?(?:$|,|then\b))", " "),
    (
        r",? ?\b(?:and|but) (?:leave|keep) the other(?: one)? (?:out|alone|be|as it is|where it is)$",
        ", but not both",
    ),
    (r"\b(them|they) both\b", r"\1"),
    (r"\b(?:each|all|every one) of (?:these|the following)(?: \w+)?(?: \w+)? ?:", ""),
    (r"\bat all (?=(?:<n>|the|of) )", "at each of the "),
    (r"^the following (?:must|should|has to|have to|needs to|need to) be done ?:", ""),
    (
        r"^do (?:all )?(?:of )?(?:these|the following)(?: (?:<n>))?(?: things| jobs| tasks)? in"
        r" (?:this|the following) order ?:(.*)$",
        r"\1 in this order",
    ),
)

KEEPING: tuple[tuple[str, str], ...] = (
    (r"\bkeep (the [^,]*?) from (\w+ing\b.*)$", r"never \1 \2"),
    (r"(^never .*\band the [^,]*?) from (?=\w+ing\b)", r"\1 "),
    (r"^(?:this|it) is an? \w+ ?,? so\b", ""),
)

ENDS: tuple[tuple[str, str], ...] = (
    (rf"\b(at|by|in) the (?:very )?end of {_WHOLE}{_SPAN}\b", "at the end"),
    (rf"\b(finish|end|ends|finishes|conclude) {_WHOLE}{_SPAN} (?=in|on|at|with|by|back)", r"\1 "),
    (
        r"^(?:the|your|its) (?:final|last) (?:stop|destination|place|position|location)"
        r"(?: (?:you visit|to visit|to go to))? (?:is|must be|should be|has to be) ",
        "finish at ",
    ),
    (
        r"^(.*?) (?:must|should|has to) be (?:the place )?where (?:the \w+|you|it) (?:ends?|finish\w*|stops?)"
        r"(?: up)?$",
        r"finish at \1",
    ),
    (
        r"\b(starts?|begins?) and (ends?|finish|finishes) (in|at|on|with) ([^,:]+?)(?= ?(?:,|$))",
        r"\1 \3 \4 and \2 \3 \4",
    ),
    (
        r"^((?:at|in) the end) everything (?:must|should|has to|needs to) be (on|off|open|closed|shut|clean)"
        r" ?: ?(.*)$",
        r"\1 \3 must be \2",
    ),
    (
        r"^((?:at|in) the end) everything (?:must|should|has to|needs to) be \w+ ?: ?(.*)$",
        r"\1 must be \2",
    ),
    (r"^((?:at|in) the end\b.*?) ?, with (?=the |its |both |all )", r"\1 and "),
    (
        r"^(?:i|we) (?:would like|want|need|wish)(?: for)? (?!the \w+ to\b)((?:both|the|an?|each|all|every)"
        r" [^,]*?) to (?=\w)",
        r"\1 must ",
    ),
)

_COMPILED = tuple((filled(pattern), put) for pattern, put in (*TIME, *COUNTS, *ORDERS, *KEEPING, *ENDS))
WORDS = frozenset(
    word
    for pattern, _ in (*TIME, *COUNTS, *ORDERS, *KEEPING, *ENDS)
    for word in re.findall(r"[a-z]{3,}", pattern.replace("\\b", " "))
)
# "make two rounds: ...", "go round twice: ..."
_ROUNDS = filled(
    rf"^(?:please )?(?:make|do|go|walk|run|complete|drive|fly)(?: <N> (?:\w+ )?{_LAPS}(?: of)?"
    r"| (?:(?:a|the) )?(?:round |around )?(twice|thrice)) ?:? ?([^:]+)$"
)
# "exactly one of the two doors must be opened, the red or the blue"
_ONE_OF_TWO = re.compile(
    r"\b(exactly |only |just )?one of (?:the|these) two(?: (?!has|must|should)(\w+?)s?)?(?: ([^,]*?))? ?, "
    r"(?:either )?(?:the )?(\w+) or (?:the )?(\w+) ?,?"
)


def plainer(line: str) -> str:
    """A sentence with wordings of numbers, orders, spans of time and ends in plainer words."""
    line = _one_of_two(_rounds(line))
    for pattern, put in _COMPILED:
        changed, times = pattern.subn(put, line)
        line = " ".join(changed.split()) if times else line
    return line


def _rounds(line: str) -> str:
    """Read "make two rounds: a, b, c" as a, b, c, a, b, c one after the other."""
    found = _ROUNDS.match(line)
    stops = [stop.strip() for stop in re.split(r",|\band\b", found[3]) if stop.strip()] if found else []
    if found is None or len(stops) < 2:
        return line
    times = {"twice": 2, "thrice": 3, "two": 2, "three": 3, "2": 2, "3": 3}.get(found[1] or found[2], 0)
    return "go to " + " then go to ".join(stops * times) if times else line


def _one_of_two(line: str) -> str:
    """Read "open one of the two doors, red or blue" as "open either the red door or the blue door"."""
    found = _ONE_OF_TWO.search(line)
    if found is None:
        return line
    only, noun, rest, first, other = found.groups(default="")
    after = re.sub(r"^ ?,? ?(?:but |and )?(?:never|not) both", "", line[found.end() :])
    only = only or ("both" if after != line[found.end() :] else "")
    either = f"{line[: found.start()]}either the {first} {noun} or the {other} {noun} {rest} {after}"
    return " ".join(f"{either.strip(' ,')}{' , but not both' if only else ''}".split())
