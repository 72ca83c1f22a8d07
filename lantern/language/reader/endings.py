"""Conditions that something is over: "the rain has stopped", "the ice is gone", "the crossing is clear"."""

from __future__ import annotations

from collections.abc import Sequence

from lantern.language.ast import Atom, Not
from lantern.language.reader.frame import Frame, lemmas
from lantern.language.reader.lists import Named
from lantern.language.reader.mentions import Mention, Mentions, signed
from lantern.language.reader.wordlists import ARTICLES, BE, FILLERS, LOUD, ON, PREPOSITIONS, PRONOUNS, words

# What says that a state of the world, or somebody's visit, has come to its end.
OVER = words(
    "gone over past finish end stop cease pass clear subside die abate lift fade disappear vanish weaken",
    "ease dissolve resolve remove",
)
# What says that somebody is not there any more.
LEFT = words("leave depart")
# What says so together with "away".
MOVED = words("go move walk get run drive fly")
# What says that a place is one where nobody and nothing is.
FREE = words("clear free empty vacant unoccupied deserted")
# What says that a state goes on.
LASTS = words("last continue persist")
# What ends a trouble: "the jam has been cleared", "the blockage is gone".
CURED = words("gone clear remove resolve dissolve subside disappear fix")
# Things of the world that come and go, although they are told of as known.
NATURE = words("wind storm rain snow hail fog mist smoke traffic noise draught gust flood tide sun")
# States whose word says the same as "over".
DONE = words("finish end over done complete conclude")
BETWEEN = BE | FILLERS | words("has have had been away down off up out any more longer all again completely")


def ended(said: Sequence[str], mentions: Mentions) -> Named | None:
    """Read that something has come to an end, or goes on; None if the words say something else.

    Parameters
    ----------
    said : sequence of str
        Words of a condition: "the", "rain", "has", "stopped".
    mentions : Mentions
        What was mentioned before, for "it is over".
    """
    empty = ARTICLES | BETWEEN | PREPOSITIONS
    about = [word for word in said[:-1] if word not in empty or word in PRONOUNS]
    about += [said[-1]] if said[-1] not in empty or said[-1] in OVER | PRONOUNS else []
    away = "away" in said
    verbs = [word for word in about if _ends(word, away) or lemmas(word) & LASTS]
    if len(verbs) != 1 or "not" in about or said[0] in verbs:
        return None
    if "left" in verbs and said[list(said).index("left") - 1] not in BE | {"has", "have", "had", "already"}:
        return None  # "it has three litres left"
    verb = verbs[0]
    nouns = [word for word in about if word != verb]
    if not nouns:
        return None
    found = {frame.name: frame for frame in _spoken_of(nouns, mentions) if _passes(frame, verb, nouns)}
    if len(found) != 1:
        return None
    (frame,) = found.values()
    goes_on = lemmas(verb) & LASTS or frame.said & DONE
    condition = signed(frame.name, frame.sign if goes_on else -frame.sign)
    return Named("one", Mention(condition, 0.9, (frame,), True))


def cleared(said: Sequence[str], mentions: Mentions) -> Named | None:
    """Read "the crossing is clear" where somebody or something may be on it."""
    about = [word for word in said if word not in ARTICLES | BETWEEN | PREPOSITIONS]
    if len(about) < 2 or about[-1] not in FREE:
        return None
    found = {
        frame.name: frame
        for frame in mentions.known
        if frame.kind in ("place", "state") and not frame.definite and _all_in(about[:-1], frame.rest)
    }
    if len(found) != 1:
        return None
    (frame,) = found.values()
    return Named("one", Mention(Not(Atom(frame.name)), 0.9, (frame,), True))


def _ends(word: str, away: bool) -> bool:
    return word in OVER or bool(lemmas(word) & (OVER | LEFT | (MOVED if away else LEFT)))


def _all_in(nouns: Sequence[str], phrases: Sequence[Sequence[str]]) -> bool:
    known = {form for phrase in phrases for one in phrase for form in lemmas(one)}
    return all(lemmas(word) & known for word in nouns)


def _spoken_of(nouns: Sequence[str], mentions: Mentions) -> list[Frame]:
    """Frames about what some nouns name; pronouns stand for what was mentioned last."""
    if all(word in PRONOUNS for word in nouns):
        return [frame for frame in mentions.before if _comes(frame) or not frame.acts][-1:]
    return [frame for frame in mentions.known if _about(frame, nouns)]


def _about(frame: Frame, nouns: Sequence[str]) -> bool:
    """Whether nouns name what a frame tells of: its subject, or its state ("rain", "fog", "the jam")."""
    if frame.kind == "bare":
        return False
    if frame.subject and _all_in(frame.subject[-1:], (nouns,)):
        return _all_in(nouns, (frame.subject, *frame.rest))
    said = [*frame.said, *(word[:-1] for word in frame.said if word.endswith("y"))]
    named = {form for word in said for form in lemmas(word)}
    told = [word for word in nouns if not word.endswith("ing") and lemmas(word) & named]
    return frame.kind == "state" and bool(told) and _all_in(nouns, (frame.subject, *frame.rest, told))


def occurrence(said: Sequence[str], mentions: Mentions) -> Named | None:
    """Read a noun for what happens: "after the alarm", "before a storm"."""
    nouns = [word for word in said if word not in ARTICLES]
    if not nouns or len(nouns) == len(said) or len(nouns) > 3:
        return None
    found = {frame.name: frame for frame in mentions.known if frame.kind in ("state", "deed")}
    found = {
        name: frame
        for name, frame in found.items()
        if frame.subject
        and not frame.acts
        and _all_in(nouns, (frame.subject,))
        and (
            not frame.definite or "be" in frame.said or frame.said & (ON | LOUD) or frame.subject[-1] in LOUD
        )
        and _all_in(frame.subject, (nouns,))
    }
    if len(found) != 1:
        return None
    (frame,) = found.values()
    return Named("one", Mention(signed(frame.name, frame.sign), 0.8, (frame,), True))


def _comes(frame: Frame) -> bool:
    """Whether what a frame tells of comes and goes by itself."""
    return not frame.definite or frame.ambient or (bool(frame.subject) and frame.subject[-1] in NATURE)


def _passes(frame: Frame, verb: str, nouns: Sequence[str]) -> bool:
    """Whether a verb of ending, or of lasting, can be said of what a frame tells."""
    if frame.said & DONE:
        return verb == "over" or bool(lemmas(verb) & DONE)
    if lemmas(verb) & LASTS:
        return frame.lasts and not frame.acts
    if not frame.acts and not _all_in(frame.subject[-1:], (nouns,)) and not frame.ambient and frame.subject:
        return bool({verb, *lemmas(verb)} & CURED) and frame.lasts
    if frame.kind == "place" and not frame.acts and (verb == "gone" or lemmas(verb) & (LEFT | MOVED)):
        return True
    return (verb == "gone" or not lemmas(verb) & (LEFT | MOVED)) and _comes(frame)
