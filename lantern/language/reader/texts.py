"""A text as sentences of plain tokens: connectives in capitals, everything else a word in small letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lantern.language.grammar import manners
from lantern.language.grammar.words import IRREGULAR, PARTICIPLES, Spellings, tokenize

_N = {
    "no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "a single": 1, "a": 1,
}  # fmt: skip
_NUM = r"(\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_STEPS = r"(?:time ?steps?|steps?|moves?|ticks?|turns?|actions?)"
_TIMES = r"(once|twice|thrice|(?:" + _NUM[1:-1] + r")(?= times?\b))(?: times?)?"


def _number(text: str) -> int:
    word = text.split()[0]
    return {"once": 1, "twice": 2, "thrice": 3}.get(word, _N.get(word, int(word) if word.isdigit() else 1))


# Wordings and what stands for them, in the order in which they are looked for.
_RULES: tuple[tuple[str, str], ...] = (
    (r"\(|\)", ","), (r"\bof (?:these|the following)(?: \w+)? ?:", "of"),
    (r"^should (?=you |the |it |any |there |an? )", "if "),
    (r"^(?:could|can|would|will) you\b", " "), (r"\b(?:i|we) (?:would like|want|need|wish)(?: for)?\b(?! to)", " "),
    (r"\bit is (?:important|essential|crucial|vital|necessary) that\b|\bwhatever (?:you do|happens)\b"
     r"|\b(?:in the event|yourself|even once)\b", " "),
    (r"\b(?:sooner or later|ultimately|eventually|at some (?:point|time)|sometime)\b", " LATER "),
    (r"(?:,|\band)? ?\b(?:it does not matter which|(?:i|we) do not (?:mind|care) which|no matter which|whichever)(?: (?!then\b|and\b|but\b)\w+)*"
     r"|,? ?\bnot necessarily in (?:that|this) order\b|,? ?\b(?:the )?order is (?:free|open|up to you|not important|irrelevant)\b"
     r"|,? ?\border does not matter\b|,? ?\bthe order being up to you\b", " ANYORDER "),
    (r"\b(keep|keeps|stay|stays|steer|remain)( well)? clear of\b", r"\1 away from"), (r"\bget(?:s)? hold of\b", "get"),
    (r"\b(?:takes?|taking|took|taken|lifts?|lifting) off\b(?! (?:the|its|a)\b)", "takeoff"),
    (r"\bfrom the (?:moment|time)(?: that| when)?\b", "once"),
    (r"\b(?:throughout|during|in the course of|for) (?:the|its) (?:whole |entire |full )?(?:episode|shift|job|batch|run|day|mission|task|trip|time)\b"
     r"|\ball day(?: long)?\b", " throughout "),
    (r"\b(?:in|on|by|at) the next (?:time )?step at the latest\b|\b(?:in|on|by) the next step or (?:earlier|before)\b", " #within:1 "),
    (r"\bat the latest\b", " "), (r"\b(?:by|no later than|not later than) (?:the )?(?:time )?step (\d+)\b", r" #first:\1 "),
    (r"\bin (?:less|fewer) than " + _NUM + r" " + _STEPS + r"\b", r" #below:\1 "),
    (r"\bin " + _NUM + r" " + _STEPS + r" at (?:the )?most\b", r" #within:\1 "),
    (r"\b(?:at most|no more than|not more than) " + _NUM + r" " + _STEPS + r" after\b", r" #within:\1 after "),
    (r"\bwithin (?:at most )?" + _NUM + r" " + _STEPS + r" of\b", r" #within:\1 after "),
    (r"(?:,? ?\b(?:and|but)\b|,)* ?\bonly (?:then|afterwards?|after that)\b", " ONLYTHEN "),  (r"\banother one\b", "one"), (r"\b(?:either|any)(?: one)? (?:is fine|will do|is ok|works)\b|\bwhich ?ever (?:one )?(?:you like|is \w+)\b", " "),
    (r"\b(?:please|kindly|just|simply|also|too|as well|really|itself|themselves|for me|carefully|safely|quickly"
     r"|somewhere|along the way(?! to)|(?<=\w )on (?:the|your|its) way(?! to| from| there| back)|while doing so|in doing so|whatever happens|of course|at any cost|in the process|during the (?:whole )?(?:trip|mission|task)"
     r"|in the meantime|meanwhile|all the way|straight (?=to|back))\b", " "), (r"\bupon (?=\w+ing\b)", "after "),
    (r"\b(?:i|we) (?:want|need|would like|expect|ask) (?:you|the \w+) to\b", " "),
    (r"\b(?:your|the|our|its) (?:\w+ )?(?:task|goal|job|aim|objective|mission|plan|idea) (?:now )?is (?:for the \w+ )?to\b", " "),
    (r"\b(?:be careful|take care|be sure|make sure|try|remember|see to it|ensure|take heed) (?:that )?not to\b", " NOT "),
    (r"\b(?:make sure|be sure|ensure|see to it|take care|remember|try|be careful|check)(?: that| to)\b", " "),
    (r"\b(?:make sure|ensure|see to it) (?=the |it |you |no |all |both |every |a |an )", " "),
    (r"\b(?:is|are) (?:not|never) (?:allowed|permitted|supposed) to\b", " MUST NOT "),
    (r"\b(?:is|are) (?:forbidden|prohibited) (?:to|from)\b", " MUST NOT "),
    (r"\b(?:is|are) (?:strictly )?(?:forbidden|off limits|prohibited|not allowed|not permitted|taboo)\b", " BANNED "),
    (r"\b(?:it is (?:forbidden|not allowed|prohibited) to|refrain from|there must be no|no)\b(?= \w+ing\b)", " NOT "),
    (r"\bit is (?:forbidden|not allowed|prohibited) to\b", " NOT "),
    (r"\bhas never been\b", " is NOT "),
    (r"\b(?:is|are|be) only allowed to\b|\b(?:is|are) allowed to\b(?= \w+ only)", " MAY ONLY "),
    (r"\b(?:is|are) (?:allowed|permitted|free) to\b", " MAY "),
    (r"\b(?:do|does|did) not (?:have|need) to\b|\bneed not\b", " NEEDNOT "),
    (r"\b(?:has|have|had|needs?|ought|(?:is|are) (?:required|supposed|obliged|expected|meant)) to\b", " MUST "),
    (r"\b(?:is|are) to (?=\w)(?!the\b)", " MUST "),
    (r"\b(?:must|should|shall|will)\b", " MUST "),
    (r"\b(?:may|can|could|might)\b", " MAY "),
    (r"\bno longer\b|\bnot (?=\w+ any ?more)\b", " not "), (r"\bany ?(?:more|longer)\b", " "),
    (r"\b(?:do|does|did) not\b", " NOT "), (r"\bcan not\b", " MUST NOT "),
    (r"\b(?:never ever|never|under no circumstances|at no (?:time|point|step|moment)|by no means)\b", " NEVER "),
    (r"\bnot (?:at any (?:time|point)|ever)\b", " NEVER "), (r"\bnot\b", " NOT "), (r"\bdo(?= )(?=.*\bNOT)", " do"),
    (r"\bneither\b", " NEITHER "), (r"\bnor\b", " NOR "),
    (r"\bat any (?:time|point)\b|\bever\b|\bat all\b(?! times)", " "),
    (r"\bin (?:any|either|whatever|whichever|arbitrary|no particular|no specific|an arbitrary)(?: \w+)? order(?: (?:you|it) "
     r"(?:like|likes|want|wants|prefer|prefers|please))?\b|\b(?:the|their) order (?:does|NOT|is) (?:NOT )?(?:not )?"
     r"(?:matter|important|up to you|free|arbitrary)\b|\bregardless of (?:the )?order\b|\bno matter (?:the|in which|which) order\b"
     r"|\bthe order does NOT matter\b|\bthe order NOT matter\b", " ANYORDER "),
    (r"\bin (?:that|this|the given|exactly this|exactly that|the following) (?:\w+ )?order\b|\bone after the other\b"
     r"|\bin (?:sequence|order)\b", " INORDER "),
    (r"\b(?:but|and|though)? ?(?:NOT|NEVER) (?:to )?both(?: of them)?(?= ?[.,;]| ?$)", " NOTBOTH "),
    (r"\bin the (?:very )?(?:end|last step|final step)\b|\b(?:at|by) the (?:very )?end(?: of (?:the|each|every) (?:\w+ )?\w+)?\b"
     r"|\b(?:when|once) (?:you are |it is |everything is |all is |the \w+ is )?(?:done|finished)\b|\bin the last step\b|\bat the last step\b",
     " ATEND "),
    (r"\bat (?:exactly )?the (?:very )?same (?:time|step|moment)(?: as)?\b|\bsimultaneously\b", " SAME "),
    (r"\b(?:every|each|any) time(?: that| when)?\b|\bwhenever\b|\balways when\b|\bat (?:any|every) (?:time|step|moment) (?:when|at which|where|in which)\b", " WHENEVER "),
    (r"\bas soon as\b|\bthe (?:moment|instant)(?: that| when)?\b|\b(?:immediately|directly|right) when\b", " ASAP "),
    (r"\b(?:as|so) long as\b|\bfor as long as\b|\bduring the time (?:that|when)\b|\ball the while\b", " WHILE "),
    (r"\b(?:immediately|right|directly|straight|just) (?:after|once)(?:wards?)?(?= \w)\b", " SOON AFTER "),
    (r"\b(?:in|on|at|by) (?:the|its) (?:very )?(?:next|following) (?:time ?)?(?:step|move|moment|turn)\b|\bone (?:time ?)?step later\b", " SOON "),
    (r"\b(?:immediately|right away|straight ?away|at once|instantly|promptly|without (?:any )?delay)\b", " SOON "),
    (r"\bat all times\b|\b(?:at|in) (?:each|every)(?: single)?(?: time)? ?(?:step|moment|time)\b|\b(?:the|for the) (?:whole|entire) (?:time|episode|run|mission)\b"
     r"|\bthroughout(?: the (?:\w+ )?(?:episode|run|mission|task|time|day|trip))?(?= ?[.,;]| ?$| AND)|\ball the time\b|\balways\b|\bconstantly\b"
     r"|\bpermanently\b|\bfrom start to (?:finish|end)\b|\b(?:from beginning )?(?:up )?(?:until|to) the (?:very )?end\b|\bcontinuously\b|\bfor good\b", " ALWAYS "),
    (r"\bwithin (?:at most )?(?:the next |the following )?" + _NUM + r" (?:\w+ )?" + _STEPS + r"\b", r" #within:\1 "),
    (r"\bwithin the first " + _NUM + r" " + _STEPS + r"\b|\b(?:in|during) the first " + _NUM + r" " + _STEPS + r"\b|\b(?:by|before) step "
     + _NUM + r"\b", r" #first:\1\2\3 "),
    (r"\b(?:in|after) (?:at most|no more than|NOT more than) " + _NUM + r" " + _STEPS + r"\b|\bin " + _NUM + r" " + _STEPS + r" or (?:less|fewer)\b",
     r" #within:\1\2 "),
    (r"\bfor (?:at least )?" + _NUM + r" (?:consecutive |full |whole |straight )?" + _STEPS + r"(?: in a row)?\b", r" #for:\1 "),
    (r"\b(?:a|the) (second|third|fourth) time\b", r" #nth:\1 "),
    (r"\b(?:at least|no (?:less|fewer) than|NOT (?:less|fewer) than|a minimum of) " + _TIMES, r" #low:\1 "),
    (r"\b(?:at most|no more than|NOT more than|up to|a maximum of|NOT more often than) " + _TIMES, r" #high:\1 "),
    (r"\b(?:exactly|precisely) " + _TIMES, r" #exact:\1 "), (r"\bonly (once|twice)\b", r" #exact:\1 "),
    (r"\b(NEVER|NOT) (.*)\bmore (?:often )?than " + _TIMES, r" \2 #high:\3 "), (r"\bmore than " + _TIMES, r" #more:\1 "),
    (r"\b(?:fewer|less) than " + _TIMES, r" #less:\1 "),
    (r"(?<!:)\b(twice|thrice|(?:" + _NUM[1:-1] + r")(?= times\b))\b(?: times)?", r" #times:\1 "),
    (r"(?<=\w) once(?= ?[,.;]| ?$| (?:and|then|but)\b)", " #times:once "),
    (r"\b(?:at least|no (?:less|fewer) than) " + _NUM + r"\b", r" #atleast:\1 "),
    (r"\b(?:at most|no more than|up to|NOT more than) " + _NUM + r"\b", r" #atmost:\1 "),
    (r"\b(?:exactly|precisely|only) " + _NUM + r"\b", r" #exactly:\1 "),
    (r"\bwithout\b", " WITHOUT "), (r"\b(?:avoid|avoids|avoiding)\b", " AVOID "),
    (r"\buntil\b", " UNTIL "), (r"\bunless\b", " UNLESS "), (r"\bbefore (?:that|this|then)\b", " BEFORETHAT "), (r"\bbefore\b|\bprior to\b", " BEFORE "),
    (r"\band ((?:(?!\band\b|\bthen\b)[^,])+?) (?:afterwards?|after that|later)(?= ?(?:$|,))", r" THEN \1"),
    (r"(?:\band |, ?|\bbut )*\b(?:only )?(?:after (?:that|this|which|doing so|doing that)|afterwards?|thereafter|subsequently|later on)\b ?,?", " THEN "),
    (r"(?:\band |, )*\bthen\b ?,?(?: next\b)?", " THEN "), (r"\bfollowed by\b", " THEN "),
    (r"(^|[,.;:] ?|\band )next\b ?,?", r"\1 THEN "), (r"(?:\band |, )*\b(?:finally|lastly|last of all|at last)\b ?,?", " THEN "),
    (r"\bafter\b|\bhaving (?=\w+ed\b)", " AFTER "), (r"(?<!:)\bonce\b", " ONCE "), (r"\bif ever\b|\bif\b|\bin case\b(?: of)?|\bprovided(?: that)?\b", " IF "),
    (r"\bwhen\b", " WHEN "), (r"\bwhile\b|\bwhilst\b", " WHILE "), (r"\binstead of\b|\brather than\b", " INSTEAD "),
    (r"\bonly\b", " ONLY "), (r"\b(?:and|as well as|plus)\b|&", " AND "), (r"\bor\b", " OR "), (r"\bbut\b|\bhowever\b|\byet\b", " BUT "),
    (r"\bboth\b", " BOTH "), (r"\beither\b", " EITHER "),
    (r"(^|[,.;:] ?|AND |BUT )(?:first of all|first|firstly|to begin with|to start with)\b ?,?(?! floor| room| door| shelf)", r"\1 FIRST "),
    (r"\bfirst(?= ?(?:$|[,.;]|AND\b|BUT\b|THEN\b|BEFORE\b))", " FIRST "),
    (r"\b(?:starts?|begins?) (?:by|with)\b", " FIRST "),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), put) for pattern, put in _RULES)
KNOWN = (
    "the and then never always until before after when whenever while without avoid again both either robot "
    "should must going visit reach open close pick take press bring carry return twice first finally once "
    "unless only make sure that with from stay keep stop there back leave enter finish"
).split()
# Words that are spelt right, although one letter may make another word of them.
SPELT = frozenset(word for pattern, _ in _RULES for word in re.findall(r"[a-z]{3,}", pattern))
SPELT |= frozenset({*IRREGULAR, *IRREGULAR.values(), *PARTICIPLES, *manners.ARRIVE, *manners.PUT, *manners.ACQUIRE})
SPELT |= frozenset({*manners.MAKE, *manners.BECOME, *manners.RELEASE, *manners.TAKE_OUT, *manners.MEASURED})
SPELT |= frozenset(
    "there their that this than from with into onto over under above below near place right away least most where "
    "here have has had been being will would could light turn switch start shut fully still down around through "
    "other another more less than very next last some such same because since though".split()
)


@lru_cache(maxsize=512)
def _typos(words: frozenset[str]) -> Spellings:
    return Spellings({word: word for word in (*KNOWN, *words)})


def sentences(text: str, vocabulary_words: frozenset[str], known: Iterable[str]) -> list[list[str]]:
    """Sentences of a text, each a list of tokens; small typing errors are mended towards known words."""
    spelling = _typos(vocabulary_words)
    kept = {*known, *KNOWN, *SPELT}
    words = [word.text for word in tokenize(text)]
    words = [w if not w.isalpha() or len(w) < 4 or w in kept else (spelling.nearest(w) or w) for w in words]
    found: list[list[str]] = []
    for part in re.split(r" ?[.;!?] ?", " ".join(words)):
        line = part.strip()
        for pattern, put in _COMPILED:
            changed, times = pattern.subn(put, line)
            line = " ".join(changed.split()) if times else line
        tokens = line.replace(",", " , ").split()
        tokens = [one for at, one in enumerate(tokens) if not (one == "THEN" and tokens[at - 1 : at] == ["THEN"])]
        if tokens:
            found.append(tokens)
    return found


def number(token: str) -> int:
    """Number that a counting token holds ("#low:two times" or "#within:5")."""
    value = token.partition(":")[2]
    return {"second": 2, "third": 3, "fourth": 4}.get(value) or _number(value)
