"""English clauses made from the sentence of a proposition: "the agent picked up the key"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_AUXILIARY = {"is": "be", "are": "be", "has": "have", "have": "have"}
_IRREGULAR = (
    "be was, begin began, break broke, bring brought, build built, buy bought, catch caught, choose chose, "
    "come came, cut cut, deal dealt, dig dug, do did, draw drew, drink drank, drive drove, eat ate, "
    "fall fell, feed fed, feel felt, fight fought, find found, fly flew, get got, give gave, go went, "
    "grow grew, have had, hide hid, hit hit, hold held, keep kept, lay laid, lead led, leave left, lie lay, "
    "light lit, lose lost, make made, meet met, pay paid, put put, read read, ride rode, rise rose, run ran, "
    "say said, see saw, seek sought, sell sold, send sent, set set, shoot shot, shut shut, sit sat, "
    "sleep slept, speak spoke, spend spent, stand stood, steal stole, strike struck, swim swam, take took, "
    "throw threw, wear wore, win won, write wrote"
)
_PAST = dict(pair.split() for pair in _IRREGULAR.split(", "))
_DOUBLES = (
    "occur refer permit admit commit drop grab stop step trap slip ship tap tip plan pin scan spot trip"
)
_DOUBLED = frozenset(_DOUBLES.split())
# A verb in "-s" is told from a plural noun by what follows it, unless its subject is one of these.
_SUBJECTS = "agent robot it he she player car vehicle drone taxi rover"
_AGENTS = frozenset(_SUBJECTS.split())
_FOLLOWING = (
    "the a an its all any every each another some no at in into on onto to from with without through over "
    "under up down out off back away around across along near by home inside outside past again alive open "
    "closed below above between within against for"
)
_DETERMINERS = frozenset(("the", "a", "an", "its", "each", "every", "one", "this", "that"))
_AFTER_VERB = frozenset(_FOLLOWING.split())


Clause = tuple[str, str]  # subject and predicate


@dataclass(frozen=True)
class Phrase:
    """A proposition's sentence taken apart; without a verb where its grammar was not recognised.

    Attributes
    ----------
    sentence : str
        "the agent picks up the key".
    subject, verb, rest : str
        "the agent", the infinitive "pick", "up the key".
    plural : bool
        Whether the subject is plural.
    opposite : str
        The sentence for when it does not hold, where the vocabulary gives one.
    """

    sentence: str
    subject: str = ""
    verb: str = ""
    rest: str = ""
    plural: bool = False
    opposite: str = ""

    @property
    def infinitive(self) -> str:
        """ "pick up the key"; only where the verb is known."""  # noqa: D210
        return f"{self.verb} {self.rest}".strip()

    @property
    def parts(self) -> Clause:
        """Subject and predicate: "the agent", "picks up the key"."""
        if not self.verb:
            return "", self.sentence
        return self.subject, self.sentence[len(self.subject) + 1 :]

    @property
    def past_parts(self) -> Clause:
        """Subject and predicate in the past: "the agent", "picked up the key"."""
        if not self.verb:
            return "", f"it happened that {self.sentence}"
        verb = "were" if self.verb == "be" and self.plural else past_tense(self.verb)
        return self.subject, f"{verb} {self.rest}".strip()

    def modal_parts(self, words: str) -> Clause:
        """Clause with a modal verb: "must not" gives "the agent must not", "pick up the key"."""
        if not self.verb:
            return f"it {words}", f"happen that {self.sentence}"
        if self.plural:
            words = words.replace("has to", "have to")
        return f"{self.subject} {words}", self.infinitive

    @property
    def negated(self) -> str:
        """ "the agent does not pick up the key"."""  # noqa: D210
        if self.opposite:
            return self.opposite
        if self.verb == "be":
            return f"{self.subject} {'are' if self.plural else 'is'} not {self.rest}".strip()
        if not self.verb:
            return f"it is not so that {self.sentence}"
        return f"{self.subject} {'do' if self.plural else 'does'} not {self.infinitive}"


def phrase(sentence: str, opposite: str | None = None) -> Phrase:
    """Take a sentence apart into subject, verb and rest, as far as its shape is plain."""
    text = re.sub(r"\s+", " ", sentence).strip().rstrip(".")
    words = text.split(" ")
    if words[0] in ("The", "A", "An", "It", "All", "Every"):
        words[0] = words[0].lower()
    text = " ".join(words)
    at = _find_verb(words)
    if at is None:
        return Phrase(text, opposite=opposite or "")
    plural = words[at] in ("are", "have")
    verb = _AUXILIARY.get(words[at]) or infinitive(words[at])
    return Phrase(text, " ".join(words[:at]), verb, " ".join(words[at + 1 :]), plural, opposite or "")


def _find_verb(words: Sequence[str]) -> int | None:
    """Position of the verb, if the sentence begins with a short subject and a verb in the present."""
    for at in range(1, min(len(words), 7)):
        if words[at] in _AUXILIARY:
            return at
        if words[at] in ("that", "which", "who", "of", "and", "or"):
            break
        if _is_third_person(words, at):
            return at
    return None


def _is_third_person(words: Sequence[str], at: int) -> bool:
    word = words[at]
    if not re.fullmatch(r"[a-z]{2,}s", word) or word.endswith(("ss", "us")):
        return False
    following = words[at + 1] if at + 1 < len(words) else ""
    if following in _AUXILIARY:
        return False  # "the steps are done": a plural noun
    if words[at - 1] in _AGENTS:
        return True
    return at >= 2 and words[0] in _DETERMINERS and (not following or following in _AFTER_VERB)


def infinitive(verb: str) -> str:
    """Infinitive of a verb in the third person singular: "carries" -> "carry"."""
    if verb in ("does", "goes", "undoes", "undergoes"):
        return verb[:-2]
    if verb.endswith("ies") and len(verb) > 4:
        return verb[:-3] + "y"
    if verb.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return verb[:-2]
    return verb[:-1]


def past_tense(verb: str) -> str:
    """Past tense of an infinitive: "carry" -> "carried"."""
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + verb[-1] * (verb in _DOUBLED) + "ed"


def listed(items: Sequence[str], word: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""  # noqa: D210
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def times(count: int) -> str:
    """ "", " twice", " three times"."""  # noqa: D210
    words = {1: "", 2: " twice", 3: " three times", 4: " four times", 5: " five times"}
    return words.get(count, f" {count} times")


def join(clauses: Sequence[Clause], word: str) -> str:
    """Join clauses, naming a subject again only where it changes: "the agent ran, jumped and swam"."""
    texts: list[str] = []
    previous = ""
    for subject, predicate in clauses:
        texts.append(predicate if subject and subject == previous else f"{subject} {predicate}".strip())
        previous = subject
    return listed(texts, word)
