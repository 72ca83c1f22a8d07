# ruff: noqa: E501 (one pattern stands on one line)
"""When, counted in steps: "within the next two steps", "by the next step at the latest", "the step before"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lantern.language.english.words import Word, number_words
from lantern.language.grammar.lexicon import Lexicon
from lantern.language.grammar.tokens import Token

_NUMBERS = {**number_words(1, 10), "single": 1, "couple": 2}
_N = rf"(?:{'|'.join(_NUMBERS)}|\d+)"
_STEP = r"(?:(?:time|control|game|simulation) )?steps?|turns?|moves?|ticks?|timesteps?"
_STEPS = rf"(?:{_STEP})"
_ONE_STEP = r"(?:(?:time |control |game |simulation )?(?:step|moment|instant|turn|tick)|timestep)"
_THAT = r"(?:that|this|it)"
_LATER = rf"(?:later(?: on)?|afterward|after {_THAT}|from then|from that moment|of {_THAT}|thereafter)"
_NEXT = r"(?:next|following|coming|subsequent)"
_LATEST = r"(?:at the latest|at the very latest|latest)"
_MOST = r"(?:at most|no more than|not more than|at the most|a maximum of|up to|maximally|at maximum)"
_FEWER = r"(?:at most|at the most|or less|or fewer|or sooner|or earlier|at the latest)"
_EXACT = r"(?:exactly|precisely|just)"

_ORDINALS = dict(
    first=1, second=2, third=3, fourth=4, fifth=5, sixth=6, seventh=7, eighth=8, ninth=9, tenth=10
)
_O = rf"(?:{'|'.join(_ORDINALS)})"

# Kind of window, first and last step ("N" is the number in the text, "M" one less); the first pattern that matches counts.
_PATTERNS: tuple[tuple[str, str, str, str], ...] = (
    ("some", "0", "1", rf"""(?:(?:either )?(?:in|at) (?:that|this|the same|the very same|that same)(?: very)?(?: {_ONE_STEP})?
        (?: or) (?:else )?(?:in |at )?(?:the )?(?:(?:very )?{_NEXT}(?: one| {_ONE_STEP})?
            |(?:one|step) (?:right |directly |just |immediately )?(?:after|following)(?: {_THAT})?
            | one {_ONE_STEP} later))"""),
    ("some", "0", "1", rf"""(?:(?:either )?(?:at once|immediately|right away|straight away|right then)
        (?: or) (?:else )?(?:(?:in|at) the (?:very )?{_NEXT} {_ONE_STEP}|one {_ONE_STEP} later))"""),
    ("some", "0", "1", rf"""(?:(?:by|no later than|not later than|{_LATEST}) (?:in |at |by )?the (?:very )?{_NEXT} {_ONE_STEP}
        (?: {_LATEST})?|(?:in|at) the (?:very )?{_NEXT} {_ONE_STEP} {_LATEST})"""),
    ("start", "0", "M", rf"""(?:within|by the end of) (?:the )?(?:very )?first (?P<n>{_N}) {_STEPS}(?! after | of | following )"""),
    ("start_in", "0", "M", rf"""(?:in|during|throughout|for) (?:all of )?the (?:very )?first (?P<n>{_N}) {_STEPS}(?! after | of | following )"""),
    ("start", "0", "M", rf"""(?:by|no later than|not later than|in) (?:in )?the (?P<n>{_O}) {_ONE_STEP} {_LATEST}"""),
    ("start", "0", "M", rf"""(?:by|no later than|not later than|{_LATEST} (?:in|at|by)) (?:in |at )?the (?P<n>{_O}) {_ONE_STEP}(?! after | of | following )"""),
    ("some", "1", "N", rf"""within (?:the )?(?:{_NEXT}|first) (?P<n>{_N}) {_STEPS}"""),
    ("some", "1", "1", rf"""within (?:the )?{_NEXT} {_ONE_STEP}"""),
    ("some", "0", "N", rf"""within (?:{_MOST} |a )?(?P<n>{_N})(?: of)? {_STEPS}(?: at most)?(?: {_LATER})?"""),
    ("some", "0", "N", rf"""(?:in|after) {_MOST} (?P<n>{_N}) {_STEPS}(?: {_LATER})?"""),
    ("some", "0", "N", rf"""in (?P<n>{_N}) {_STEPS} {_FEWER}"""),
    ("some", "0", "N", rf"""(?:no later than|not later than|{_LATEST}) (?P<n>{_N}) {_STEPS}(?: {_LATER})?"""),
    ("some", "0", "N", rf"""{_MOST} (?P<n>{_N}) {_STEPS}(?: {_LATER}|(?= after ))"""),
    ("some", "0", "N", rf"""(?P<n>{_N}) {_STEPS} {_LATER} {_LATEST}"""),
    ("some", "1", "N", rf"""(?:at (?:some|any) (?:point|step|time) )(?:in|during|within) the {_NEXT} (?P<n>{_N}) {_STEPS}"""),
    ("some", "1", "N", rf"""in (?:one|either|any|at least one) of the {_NEXT} (?P<n>{_N}) {_STEPS}"""),
    ("every", "1", "N", rf"""(?:for|throughout|over) (?:all )?(?:of )?(?:at least )?the {_NEXT} (?P<n>{_N}) {_STEPS}"""),
    ("every", "1", "N", rf"""in (?:each|all|both|every one|each one) of the {_NEXT} (?P<n>{_N}) {_STEPS}"""),
    ("every", "1", "N", rf"""for (?:at least )?(?:the )?(?P<n>{_N}) {_STEPS} (?:{_LATER}|(?:right )?after(?:ward|(?! \w+ing ))|that follow)"""),
    ("every", "1", "N", rf"""for (?:at least )?(?:the )?(?:(?:first|next) )?(?P<n>{_N}) {_STEPS}(?= after )"""),
    ("in", "1", "N", rf"""(?:in|during|over) the {_NEXT} (?P<n>{_N}) {_STEPS}"""),
    ("in", "1", "N", rf"""(?:in|during) the (?P<n>{_N}) {_STEPS} (?:right |directly |immediately |just )?
        (?:after(?:ward| {_THAT})?|that follow|following(?: {_THAT})?)"""),
    ("from", "1", "1", rf"""(?:(?:starting |beginning )?(?:from|in|with|as of|as from) the (?:very )?{_NEXT} {_ONE_STEP}
        (?: on| onward| onwards)|(?:starting|beginning|as) (?:from|in|with|of) the (?:very )?{_NEXT} {_ONE_STEP})"""),
    ("from", "1", "1", rf"""from the {_ONE_STEP} (?:right |directly )?(?:after(?: {_THAT})?|following {_THAT}) (?:on|onward|onwards)"""),
    ("some", "1", "1", rf"""(?:{_EXACT} )?(?:in|at|by) the (?:one |very )?{_ONE_STEP} (?:right |directly |just |immediately )?
        (?:after|following)(?: {_THAT})?"""),
    ("some", "1", "1", rf"""(?:{_EXACT} )?(?:in|at) the (?:very |immediate )?{_NEXT} {_ONE_STEP}(?: already)?"""),
    ("some", "1", "1", rf"""the (?:very )?{_NEXT} {_ONE_STEP}"""),
    ("some", "1", "1", rf"""the {_ONE_STEP} (?:right |directly |just |immediately )?(?:after|following)(?: {_THAT})?"""),
    ("some", "N", "N", rf"""(?:{_EXACT} )?(?P<n>{_N}) {_STEPS} {_LATER}"""),
    ("some", "N", "N", rf"""(?:after )?{_EXACT} (?P<n>{_N}) {_STEPS}(?: {_LATER})"""),
    ("some", "0", "0", rf"""(?:in|at) (?:(?:that|this) (?:very |same |exact )*|the (?:very same|exact) ){_ONE_STEP}(?: as well| too)?"""),
    ("some", "0", "0", r"""(?:in|at) (?:that|this) (?:very |same |exact )*(?:point|time|point in time)"""),
    ("some", "N", "N", rf"""(?:{_EXACT} )?(?P<n>{_N}) {_STEPS}(?= after )"""),
    ("before", "N", "N", rf"""(?:exactly |just |precisely )?(?P<n>{_N}) {_STEPS} (?:before(?:hand)?|earlier|previously)(?: {_THAT})?"""),
    ("before", "1", "1", rf"""(?:already )?(?:in|at) the (?:very )?{_ONE_STEP} (?:right |directly |just |immediately )?before(?: {_THAT})?"""),
    ("before", "1", "1", rf"""(?:already )?(?:in|at) the (?:previous|preceding|last) {_ONE_STEP}(?: already)?"""),
)  # fmt: skip
# Lines are joined as they stand.
_WINDOW = tuple(
    (kind, first, last, re.compile(re.sub(r"\n\s*(\|?) ?", r"\1", text) + r"(?= |$)"))
    for kind, first, last, text in _PATTERNS
)
_BEGIN = frozenset(
    {"in", "at", "by", "no", "not", "within", "for", "from", "starting", "beginning", "as", "during", "over"}
    | {"throughout", "exactly", "precisely", "just", "after", "up", "latest", "either", "the", "already", "a"}
    | {"immediately", "right", "straight", "maximally", *_NUMBERS}
)
_UNITS = frozenset(
    {"step", "steps", "turn", "turns", "move", "moves", "tick", "ticks", "timestep", "timesteps", "moment"}
    | {"instant", "point", "time", "next", "one"}
)
# Words with which a clause after "in the step after" begins.
_SUBJECTS = frozenset({"you", "it", "they", "he", "she", "we", "having", "every", "each"})
_LONGEST = 14


def window(words: Sequence[Word], at: int) -> tuple[str, int]:
    """Window that begins at a word, as "kind first last", and its number of words; ``("", 0)`` if none does.

    The kinds: ``some`` (at one of these steps), ``every`` (at each of them), ``in`` (one or each, as the verb
    tells), ``from`` (from that step on) and ``before`` (so many steps earlier).
    """
    if words[at].text not in _BEGIN and not words[at].text.isdigit():
        return "", 0
    said: list[str] = []
    for word in words[at : at + _LONGEST]:
        if not word.text[0].isalnum():
            break
        said.append(word.text)
    if _UNITS.isdisjoint(said):
        return "", 0
    text = " ".join(said)
    best: tuple[str, int] = ("", 0)
    for kind, first, last, pattern in _WINDOW:
        found = pattern.match(text)
        if found is None:
            continue
        length = len(found.group().split())
        number = found.groupdict().get("n")
        n = int({**_NUMBERS, **_ORDINALS}.get(number, number)) if number else 1
        steps = {"N": n, "M": n - 1}
        if length > best[1]:
            best = f"{kind} {steps.get(first, first)} {steps.get(last, last)}", length
    return best


def window_token(
    words: Sequence[Word], at: int, lexicon: Lexicon, ends: Callable[[Sequence[Word], int], bool]
) -> tuple[Token, int] | None:
    """Token, and its number of words, of words that say in which steps something is due.

    `ends` tells whether a clause may end before a word: "in the step after the bell has rung" is no window.
    """
    said, length = window(words, at)
    if not length or length < lexicon.longest(words, at)[0]:
        return None
    last = words[at + length - 1]
    follows = words[at + length].text if at + length < len(words) else ""
    opens = follows in _SUBJECTS or not ends(words, at + length)
    if last.text in ("after", "before", "following") and opens:
        return None
    text = " ".join(word.text for word in words[at : at + length])
    types = {"SOON": ("",)} if said == "some 1 1" else {"WINDOW": (said,)}
    return Token(types, text, words[at].start, last.end), length
