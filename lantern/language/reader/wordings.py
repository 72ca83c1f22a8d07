"""Wordings of connectives and marks, and the one token that stands for each of them."""

from __future__ import annotations

import re

from lantern.language.reader.joints import JOINTS

_STEPS = r"(?:time ?steps?|steps?|moves?|ticks?|turns?|actions?)"
_NUMBER = r"(\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_TIMES = r"(once|twice|thrice|(?:<n>)(?= times?\b))(?: times?)?"

# Wordings and what stands for them, in the order in which they are looked for. <N> is a number, <n> the same
# without a group, <STEPS> a unit of time, <TIMES> how often.
RULES: tuple[tuple[str, str], ...] = (
    (r"\b(?:go|come|try) and (?=[a-z])", " "),
    (r"(?:,? ?\band )?\b(?=(?:carry|go) on (?:to|with)\b|continue (?:to|with) (?:the|a|an)\b)", " then "),
    (r"\bof (?:these|the following)(?: \w+)? ?:", "of"),
    (r"^should (?=you |the |it |any |there |an? )", "if "),
    (r"^(?:could|can|would|will) you\b", " "),
    (r"\b(?:i|we) (?:would like|want|need|wish)(?: for)?\b(?! to)", " "),
    (
        r"\bit is (?:important|essential|crucial|vital|necessary) that\b|\bwhatever (?:you do"
        r"|happens)\b|\b(?:in the event|yourself|even once)\b",
        " ",
    ),
    (r"\b(?:sooner or later|ultimately|eventually|at some (?:point|time)|sometime)\b", " LATER "),
    (
        r"(?:,|\band)? ?\b(?:it does not matter which|(?:i|we) do not (?:mind|care) which"
        r"|no matter which|(?:in )?whichever)(?: (?!then\b|and\b|but\b)\w+)*"
        r"|,? ?\bnot necessarily in (?:that|this) order\b|,? ?\b(?:the )?order is (?:free|open"
        r"|up to you|not important|irrelevant)\b|,? ?\border does not matter\b"
        r"|,? ?\bthe order being up to you\b",
        " ANYORDER ",
    ),
    (r"\( ?ANYORDER ?\)", " ANYORDER "),
    (r"\(|\)", " PAREN "),
    (r"\bjust (once|twice|one|two)\b", r"exactly \1"),
    (
        r"^(?=.*\b(?:not|never|avoid\w*|without|no)\b)(.*)\b(?:along|on|during) (?:the|your|its)"
        r" (?:way|trip)(?! to| from| there| back)",
        r"\1 ",
    ),
    (r"(?:^|, ?)having (?=\w+\b)", " after "),
    (r"\b(?:keep|keeps|stay|stays|steer|remain)(?: well)? clear of\b", "stay away from"),
    (r"\bget(?:s)? hold of\b", "get"),
    (r"\b(?:takes?|taking|took|taken|lifts?|lifting) off\b(?! (?:the|its|a)\b)", "takeoff"),
    (
        r"\b(?:throughout|during|in the course of|for) (?:the|its) (?:whole |entire "
        r"|full )?(?:episode|shift|job|batch|run|day|mission|task|trip|time)\b"
        r"|\ball day(?: long)?\b",
        " throughout ",
    ),
    (
        r"\b(?:in|on|by|at) the next (?:time )?step at the latest\b|\b(?:in|on"
        r"|by) the next step or (?:earlier|before)\b",
        " #within:1 ",
    ),
    (r"\bat the latest\b", " "),
    (r"\b(?:by|no later than|not later than) (?:the )?(?:time )?step (\d+)\b", r" #first:\1 "),
    (r"\bin (?:less|fewer) than <N> <STEPS>\b", r" #below:\1 "),
    (r"\bin <N> <STEPS> at (?:the )?most\b", r" #within:\1 "),
    (r"\b(?:at most|no more than|not more than) <N> <STEPS> after\b", r" #within:\1 after "),
    (r"\bwithin (?:at most )?<N> <STEPS> of\b", r" #within:\1 after "),
    (r"(?:,? ?\b(?:and|but)\b|,)* ?\bonly (?:then|afterwards?|after that)\b", " ONLYTHEN "),
    (r"\banother one\b", "one"),
    (
        r"\b(?:either|any)(?: one)? (?:is fine|will do|is ok|works)\b"
        r"|\bwhich ?ever (?:one )?(?:you like|is \w+)\b",
        " ",
    ),
    (
        r"\b(?:please|kindly|just(?! when| if| a| the| after| before)|simply|(?<=\w )also|too"
        r"|as well|really|itself|themselves|for me"
        r"|somewhere|whatever happens|of course|at any cost|in the process"
        r"|all the way|straight (?=to|back))\b",
        " ",
    ),
    (r"\bupon (?=\w+ing\b)", "after "),
    (r"\b(?:i|we) (?:want|need|would like|expect|ask) (?:you|the \w+) to\b", " "),
    (
        r"\b(?:your|the|our|its) (?:\w+ )?(?:task|goal|job|aim|objective|mission|plan"
        r"|idea) (?:now )?is (?:for the \w+ )?to\b",
        " ",
    ),
    (
        r"\b(?:be careful|take care|be sure|make sure|try|remember|see to it|ensure"
        r"|take heed) (?:that )?not to\b",
        " NOT ",
    ),
    (
        r"\b(?:make sure|be sure|ensure|see to it|take care|remember|try|be careful"
        r"|check)(?: that| to)\b|^see that\b",
        " ",
    ),
    (r"\b(?:make sure|ensure|see to it) (?=the |it |you |no |all |both |every |a |an )", " "),
    (
        r"\b(?:is|are) (?:not|never) (?:allowed|permitted|supposed) to\b|\b(?:is"
        r"|are) not to(?! the\b| a\b)",
        " MUST NOT ",
    ),
    (r"\b(?:is|are) (?:forbidden|prohibited) (?:to|from)\b", " MUST NOT "),
    (
        r"\b(?:is|are) (?:strictly )?(?:forbidden|off limits|prohibited|not allowed|not permitted"
        r"|taboo)\b",
        " BANNED ",
    ),
    (
        r"\b(?:it is (?:forbidden|not allowed|prohibited) to|refrain from|there must be no"
        r"|no)\b(?= \w+ing\b)",
        " NOT ",
    ),
    (r"\bit is (?:forbidden|not allowed|prohibited) to\b", " NOT "),
    (r"\bhas never been\b", " is NOT "),
    (r"\b(?:is|are|be) only allowed to\b|\b(?:is|are) allowed to\b(?= \w+ only)", " MAY ONLY "),
    (r"\b(?:is|are) (?:allowed|permitted|free) to\b", " MAY "),
    (r"\b(?:do|does|did) not (?:have|need) to\b|\bneed not\b", " NEEDNOT "),
    (
        r"\b(?:has|have|had|needs?|ought|(?:is|are) (?:required|supposed|obliged|expected"
        r"|meant)) to\b",
        " MUST ",
    ),
    (r"\b(?:is|are) to (?=\w)(?!the\b)", " MUST "),
    (r"\b(?:must|should|shall|will)\b", " MUST "),
    (r"\b(?:may|(?<!the )(?<!a )can|could|might)\b", " MAY "),
    (r"\bno longer\b|\bnot (?=\w+ any ?more)\b", " not "),
    (r"\bany ?(?:more|longer)\b", " ANYMORE "),
    (r"\b(?:do|does|did) not\b", " NOT "),
    (r"\bcan not\b", " MUST NOT "),
    (
        r"\b(?:never ever|never|under no circumstances|at no (?:time|point|step|moment)"
        r"|by no means)\b",
        " NEVER ",
    ),
    (r"\bnot (?:at any (?:time|point)|ever)\b", " NEVER "),
    (r"\bnot\b", " NOT "),
    (r"\bdo(?= )(?=.*\bNOT)", " do"),
    (r"\bneither\b", " NEITHER "),
    (r"\bnor\b", " NOR "),
    (r"\bat any (?:time|point)\b|\bever\b|\bat all\b(?! times)", " "),
    (
        r"\bin (?:any|either|whatever|whichever|arbitrary|no particular|no specific"
        r"|an arbitrary)(?: \w+)? order(?: (?:you|it) (?:like|likes|want|wants|prefer|prefers"
        r"|please))?\b|\b(?:the|their) order (?:does|NOT|is) (?:NOT )?(?:not )?(?:matter"
        r"|important|up to you|free|arbitrary)\b|\bregardless of (?:the )?order\b"
        r"|\bno matter (?:the|in which|which) order\b|\bthe order does NOT matter\b"
        r"|\bthe order NOT matter\b",
        " ANYORDER ",
    ),
    (
        r"\bin (?:that|this|the given|exactly this|exactly that|the following) (?:\w+ )?order\b"
        r"|\bone after the other\b|\bin (?:sequence|order)\b",
        " INORDER ",
    ),
    (r"\b(?:but|and|though)? ?(?:NOT|NEVER) (?:to )?both(?: of them)?(?= ?[.,;]| ?$)", " NOTBOTH "),
    (
        r"\bin the (?:very )?(?:end|last step|final step)\b|\b(?:at"
        r"|by) the (?:very )?end(?: of (?:the|each|every) (?:\w+ )?\w+)?\b|\b(?:when"
        r"|once) (?:you are |it is |everything is |all is |the \w+ is )?(?:done|finished)\b"
        r"|\bin the last step\b|\bat the last step\b",
        " ATEND ",
    ),
    (
        r"\bat (?:exactly )?the (?:very )?same (?:time|step|moment)(?: as)?\b|\bsimultaneously\b",
        " SAME ",
    ),
    (
        r"\b(?:every|each|any) time(?: that| when)?\b|\bwhenever\b|\balways when\b|\bat (?:any"
        r"|every) (?:time|step|moment) (?:when|at which|where|in which)\b",
        " WHENEVER ",
    ),
    (
        r"\bas soon as\b|\bthe (?:moment|instant)(?: that| when)?\b|\b(?:immediately|directly"
        r"|right) when\b",
        " ASAP ",
    ),
    (
        r"\b(?:as|so) long as\b|\bfor as long as\b|\bduring the time (?:that|when)\b"
        r"|\ball the while\b",
        " WHILE ",
    ),
    (
        r"\b(?:immediately|right|directly|straight|just) (?:after|once)(?:wards?)?(?= \w)\b",
        " SOON AFTER ",
    ),
    (
        r"\b(?:in|on|at|by) (?:the|its) (?:very )?(?:next|following) (?:time ?)?(?:step|move"
        r"|moment|turn)\b|\bone (?:time ?)?step later\b",
        " SOON ",
    ),
    (
        r"\b(?:immediately|right away|straight ?away|at once|instantly|promptly"
        r"|without (?:any )?delay)\b",
        " SOON ",
    ),
    (
        r"\bat all times\b|\b(?:at|in) (?:each|every)(?: single)?(?: time)? ?(?:step|moment"
        r"|time)\b|\b(?:the|for the) (?:whole|entire) (?:time|episode|run|mission)\b"
        r"|\bthroughout(?: the (?:\w+ )?(?:episode|run|mission|task|time|day|trip))?(?= ?[.,;]"
        r"| ?$| AND)|\ball the time\b|\balways\b|\bconstantly\b|\bpermanently\b"
        r"|\bfrom start to (?:finish|end)\b|\b(?:from beginning )?(?:up )?(?:until"
        r"|to) the (?:very )?end\b|\bcontinuously\b|\bfor good\b",
        " ALWAYS ",
    ),
    (r"\b(?:with)?in the (?:next|following) <N> <STEPS>\b", r" #next:\1 "),
    (r"\bwithin (?:at most )?<N> (?:\w+ )?<STEPS>\b", r" #within:\1 "),
    (
        r"\bwithin the first <N> <STEPS>\b|\b(?:in|during) the first <N> <STEPS>\b|\b(?:by"
        r"|before) step <N>\b",
        r" #first:\1\2\3 ",
    ),
    (
        r"\b(?:in|after) (?:at most|no more than|NOT more than) <N> <STEPS>\b"
        r"|\bin <N> <STEPS> or (?:less|fewer)\b",
        r" #within:\1\2 ",
    ),
    (
        r"\bfor (?:at least )?<N> (?:consecutive |full |whole |straight )?<STEPS>(?: in a row)?\b",
        r" #for:\1 ",
    ),
    (r"\b(?:a|the) (second|third|fourth) time\b", r" #nth:\1 "),
    (
        r"\b(?:at least|no (?:less|fewer) than|NOT (?:less|fewer) than|a minimum of) <TIMES>",
        r" #low:\1 ",
    ),
    (
        r"\b(?:at most|no more than|NOT more than|up to|a maximum of|NOT more often than) <TIMES>",
        r" #high:\1 ",
    ),
    (r"\b(?:exactly|precisely) <TIMES>", r" #exact:\1 "),
    (r"\bonly (once|twice)(?= ?(?:$|[,.;]|and\b))", r" #exact:\1 "),
    (
        r"\b(NEVER|NOT) ((?:(?!\bNOT\b|\bNEVER\b|,|\band\b).)*)\bmore (?:often )?than <TIMES>",
        r" \2 #high:\3 ",
    ),
    (r"\bmore than <TIMES>", r" #more:\1 "),
    (r"\b(?:fewer|less) than <TIMES>", r" #less:\1 "),
    (r"(?<!:)\b(twice|thrice|(?:<n>)(?= times\b))\b(?: times)?", r" #times:\1 "),
    (r"(?<=\w) once(?= ?[,.;]| ?$| (?:and|then|but)\b)", " #times:once "),
    (r"\b(?:at least|no (?:less|fewer) than) <N>\b", r" #atleast:\1 "),
    (r"\b(?:at most|no more than|up to|NOT more than) <N>\b", r" #atmost:\1 "),
    (r"\b(?:exactly|precisely|only) <N>\b", r" #exactly:\1 "),
    (r"\bwithout\b", " WITHOUT "),
    (r"\b(?:avoid|avoids|avoiding)\b", " AVOID "),
    (r"\buntil\b", " UNTIL "),
    (r"\bunless\b", " UNLESS "),
    (r"\bbefore (?:that|this|then)\b", " BEFORETHAT "),
    (r"\bbefore\b|\bprior to\b", " BEFORE "),
    (
        r"(?:\band |, )((?:(?!\band\b|\bthen\b)[^,])+?) (?:afterwards?|after that"
        r"|after all (?:of )?(?:that|this)|later)(?= ?(?:$|,))",
        r" THEN \1",
    ),
    (
        r"(?:\band |, ?|\bbut )*\b(?:only )?(?:after (?:all |both )?(?:of )?(?:that|this|these"
        r"|them|which|doing so|doing that)(?= |$|,)|afterwards?|thereafter|subsequently"
        r"|later on)\b ?,?",
        " THEN ",
    ),
    (r"(?:\band |, )*\bthen\b ?,?(?: next\b)?", " THEN "),
    (r"\bbe followed by\b|\bcomes? (?:before|BEFORE)\b|\bin a row\b", " PAREN "),
    (r"\bfollowed by\b", " THEN "),
    (r"(^|[,.;:] ?|\band )next\b ?,?", r"\1 THEN "),
    (r"(?:\band |, )*\b(?:finally|lastly|last of all|at last)\b ?,?", " THEN "),
    (r"\bafter\b", " AFTER "),
    (r"(?<!:)\bonce\b", " ONCE "),
    (r"\bif ever\b|\bif\b|\bin case\b(?: of)?|\bprovided(?: that)?\b", " IF "),
    (r"\bwhen\b", " WHEN "),
    (r"\bwhile\b|\bwhilst\b", " WHILE "),
    (r"\binstead of\b|\brather than\b", " INSTEAD "),
    (r"\bonly\b", " ONLY "),
    (r"\b(?:and|as well as|plus)\b|&", " AND "),
    (r"\bor\b", " OR "),
    (r"\bbut\b|\bhowever\b|\byet\b", " BUT "),
    (r"\bboth\b", " BOTH "),
    (r"\beither\b", " EITHER "),
    (
        r"(^|[,.;:] ?|AND |BUT )(?:first of all|first|firstly|to begin with"
        r"|to start with)\b ?,?(?! floor| room| door| shelf)",
        r"\1 FIRST ",
    ),
    (r"\bfirst(?= ?(?:$|[,.;]|AND\b|BUT\b|THEN\b|ONLYTHEN\b|BEFORE\b))", " FIRST "),
    (r"\b(?:starts?|begins?) (?:by|with)\b", " FIRST "),
)


def filled(pattern: str) -> re.Pattern[str]:
    """A pattern with its names in angle brackets written out."""
    for name, put in (("<TIMES>", _TIMES), ("<STEPS>", _STEPS), ("<N>", _NUMBER), ("<n>", _NUMBER[1:-1])):
        pattern = pattern.replace(name, put)
    return re.compile(pattern)


COMPILED = tuple((filled(pattern), put) for pattern, put in (*JOINTS, *RULES))
WORDS = frozenset(
    word for pattern, _ in (*JOINTS, *RULES) for word in re.findall(r"[a-z]{3,}", pattern.replace("\\b", " "))
)


def rewritten(line: str) -> str:
    """A sentence with a token in capitals for each connective and mark."""
    for pattern, put in COMPILED:
        changed, times = pattern.subn(put, line)
        line = " ".join(changed.split()) if times else line
    return line
