"""Nouns for deeds: "the inspection of the bridge", "the addition of salt", "its removal"."""

from __future__ import annotations

from collections.abc import Iterator

# Nouns that no rule of spelling gives, by verb.
_IRREGULAR = {
    "add": ("addition",), "sell": ("sale",), "lose": ("loss",), "choose": ("choice",), "fly": ("flight",),
    "see": ("sight",), "use": ("use", "usage"), "enter": ("entry", "entrance"), "try": ("trial",),
    "depart": ("departure",), "close": ("closure",), "open": ("opening",), "fail": ("failure",),
    "press": ("press",), "deliver": ("delivery",), "discover": ("discovery",), "recover": ("recovery",),
    "destroy": ("destruction",), "consume": ("consumption",), "receive": ("receipt", "reception"),
    "reduce": ("reduction",), "increase": ("increase",), "store": ("storage",), "pack": ("packaging",),
    "mix": ("mixture",), "weigh": ("weighing",), "inquire": ("inquiry",), "begin": ("beginning",),
    "produce": ("production",), "extract": ("extraction",), "construct": ("construction",),
    "repair": ("repair",), "maintain": ("maintenance",), "assist": ("assistance",), "ignite": ("ignition",),
    "verify": ("verification",), "notify": ("notification",), "purify": ("purification",),
    "clarify": ("clarification",), "identify": ("identification",), "apply": ("application",),
    "pass": ("passage",), "rescue": ("rescue",), "release": ("release",), "transmit": ("transmission",),
    "submit": ("submission",), "admit": ("admission",), "arrive": ("arrival",), "survey": ("survey",),
    "analyze": ("analysis",), "dismiss": ("dismissal",), "withdraw": ("withdrawal",),
    "treat": ("treatment",), "ship": ("shipment",), "harvest": ("harvest",), "ventilate": ("ventilation",),
}  # fmt: skip
_ENDINGS = ("ion", "ation", "ment", "al", "ings")


def nouns(verb: str) -> Iterator[str]:
    """Nouns that may stand for a verb, among them some that do not exist and that no text has.

    Parameters
    ----------
    verb : str
        Base form.
    """
    for noun in _nouns(verb):
        yield noun
        yield noun if noun.endswith("s") else noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def _nouns(verb: str) -> Iterator[str]:
    yield from _IRREGULAR.get(verb, ())
    if len(verb) < 4 or " " in verb:
        return
    stem = verb.removesuffix("e")
    yield from (stem + ending for ending in _ENDINGS)
    if verb.endswith("ify"):
        yield verb[:-1] + "ication"
    if verb.endswith("ce"):
        yield verb[:-1] + "tion"  # "reduction"
    if verb.endswith("y"):
        yield verb[:-1] + "al"  # "denial"


_NOMINAL = ("ion", "ions", "ment", "ments", "al", "als", "ing", "ings", "ance", "ure", "age", "ery", "sis")


def is_nominal(word: str) -> bool:
    """Whether a word looks like a noun made of a verb ("irrigation", "cleaning"), which is no command."""
    return word.endswith(_NOMINAL) and len(word) > 5
