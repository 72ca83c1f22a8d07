"""Verbs by what they bring about, whoever tells it: being somewhere, having something, a state.

"Go to", "reach" and "visit" all make "the robot is in the kitchen" true; "pour", "put" and "add" make "the
batter is in the pan" true; "heat" makes "the pan is hot" true, and "cool" false. A verb of none of these
classes says something else, and brings about nothing but the deed that it names.
"""

from __future__ import annotations

from collections.abc import Iterable

from lantern.language.grammar.words import base_forms


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Verbs after which the one who acts is at a place.
ARRIVE = _words(
    "go get reach arrive be visit head drive fly walk run move return come enter travel proceed step land",
    "stop change switch keep stay remain stand roll sail swim climb ride navigate",
)
# Verbs after which a thing is at a place, and those after which it no longer is.
PUT = _words(
    "put place add pour drop load throw set insert go get move bring stack lay transfer be stay remain keep",
    "deposit store tip stow slide",
)
TAKE_OUT = frozenset({"remove", "take", "lift", "clear"})
# Verbs after which one has a thing, and those after which one has it no longer.
ACQUIRE = _words(
    "get take grab pick collect fetch gather obtain acquire retrieve have hold carry own find grasp grip buy",
    "seize lift receive keep possess",
)
MAKE = _words("make craft build mine chop harvest produce forge dig cut brew bake cook quarry")
RELEASE = frozenset({"drop", "release", "lose", "discard"})
# Verbs after which a measure is above or below something.
MEASURED = _words("be go get rise climb fall drop slow drive run stay remain keep move sink")
# Verbs that say that what they bring about lasts.
LASTING = frozenset({"stay", "remain", "keep", "leave"})
# Verbs that go with any state ("make it hot", "keep the pan hot", "gets hot").
BECOME = _words("be become get turn keep stay remain make leave go grow have")

# States with their opposites and the verbs that bring each about.
_STATES = (
    ("hot warm heated", "cold cool cooled", "heat warm preheat", "cool chill"),
    ("clean cleaned spotless tidy", "dirty unclean", "clean wash mop vacuum scrub sweep wipe", "dirty soil"),
    ("dry dried", "wet damp moist", "dry", "wet moisten soak"),
    ("open opened unlocked", "closed shut locked", "open unlock", "close shut lock"),
    ("on lit running", "off out", "start light ignite", "stop extinguish"),
    ("full filled", "empty emptied drained", "fill refill", "empty drain"),
    ("charged", "discharged", "charge recharge", "discharge"),
    ("overheated", "", "overheat", ""),
    ("overloaded", "", "overload", ""),
    ("clogged jammed blocked", "unclogged", "clog jam block", "unclog unblock"),
    ("hurt wounded injured", "healthy unhurt", "hurt wound injure", "heal"),
    ("dead slain", "alive", "kill slay defeat", "revive"),
)  # fmt: skip

# Verbs for the same deed.
_DEEDS = (
    "press push hit", "sow plant", "pick harvest reap gather", "see detect spot notice observe",
    "report tell inform notify", "mix stir blend", "flip turn-over", "slay kill defeat beat vanquish",
    "repair fix mend", "stop halt stand-still brake", "ring sound go-off", "drink swallow",
    "crash collide", "bump-into collide-with hit run-into", "deliver hand-over drop-off",
    "pull yank", "check inspect examine", "remove take-away", "photograph", "weigh",
    "serve plate", "signal indicate", "burn scorch", "park", "overtake pass",
)  # fmt: skip


def alike(verb: str) -> frozenset[str]:
    """Verbs that name the same deed as one, itself among them."""
    return frozenset({verb, *(other for row in _DEEDS if verb in row.split() for other in row.split())})


def state_of(words: Iterable[str], written: str, joined: str = "") -> int:
    """What a word says of a state that a sentence gives in `words`.

    Returns
    -------
    int
        1 for the state itself or what brings it about, -1 for its opposite, 0 where it says something else.
    """
    known = {*words}
    forms = {joined} if joined else base_forms(written) | {written}
    for states, others, making, undoing in _STATES:
        for said, sign in ((states, 1), (others, -1)):
            if not known & {*said.split()}:
                continue
            if written in states.split() or forms & {*making.split()}:
                return sign
            if written in others.split() or forms & {*undoing.split()}:
                return -sign
    return 0
