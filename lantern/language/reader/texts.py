"""A text as sentences of plain tokens: connectives in capitals, everything else a word in small letters."""

from __future__ import annotations

import re
from functools import lru_cache

from lantern.language.english import manners
from lantern.language.english.words import IRREGULAR, PARTICIPLES, Spellings, base_forms, tokenize
from lantern.language.paraphrase import NUMBERS
from lantern.language.reader import plainer
from lantern.language.reader.wordings import WORDS, rewritten
from lantern.language.reader.wordlists import FILLERS, words

KNOWN = words(
    "the and then never always until before after when whenever while without avoid again both either robot",
    "should must going visit reach open close pick take press bring carry return twice first finally once",
    "unless only make sure that with from stay keep stop there back leave enter finish",
)
# Words that are spelt right, although one letter may make another word of them.
SPELT = (
    WORDS
    | plainer.WORDS
    | {
        *IRREGULAR,
        *IRREGULAR.values(),
        *PARTICIPLES,
        *manners.ARRIVE,
        *manners.PUT,
        *manners.ACQUIRE,
    }
)
SPELT |= {*manners.MAKE, *manners.BECOME, *manners.RELEASE, *manners.TAKE_OUT, *manners.MEASURED}
SPELT |= {*NUMBERS, "twelve", "three", "times", "steps"}
SPELT |= words(
    "there their that this than from with into onto over under above below near place right away least most",
    "where here have has had been being will would could light turn switch start shut fully still down",
    "around through other another more less than very next last some such same because since though",
)
_VALUES = {word: value for value, word in enumerate(NUMBERS)}
_ORDINALS = {"once": 1, "twice": 2, "thrice": 3, "twelve": 12}
_NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINALS |= {word: at for at, word in enumerate(_NTH, 1)}


@lru_cache(maxsize=512)
def _typos(known: frozenset[str]) -> Spellings:
    return Spellings({word: word for word in (*KNOWN, *known)})


def sentences(text: str, known: frozenset[str]) -> list[list[str]]:
    """Sentences of a text, each a list of tokens; small typing errors are mended towards `known` words."""
    spelling = _typos(known)
    kept = FILLERS | KNOWN | SPELT | known
    said = [word.text for word in tokenize(text)]
    right = [not w.isalpha() or len(w) < 4 or bool(base_forms(w) & kept) for w in said]
    said = [w if spelt else _mended(w, spelling) for w, spelt in zip(said, right, strict=True)]
    found: list[list[str]] = []
    for part in re.split(r" ?[.;!?] ?", " ".join(said)):
        tokens = rewritten(plainer.plainer(part.strip())).replace(",", " , ").split()
        doubled = {at for at, one in enumerate(tokens) if at and one == tokens[at - 1] == "THEN"}
        tokens = [one for at, one in enumerate(tokens) if at not in doubled]
        if tokens:
            found.append(tokens)
    return found


def _mended(word: str, spelling: Spellings) -> str:
    """The known word that a typing error made this one of; errors in the first letter are rare."""
    near = spelling.nearest(word)
    return near if near is not None and near[0] == word[0] else word


def number(token: str) -> int:
    """Number that a counting token holds ("#low:two" or "#within:5")."""
    value = token.partition(":")[2]
    return int(value) if value.isdigit() else _ORDINALS.get(value) or _VALUES.get(value, 1)
