"""From words to the tokens of the grammar: phrases of the lexicon and propositions, fillers dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lantern.errors import TranslationError
from lantern.language.ast import Atom, Condition, Not
from lantern.language.grammar.lexicon import Lexicon, merged
from lantern.language.grammar.lifting import GENERIC, Lifter, Match, opposite
from lantern.language.grammar.words import Word, is_gerund, nearest_typo, tokenize
from lantern.logic import Vocabulary

_PUNCTUATION = {",": "COMMA", ":": "COLON", "(": "COLON", ")": "COLON"}
_BETWEEN = frozenset({"MUST", "MAY", "NOT", "NEVER", "ALWAYS", "LATER", "ONLY", "FORBID"})
_VERBS = frozenset({"GO", "CARRY", "KEEP", "DONE", "SATISFY"})
_COUNTED = frozenset({"ORMORE", "ORLESS", "ORMORETHAN", "ORLESSTHAN", "TIMES", "STEPS"})
_LIST = frozenset(
    {"P", "COMMA", "AND", "OR", "NOR", "BOTH", "EITHER", "EACH", "ANYOF", "NUM", "KINDS", "GENERIC"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token of the grammar.

    Attributes
    ----------
    types : mapping of str to tuple of str
        Terminals it may stand for, with their values.
    text : str
        The words, in normal spelling.
    start, end : int
        Where it stands in the user's text.
    candidates : tuple of str
        Propositions that it may name.
    condition : Condition, optional
        The proposition it names, or its denial, once decided.
    whole : bool
        Whether the words are a full name, not part of one.
    event : bool
        Whether the proposition is something that happens rather than lasts.
    """

    types: Mapping[str, tuple[str, ...]]
    text: str
    start: int
    end: int
    candidates: tuple[str, ...] = ()
    condition: Condition | None = None
    whole: bool = False
    event: bool = False

    def of(self, terminal: str) -> bool:
        """Whether the token may stand for a terminal."""
        return terminal in self.types

    def only(self, terminal: str, *values: str) -> Token:
        """The same token as nothing but one terminal."""
        return replace(self, types={terminal: values or self.types.get(terminal, ("",))})


@dataclass
class Lifted:
    """Tokens of a text, and what the user should know about how words were read."""

    tokens: list[Token]
    notes: list[str] = field(default_factory=list)


class Lexer:
    """Turns text into tokens of the grammar for one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._vocabulary = vocabulary
        self._lexicon = lexicon
        self.lifter = Lifter(vocabulary, lexicon)

    def __call__(self, text: str) -> Lifted:
        """Tokens of a text.

        Raises
        ------
        TranslationError
            If words are neither task English nor a proposition of the vocabulary; the message quotes them.
        """
        lifted = Lifted([])
        words = self._repaired(tokenize(text), lifted.notes)
        tokens = self._segments(words, lifted.notes)
        self._refuse_unknown(tokens, text)
        for rule in (
            _drop_fillers,
            _drop_sizes,
            _ordinals,
            _merge_same,
            _participles,
            _predicates,
            _prepositions,
        ):
            before, tokens = tokens, rule(tokens)
            if rule is _drop_sizes and len(before) > len(tokens):
                lifted.notes += _dropped(before, tokens, text)
        lifted.tokens = self._decided(tokens, text)
        return lifted

    def _repaired(self, words: list[Word], notes: list[str]) -> list[Word]:
        """Words with compounds split and typing errors in function words mended."""
        known = {word: word for word in self._lexicon.words if len(word) > 3}
        result: list[Word] = []
        for word in words:
            result += self._mended(word, known, notes)
        return result

    def _mended(self, word: Word, known: Mapping[str, str], notes: list[str]) -> list[Word]:
        if not word.text[0].isalnum() or self._knows(word.text):
            return [word]
        for cut in range(2, len(word.text) - 1):
            parts = word.text[:cut], word.text[cut:]
            if all(part in self.lifter.words for part in parts):
                return [Word(part, word.start, word.end) for part in parts]
        if "_" in word.text:
            return [Word(part, word.start, word.end) for part in word.text.split("_") if part]
        near = self._nearest(word.text, known)
        if near is None:
            return [word]
        notes.append(f"The word '{word.text}' was read as '{near}'.")
        return [Word(near, word.start, word.end)]

    def _nearest(self, word: str, known: Mapping[str, str]) -> str | None:
        """Word meant by a misspelt one, in the same inflection."""
        for ending in ("", "ing", "ed"):
            if word.endswith(ending):
                stem = word.removesuffix(ending)
                near = nearest_typo(stem, self.lifter.spellings) or nearest_typo(stem, known)
                if near is not None:
                    return near + ending
        return None

    def _knows(self, word: str) -> bool:
        return self._lexicon.knows(word) or self.lifter.knows(word)

    def _segments(self, words: Sequence[Word], notes: list[str]) -> list[Token]:
        tokens: list[Token] = []
        at = 0
        while at < len(words):
            token, length = self._segment(words, at)
            tokens.append(token)
            at += length
        return tokens

    def _segment(self, words: Sequence[Word], at: int) -> tuple[Token, int]:
        word = words[at]
        if not word.text[0].isalnum() and word.text != "&":
            kind = _PUNCTUATION.get(word.text, "BREAK")
            return Token({kind: ("",)}, word.text, word.start, word.end), 1
        length, entries = self._lexicon.longest(words, at)
        match = self.lifter.match(words, at)
        if match and match.length >= length:
            return self._lifted(words, at, match), match.length
        span = words[at : at + max(length, 1)]
        types = merged(entries) if entries else {"UNKNOWN": ("",)}
        text = " ".join(part.text for part in span)
        return Token(types, text, word.start, span[-1].end), max(length, 1)

    def _lifted(self, words: Sequence[Word], at: int, match: Match) -> Token:
        span = words[at : at + match.length]
        kind = "P" if len(match.candidates) == 1 else "KINDS"
        text = " ".join(part.text for part in span)
        return Token({kind: ("",)}, text, span[0].start, span[-1].end, match.candidates, None, match.whole)

    def _refuse_unknown(self, tokens: Sequence[Token], text: str) -> None:
        unknown = [text[token.start : token.end] for token in tokens if token.of("UNKNOWN")]
        if not unknown:
            return
        quoted = ", ".join(f"'{word}'" for word in dict.fromkeys(unknown))
        nearest = "; ".join(f"{name} ({self._vocabulary[name]})" for name in self._vocabulary.names[:12])
        raise TranslationError(
            f"Nothing in the vocabulary and no word of task English matches {quoted}. "
            f"The propositions are: {nearest}. Use their words, or declare a synonym."
        )

    def _decided(self, tokens: list[Token], text: str) -> list[Token]:
        """Every proposition chosen, with its polarity, by the verbs and adjectives around it."""
        decided: list[Token] = []
        for at, token in enumerate(tokens):
            if token.candidates:
                token = self._decide(token, _governors(tokens, at), text)
            elif token.types.keys() & {"IT", "THERE"}:
                token = self._refer(token, decided, _governors(tokens, at))
            decided.append(token)
        return decided

    def _refer(self, token: Token, before: Sequence[Token], verbs: frozenset[str]) -> Token:
        """Pronoun that takes the proposition named last, with the polarity of its own verb."""
        named = next((one for one in reversed(before) if one.condition and one.candidates), None)
        if named is None:
            return token
        name = named.candidates[0]
        classes = self.lifter.entities[name].classes
        denied = bool((verbs - GENERIC) & {opposite(value) for value in classes} - classes)
        return replace(token, condition=Not(Atom(name)) if denied else Atom(name), event=named.event)

    def _decide(self, token: Token, verbs: frozenset[str], text: str) -> Token:
        entities = self.lifter.entities
        special = verbs - GENERIC
        scored: dict[str, bool] = {}
        for name in token.candidates:
            classes = entities[name].classes
            if special & classes or not special or not classes - GENERIC:
                scored[name] = False
            elif special & {opposite(value) for value in classes}:
                scored[name] = True
        quoted = text[token.start : token.end]
        if not scored:
            raise TranslationError(
                f"'{quoted}' names {_listed(token.candidates)}, which means "
                f"'{self._vocabulary[token.candidates[0]]}', but the verb beside it says something else. "
                f"Add a proposition for it, or declare a synonym."
            )
        if len(scored) > 1 and not token.of("P"):
            strict = [name for name in scored if verbs & (entities[name].classes)]
            if len(strict) != 1:
                return replace(token, candidates=tuple(scored))
            scored = {strict[0]: scored[strict[0]]}
        name, denied = next(iter(scored.items()))
        condition: Condition = Not(Atom(name)) if denied else Atom(name)
        values = {"P": token.types.get("P", ("",))}
        return replace(token, types=values, candidates=(name,), condition=condition, event=self._event(name))

    def _event(self, name: str) -> bool:
        classes = self.lifter.entities[name].classes
        lasts = "lasting" in classes or any(value.endswith(("+", "-")) for value in classes)
        return bool(classes - {"move"}) and not lasts


def _listed(names: Sequence[str]) -> str:
    return " or ".join(f"'{name}'" for name in names)


def _drop_fillers(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if not token.of("FILL")]


def _drop_sizes(tokens: list[Token]) -> list[Token]:
    """Drop words of size, and general nouns ("room", "area") beside what they describe."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        named = after is not None and (after.candidates or after.of("SIZE"))
        if token.of("NUM") and after is not None and after.types.keys() & _COUNTED:
            result.append(token)
            continue
        if token.of("SIZE") and (named or (result and result[-1].candidates)):
            continue
        if (
            token.of("GENERIC")
            and not token.of("NUM")
            and result
            and result[-1].of("P")
            and not result[-1].whole
        ):
            continue
        if token.of("GENERIC") and result and result[-1].of("P") and not named:
            continue
        if (
            token.of("KINDS")
            and result
            and result[-1].of("P")
            and result[-1].candidates[0] in token.candidates
        ):
            continue
        if token.of("TO") and result and result[-1].of("GENERIC") and named and _is_door(result):
            result.pop()
            continue
        result.append(token)
    return result


def _is_door(tokens: Sequence[Token]) -> bool:
    """Whether the last word only leads to a place ("the door to the blue room")."""
    return tokens[-1].text in ("door", "path", "hallway", "corridor")


def _dropped(before: Sequence[Token], after: Sequence[Token], text: str) -> list[str]:
    kept = {token.start for token in after}
    gone = [text[token.start : token.end] for token in before if token.start not in kept and token.of("SIZE")]
    return [f"The word '{word}' was not used." for word in gone]


def _ordinals(tokens: list[Token]) -> list[Token]:
    """Read "second" after what it orders as a modifier, before it as a link."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        if token.of("ORD") or (token.text == "last" and token.of("FINALLY")):
            after = tokens[at + 1] if at + 1 < len(tokens) else None
            ends = after is None or after.types.keys() & {"COMMA", "BREAK", "AND"}
            post = ends and result and not result[-1].types.keys() & {"AND", "COMMA", "BREAK"}
            token = token.only("POST") if post else token.only("THEN") if token.of("ORD") else token
        result.append(token)
    return result


def _merge_same(tokens: list[Token]) -> list[Token]:
    """Two noun phrases for the same proposition with only small words between are one ("help by radio")."""
    result: list[Token] = []
    for token in tokens:
        while (
            token.of("P")
            and len(result) > 1
            and (result[-1].types.keys() & {"TO", "VIA", "COLON"} or result[-1].text in ("be", "is", "are"))
            and result[-2].candidates == token.candidates
        ):
            result.pop()
            token = replace(result.pop(), end=token.end)
        if token.of("P") and _said(result, token):
            token = replace(token, types={"DONE": ("happen",)}, candidates=())
            while _is_be(result[-1]):
                result.pop()
        elif _completes(result, token):
            continue
        result.append(token)
    return result


def _said(tokens: Sequence[Token], token: Token) -> bool:
    """Whether a word only repeats the proposition of its subject ("the load must be steady")."""
    be = False
    for before in reversed(tokens):
        if before.candidates:
            return be and before.candidates == token.candidates and before.text != token.text
        be = be or _is_be(before)
        if not (_is_be(before) or before.types.keys() & _BETWEEN):
            return False
    return False


def _completes(tokens: Sequence[Token], token: Token) -> bool:
    """Whether a noun only completes an adjective ("the temperature below the limit")."""
    if not token.of("P") or not tokens or not tokens[-1].of("ADJ"):
        return False
    before = next((one for one in reversed(tokens[:-1]) if not _is_be(one)), None)
    return before is not None and before.candidates == token.candidates


def _is_be(token: Token) -> bool:
    return token.text in ("be", "is", "are", "was", "were", "been", "being", "am")


def _is_participle(token: Token) -> bool:
    word = token.text.split()[0]
    return token.of("GO") and not is_gerund(word) and (word.endswith("ed") or word in PARTICIPLES)


PARTICIPLES = frozenset(
    {
        "done",
        "gone",
        "taken",
        "found",
        "seen",
        "slain",
        "met",
        "brought",
        "held",
        "kept",
        "made",
        "built",
        "fought",
    }
    | {
        "cut",
        "dug",
        "sold",
        "bought",
        "caught",
        "broken",
        "eaten",
        "driven",
        "lit",
        "shut",
        "put",
        "got",
        "gotten",
    }
    | {"swept", "read", "sent", "given", "begun", "come", "been", "set", "hit", "stolen"}
)


def _participles(tokens: list[Token]) -> list[Token]:
    """Passive and intransitive verbs become DONE; auxiliaries go."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        following = _next(tokens, at)
        if _is_be(token) and following is not None and _is_participle(following):
            continue
        if _is_auxiliary(token, following):
            result += [token.only("AFTER")] if token.of("AFTER") else []
            continue
        if _is_participle(token) and at and _be_before(tokens, at):
            perfect = ("perfect",) if _perfect(tokens, at) else ()
            done = (*token.types["GO"], *perfect)
            token = replace(token, types={**_without(token.types, "GO"), "DONE": done})
        elif token.of("GO") and _happens(token) and _intransitive(tokens, at):
            lasts = _is_participle(token) and "happen" not in token.types["GO"]
            token = token.only("STATE" if lasts else "DONE", *token.types["GO"])
        result.append(token)
    return result


def _happens(token: Token) -> bool:
    """Whether a verb can stand without an object: "it occurs", "a person comes near"."""
    return "happen" in token.types["GO"] or any(value.endswith(("+", "-")) for value in token.types["GO"])


def _is_auxiliary(token: Token, following: Token | None) -> bool:
    """Whether a form of "have" only makes a perfect tense."""
    if token.text not in ("have", "has", "had", "having") or following is None:
        return False
    return _is_participle(following) or _is_be(following)


def _without(types: Mapping[str, tuple[str, ...]], terminal: str) -> dict[str, tuple[str, ...]]:
    return {key: value for key, value in types.items() if key not in (terminal, "CARRY", "LEAVE", "KEEP")}


def _next(tokens: Sequence[Token], at: int) -> Token | None:
    for token in tokens[at + 1 :]:
        if not token.types.keys() & _BETWEEN and not token.of("BOTH"):
            return None if token.of("DONE") else token
    return None


def _be_before(tokens: Sequence[Token], at: int) -> bool:
    """Whether a form of "be" stands before a participle, perhaps with "not" or "first" between."""
    for token in reversed(tokens[:at]):
        if _is_be(token):
            return True
        if token.text.endswith(" be") or token.text.startswith(("be ", "is ", "are ")):
            return True
        if not (token.types.keys() & _BETWEEN or token.of("BOTH") or token.of("FIRST")):
            return False
    return False


def _perfect(tokens: Sequence[Token], at: int) -> bool:
    """Whether a participle makes a perfect tense ("has been opened"), which is no command."""
    return any(token.text in ("have", "has", "had") for token in tokens[max(at - 4, 0) : at])


def _intransitive(tokens: Sequence[Token], at: int) -> bool:
    before: object = None
    for token in reversed(tokens[:at]):
        if token.text not in ("have", "has", "had"):
            before = token.candidates or token.types.keys() & _BETWEEN
            break
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = after is None or not (after.candidates or after.types.keys() & {"EACH", "BOTH", "EITHER", "NUM"})
    return bool(before) and ends


def _predicates(tokens: list[Token]) -> list[Token]:
    """Read "the door is open" as the proposition and DONE with the adjective's class."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        following = _next(tokens, at)
        if _is_be(token) and following is not None and following.of("ADJ") and _subject(tokens, at):
            continue
        stays = bool(result) and result[-1].of("STAY") and _subject(tokens, at - 1)
        if token.of("ADJ") and result and (_be_before(tokens, at) or result[-1].candidates or stays):
            if result[-1].of("STAY") or (result[-1].candidates and not _be_before(tokens, at)):
                token = token.only("STATE", *token.types["ADJ"])
            else:
                token = token.only("DONE", *token.types["ADJ"])
        result.append(token)
    return result


def _subject(tokens: Sequence[Token], at: int) -> bool:
    for token in reversed(tokens[:at]):
        if token.candidates or token.types.keys() & {"GENERIC", "IT"}:
            return True
        if not (token.types.keys() & _BETWEEN):
            return False
    return False


def _prepositions(tokens: list[Token]) -> list[Token]:
    """Drop prepositions that belong to the verb before them, and particles."""
    result: list[Token] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.of("PARTICLE") and after is not None and after.types.keys() & {"TO", "VIA"}:
            continue
        adverbs = ("FIRST", "LATER", "SOON", "BACK")
        before = next((one for one in reversed(result) if not one.types.keys() & set(adverbs)), None)
        before = before if before is not None and before.of("GO") else result[-1] if result else None
        if token.of("TO") or token.of("VIA") or token.of("PARTICLE") or token.of("FROM"):
            verb = before is not None and before.types.keys() & {
                "GO",
                "AVOID",
                "STAY",
                "LEAVE",
                "BANNED",
                "BACK",
            }
            if verb and not token.of("FROM"):
                continue
            if before is not None and token.text == "from" and before.of("AVOID"):
                continue
        result.append(token)
    return result


def _governors(tokens: Sequence[Token], at: int) -> frozenset[str]:
    """Classes of the word that governs a noun phrase: a state or passive after it, or a verb before."""
    if at + 1 < len(tokens) and tokens[at + 1].of("STATE"):
        return frozenset(tokens[at + 1].types["STATE"])
    after = _scan(tokens[at + 1 :], lambda token: token.of("DONE") or token.of("STATE"))
    if after is not None:
        return frozenset(after.types.get("DONE", ()) or after.types["STATE"]) - {"perfect"}
    before = _scan(tokens[:at][::-1], lambda token: token.of("GO"))
    if before is not None:
        return frozenset(before.types["GO"])
    return frozenset()


def _scan(tokens: Sequence[Token], wanted: Callable[[Token], bool]) -> Token | None:
    """First wanted token with only parts of a list, modal verbs and states on the way."""
    for token in tokens:
        if wanted(token):
            return token
        if not token.types.keys() & (_LIST | _BETWEEN | {"STATE", "OTHER", "STAY"}):
            return None
    return None
