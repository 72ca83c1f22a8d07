"""Wordings of conditions, and of what points back to one, put into plainer ones before all others."""

from __future__ import annotations

_BAN = r"^(?=.*\b(?:not|never|avoid\w*|without|no|nothing|nobody)\b)"

# Wordings and what stands for them, in the order in which they are looked for.
JOINTS: tuple[tuple[str, str], ...] = (
    (r",? \bnot even (?:once\b|(?:after|when|if|while|once|for|in|at) [^,.;]+)", " "),
    (
        rf"{_BAN}(.*)\b(?:(?:while|when|as) (?:you are )?doing (?:so|this|that|it)|while you (?:do|are at)"
        r" (?:so|this|that|it)|in doing so|in the process|meanwhile|in the meantime|all the while)\b",
        r"\1 ",
    ),
    (r"\bas (?:soon|fast|quickly|early) as (?:possible|(?:you|it|they|he|she) (?:possibly )?can)\b", " "),
    (
        r"\b(?:the (?:whole|entire) time|all the time) (?:that |when |while )?(?=the |it |an? |there |you )",
        "while ",
    ),
    (r"\b(?:go|come|proceed) and (?!then\b)(?=[a-z]+\b)", " "),
    (r"\bonly with (?=(?:the|an?|your|its|both|no)\b)", "only while with "),
    (r"\b(?:both )?before and (?:again )?after (?=\w+ing\b|the |an? |you |it )", "BEFOREANDAFTER "),
    (
        r"\b(?:keep|prevent|stop|save) ((?:the|any|every|your|its|an?) (?:\w+ ){1,4}?)from (\w+ing\b)",
        r"never \1\2",
    ),
    (r"\bnever (.+) and ((?:the|any|every|your|its|an?) (?:\w+ ){1,4}?)from (\w+ing\b)", r"never \1 or \2\3"),
)
