"""Words: tokens with their place in the text, base forms, spelling and small typing errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lantern.language.paraphrase import NUMBERS


def number_words(first: int, last: int) -> dict[str, int]:
    """Words for the whole numbers from `first` to `last`, at most ten."""
    return {NUMBERS[number]: number for number in range(first, last + 1)}


_TOKEN = re.compile(r"[a-z0-9]+(?:['_]+[a-z0-9]+)*|[.,;:!?()&]")

# A dash between words, of the same length as what stands for it.
_DASH = re.compile(r" [-\u2013\u2014] ")
# Prefixes that make one word with what follows their hyphen ("de-ice", "re-enter").
_PREFIX = re.compile(r"\b(de|re|un|pre|dis)-([a-z]+)")
# "A" as a name ("box A"), which is not the article.
LETTER_A = "á"
_AFTER_NAME = frozenset({
    ",", ";", ":", ".", "!", "?", ")", "and", "or", "nor", "must", "may", "can", "shall", "should", "will",
    "has", "is", "was", "does", "needs", "comes", "goes", "first", "then",
})  # fmt: skip
_ABBREVIATION = re.compile(r"\b(st|mt|dr|mr|mrs|ms|no|vs|co)\.(?=\s*\w)")

CONTRACTIONS = {
    "it's": "it is",
    "that's": "that is",
    "this's": "this is",
    "there's": "there is",
    "he's": "he is",
    "she's": "she is",
    "who's": "who is",
    "everything's": "everything is",
    "dont": "do not",
    "doesnt": "does not",
    "isnt": "is not",
    "arent": "are not",
    "wont": "will not",
    "cant": "can not",
    "mustnt": "must not",
    "shouldnt": "should not",
    "didnt": "did not",
    "hasnt": "has not",
    "havent": "have not",
    "cannot": "can not",
    "teh": "the",
    "hte": "the",
    "adn": "and",
    "nad": "and",
    "wiht": "with",
    "thne": "then",
    "taht": "that",
    "untill": "until",
    "can't": "can not",
    "won't": "will not",
    "shan't": "shall not",
    "n't": " not",
    "'re": " are",
    "'ve": " have",
    "'ll": " will",
    "'m": " am",
    "'d": " would",
}
# What follows where "the agent's" stands for "the agent is".
_IS = re.compile(
    r"\s+(?:in|at|on|not|near|inside|outside|still|being|too|out|over|above|under|close|no longer)\b"
)

# Base form of verbs (and a few nouns) that no rule of spelling gives.
IRREGULAR = {
    "am": "be", "is": "be", "are": "be", "was": "be", "were": "be", "been": "be", "being": "be",
    "has": "have", "had": "have", "having": "have", "does": "do", "did": "do", "done": "do", "doing": "do",
    "went": "go", "gone": "go", "goes": "go", "got": "get", "gotten": "get", "took": "take",
    "taken": "take", "found": "find", "saw": "see", "seen": "see", "slain": "slay", "slew": "slay",
    "met": "meet", "brought": "bring", "held": "hold", "kept": "keep", "left": "leave", "made": "make",
    "came": "come", "built": "build", "fought": "fight", "fell": "fall", "fallen": "fall", "fed": "feed",
    "led": "lead", "shut": "shut", "put": "put", "set": "set", "lit": "light", "ran": "run", "rose": "rise",
    "risen": "rise", "sold": "sell", "bought": "buy", "caught": "catch", "chose": "choose",
    "chosen": "choose", "began": "begin", "begun": "begin", "broke": "break", "broken": "break",
    "ate": "eat", "eaten": "eat", "dug": "dig", "drove": "drive", "driven": "drive", "stood": "stand",
    "stuck": "stick", "stole": "steal", "stolen": "steal", "swept": "sweep", "threw": "throw",
    "thrown": "throw", "won": "win", "woken": "wake", "woke": "wake", "gave": "give", "given": "give",
    "burnt": "burn", "drew": "draw", "drawn": "draw", "hit": "hit", "cut": "cut", "read": "read",
    "sent": "send", "spent": "spend", "forbidden": "forbid", "dying": "die", "lying": "lie", "paid": "pay",
    "spun": "spin", "flew": "fly", "flown": "fly", "wore": "wear", "worn": "wear", "rang": "ring",
    "rung": "ring", "sang": "sing", "sung": "sing", "swam": "swim", "swum": "swim", "drank": "drink",
    "drunk": "drink", "blew": "blow", "blown": "blow", "grew": "grow", "grown": "grow", "knew": "know",
    "known": "know", "wrote": "write", "written": "write", "rode": "ride", "ridden": "ride", "hid": "hide",
    "hidden": "hide", "bit": "bite", "bitten": "bite", "spoke": "speak", "spoken": "speak", "tore": "tear",
    "torn": "tear", "froze": "freeze", "frozen": "freeze", "lost": "lose", "shot": "shoot",
    "struck": "strike", "sank": "sink", "sunk": "sink", "hung": "hang", "swung": "swing", "slid": "slide",
    "sped": "speed", "bred": "breed", "bound": "bind", "ground": "grind", "heard": "hear", "told": "tell",
    "said": "say", "taught": "teach", "thought": "think", "sought": "seek", "slept": "sleep",
    "felt": "feel", "dealt": "deal", "bent": "bend", "lent": "lend", "meant": "mean", "split": "split",
    "spread": "spread", "laid": "lay", "sown": "sow", "sowed": "sow", "mown": "mow", "shown": "show",
    "showed": "show", "sawn": "saw", "sewn": "sew", "forgot": "forget", "forgotten": "forget",
    "shook": "shake", "shaken": "shake", "wove": "weave", "woven": "weave", "trod": "tread",
    "trodden": "tread", "withdrew": "withdraw", "withdrawn": "withdraw", "overtook": "overtake",
    "overtaken": "overtake", "rebuilt": "rebuild", "undone": "undo", "overheard": "overhear",
    "wound": "wind", "stung": "sting", "clung": "cling", "wolves": "wolf", "shelves": "shelf",
    "keys": "key", "valves": "valve", "axes": "axe",
}  # fmt: skip

# Participles that no rule of spelling gives.
PARTICIPLES = frozenset({
    "done", "gone", "taken", "found", "seen", "slain", "met", "brought", "held", "kept", "made", "built",
    "fought", "cut", "dug", "sold", "bought", "caught", "broken", "eaten", "driven", "lit", "shut", "put",
    "got", "gotten", "swept", "read", "sent", "given", "begun", "come", "been", "set", "hit", "stolen",
    "sown", "grown", "thrown", "shown", "flown", "worn", "drawn", "written", "hidden", "fed", "led", "lost",
    "left", "paid", "said", "told", "won", "woken", "shot", "spent", "stood", "struck", "sunk", "burnt",
    "frozen", "chosen", "fallen", "forged", "mown", "cast", "spun", "bent", "wound", "laid", "hung", "run",
    "ridden", "bitten", "spoken", "torn", "rung", "sung", "blown", "known", "slid", "bound", "ground",
    "heard", "taught", "sought", "split", "spread", "sewn", "shaken", "woven", "overtaken", "withdrawn",
    "rebuilt", "undone", "shed", "beaten", "burst", "drunk", "swum", "bred", "swung", "lent", "felt", "dealt",
})  # fmt: skip

# American words for British ones; endings are handled by `spelled`.
AMERICAN = {
    "grey": "gray", "centre": "center", "centres": "centers", "theatre": "theater", "metre": "meter",
    "fibre": "fiber", "defence": "defense", "programme": "program", "plough": "plow", "mould": "mold",
    "jewellery": "jewelry", "aluminium": "aluminum", "sulphur": "sulfur", "tyre": "tire", "axe": "ax",
    "towards": "toward", "afterwards": "afterward", "colour": "color", "harbour": "harbor",
    "armour": "armor", "neighbour": "neighbor", "vapour": "vapor", "odour": "odor", "labour": "labor",
    "favour": "favor", "honour": "honor", "behaviour": "behavior", "catalogue": "catalog",
    "thru": "through", "alright": "okay", "till": "until", "til": "until", "util": "until",
    "favourite": "favorite", "artefact": "artifact", "sceptre": "scepter", "sabre": "saber",
}  # fmt: skip

_DOUBLED_L = re.compile(r"(travel|label|cancel|model|fuel|signal|level|total)l(ed|ing|er|ers)$")
_ISE = re.compile(r"([a-z]{3,})is(e|es|ed|ing|ation)$")
_ISE_KEPT = frozenset({
    "advise", "advised", "advising", "raise", "raised", "raising", "rise", "noise", "otherwise", "exercise",
    "exercised", "promise", "promised", "surprise", "surprised", "precise", "disguise", "arise", "wise",
    "likewise", "praise", "revise", "revised",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One word or punctuation mark.

    Attributes
    ----------
    text : str
        Lower case, American spelling, contractions written out.
    start, end : int
        Where it stands in the user's text.
    hyphen : bool
        Whether it is joined to the word before it.
    """

    text: str
    start: int
    end: int
    hyphen: bool = False


def tokenize(text: str) -> list[Word]:
    """Split a text into words; hyphens separate words, contractions become two words at the same place."""
    return list(_tokens(text))


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[Word, ...]:
    words: list[Word] = []
    lowered = text.lower().replace("’", "'").replace("`", "'")
    lowered = lowered.replace("i.e.", " ,  ").replace("e.g.", " ,  ")
    lowered = _ABBREVIATION.sub(r"\1 ", lowered)
    lowered = _DASH.sub(" , ", lowered)
    lowered = _PREFIX.sub(lambda match: match.group(1) + match.group(2) + " ", lowered)
    ends = {match.end() - 1: match.end() for match in _PREFIX.finditer(text.lower())}
    for match in _TOKEN.finditer(lowered):
        if match.group() == "a" and text[match.start()] == "A" and _is_name(words, lowered[match.end() :]):
            words.append(Word(LETTER_A, match.start(), match.end()))
            continue
        possessive = match.group().endswith("'s") and _IS.match(lowered, match.end())
        joined = bool(words) and lowered[words[-1].end : match.start()] == "-"
        end = ends.get(match.end(), match.end())
        parts = [
            *_parts(match.group()),
            *(["is"] if possessive and match.group() not in CONTRACTIONS else []),
        ]
        words.extend(Word(part, match.start(), end, joined) for part in parts)
    return tuple(words)


def _is_name(before: list[Word], rest: str) -> bool:
    """Whether a capital "A" is a name: within a sentence, or before what no article stands before."""
    if before and before[-1].text not in (".", "!", "?", ":"):
        return True
    following = _TOKEN.search(rest)
    return following is None or following.group() in _AFTER_NAME


def _parts(token: str) -> list[str]:
    for short, long in CONTRACTIONS.items():
        if token.endswith(short) and token != short:
            return [spelled(part) for part in (token[: -len(short)] + long).split()]
        if token == short:
            return long.split()
    if token.endswith("'s"):
        token = token[:-2]
    return [spelled(token.replace("'", ""))]


@lru_cache(maxsize=10_000)
def spelled(word: str) -> str:
    """American spelling of a word."""
    if word in AMERICAN:
        return AMERICAN[word]
    if word.endswith("s") and word[:-1] in AMERICAN:
        return AMERICAN[word[:-1]] + "s"
    word = _DOUBLED_L.sub(r"\1\2", word)
    if word not in _ISE_KEPT:
        word = _ISE.sub(r"\1iz\2", word)
    return word


@lru_cache(maxsize=20_000)
def base_forms(word: str) -> frozenset[str]:
    """Every base form that a word may have: itself, and what rules of inflection and the irregulars give."""
    forms = {word}
    if word in IRREGULAR:
        forms.add(IRREGULAR[word])
    if word.endswith("ion") and len(word) > 7:  # "inspection"
        forms |= {word[:-3], word[:-3] + "e"}
    for ending in ("ies", "ied", "es", "ed", "s", "ing", "d"):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            forms |= _without(word[: -len(ending)], ending)
    return frozenset(forms)


def _without(stem: str, ending: str) -> set[str]:
    if ending in ("ies", "ied"):
        return {stem + "y"}
    if ending == "s":
        return set() if stem.endswith("s") else {stem}
    if ending == "d":
        return {stem} if stem.endswith("e") else set()
    if ending == "es" and stem.endswith("e"):
        return set()  # "bees" are nothing that is
    forms = {stem, stem + "e"} if ending in ("ed", "ing") else {stem}
    if ending in ("ed", "ing") and len(stem) > 2 and stem[-1] == stem[-2]:
        forms.add(stem[:-1])
    return forms


def inflected(verb: str) -> frozenset[str]:
    """Forms of a regular verb, and some that rules of doubling may or may not give."""
    stem = verb.removesuffix("e")
    past = (
        verb[:-1] + "ied" if verb.endswith("y") and len(verb) > 3 and verb[-2] not in "aeou" else stem + "ed"
    )
    return frozenset({verb, stem + "ing", past, stem + stem[-1] + "ing", stem + stem[-1] + "ed", verb + "s"})


def is_gerund(word: str) -> bool:
    """Whether a word looks like a verb's -ing form."""
    return word.endswith("ing") and len(word) > 4


def singular(word: str) -> str:
    """Base form of a noun: "keys" is "key"."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return (
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word
    )


class Spellings:
    """Words that a misspelt one may be compared with.

    Parameters
    ----------
    known : mapping of str to str
        Spellings and what they stand for.
    base : Spellings, optional
        Further words, which those of `known` overrule.
    """

    def __init__(self, known: Mapping[str, str], base: Spellings | None = None) -> None:
        self._known = known
        self._base = base
        self._by_length: dict[int, list[tuple[str, frozenset[str]]]] = {}
        for word in known:
            if len(word) > 3:
                self._by_length.setdefault(len(word), []).append((word, frozenset(word)))
        self._found: dict[str, str | None] = {}

    def nearest(self, word: str) -> str | None:
        """The only meaning of the words that a small typing error could have turned into this one, or None.

        One error (letter missing, added, changed, or two swapped) is allowed from five letters on, two from
        nine; in shorter words, one letter may be missing or two be swapped.
        """
        if word not in self._found:
            if len(self._found) > 5_000:
                self._found.clear()
            self._found[word] = self._nearest(word)
        return self._found[word]

    def _nearest(self, word: str) -> str | None:
        if len(word) < 3 or not word.isalpha():
            return None
        limit = 2 if len(word) > 8 else 1
        letters = frozenset(word)
        close: dict[int, list[str]] = {}
        for length in range(len(word) - limit, len(word) + limit + 1):
            for other, found in self._of_length(length):
                # Each error changes at most two letters of the set.
                if len(letters ^ found) > 2 * limit:
                    continue
                if len(word) < 5 and len(other) != len(word) + 1 and sorted(other) != sorted(word):
                    continue
                errors = typing_errors(word, other, limit)
                if errors <= limit:
                    close.setdefault(errors, []).append(other)
        best = {self._meaning(other) for other in close[min(close)]} if close else set()
        return best.pop() if len(best) == 1 else None

    def _of_length(self, length: int) -> Iterator[tuple[str, frozenset[str]]]:
        yield from self._by_length.get(length, ())
        if self._base is not None:
            yield from self._base._of_length(length)

    def _meaning(self, word: str) -> str:
        if word in self._known or self._base is None:
            return self._known[word]
        return self._base._meaning(word)


def typing_errors(a: str, b: str, limit: int) -> int:
    """Smallest number of errors that make `b` of `a` (optimal string alignment), or more than `limit`."""
    older: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            new.append(cost)
        if min(new) > limit:
            return limit + 1
        older, row = row, new
    return row[-1]
