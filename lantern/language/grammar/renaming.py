"""Other names for what a vocabulary names: "gas station" where its sentences say "petrol station".

A noun phrase of a text that the vocabulary does not have is read as the one other name of the same thing that
the vocabulary has; where it has two of them, nothing is renamed. Ways of telling somebody to do something
("obey the speed limit") are brought to words that the grammar reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from lantern.language.english.thesaurus import Phrase, noun, other_names, thesaurus
from lantern.language.english.words import Word, base_forms, inflected, singular, tokenize
from lantern.language.grammar.lexicon import Lexicon, lexicon
from lantern.logic import Vocabulary

_ARTICLES = frozenset(
    {"the", "a", "an", "its", "your", "their", "his", "her", "any", "some", "every", "each", "no"}
)
_NOT_NOUNS = frozenset(
    {"GO", "CARRY", "LEAVE", "STAY", "KEEP", "AVOID", "CEASE", "MAY", "MUST", "END", "BEGIN"}
)
# Words after which a verb may stand.
_BEFORE_VERBS = frozenset({
    ".", ",", ":", ";", "and", "or", "to", "not", "never", "always", "must", "should", "may", "can", "shall",
    "then", "without", "when", "whenever", "while", "please", "by", "before", "after",
})  # fmt: skip


class Renaming:
    """Renames things in a text to what a vocabulary calls them.

    Parameters
    ----------
    vocabulary : Vocabulary
        Its names, sentences and synonyms.
    lexicon : Lexicon
        Tells verbs from nouns.
    agents : frozenset of str
        Nouns for who acts, which stay as they are.
    """

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon, agents: frozenset[str]) -> None:
        self._lexicon, self._agents = lexicon, agents
        # How the vocabulary writes a thing that it names, and the propositions that do.
        self._present: dict[Phrase, tuple[Phrase, set[str]]] = {}
        self._words: set[str] = set()
        self._bases: list[frozenset[str]] = []
        for name in vocabulary:
            told = (name.replace("_", " "), vocabulary[name], *vocabulary.proposition(name).synonyms)
            for text in told:
                words = [word.text for word in tokenize(text)]
                self._words |= {*words, *map(singular, words)}
                self._bases.append(frozenset(form for word in words for form in base_forms(word)))
                # A name on its own is that of one thing: "the Chicago Diner" is no diner.
                label = [word.text for word in tokenize(name.replace("_", " "))]
                for phrase, written in _things(words):
                    if words != label or len(written) == len(words):
                        self._present.setdefault(phrase, (written, set()))[1].add(name)

    def __call__(self, words: Sequence[Word]) -> list[Word]:
        """Words with the things and the wordings of the thesaurus brought to those of the vocabulary."""
        result: list[Word] = []
        at = 0
        while at < len(words):
            length, said = self._named(words, at) or self._told(words, at) or (1, ())
            span = words[at : at + length]
            result += [Word(text, span[0].start, span[-1].end) for text in said] if said else span
            at += length
        return result

    def _named(self, words: Sequence[Word], at: int) -> tuple[int, Phrase] | None:
        """Length of a name that the vocabulary does not have, and the one that it has for the same."""
        for length in range(min(thesaurus().longest, len(words) - at), 0, -1):
            phrase = noun(word.text for word in words[at : at + length])
            if phrase not in thesaurus().things:
                continue
            if phrase in self._present or (length == 1 and self._other_word(words, at)):
                return None
            found = [self._present[other] for other in other_names(phrase) if other in self._present]
            # Two names for what the same propositions are about are as good as one.
            several = any(about != found[0][1] for _, about in found)
            return None if several or not found else (length, max(written for written, _ in found))
        return None

    def _other_word(self, words: Sequence[Word], at: int) -> bool:
        """Whether a word is one of the vocabulary or of who acts, or may be a verb where it stands."""
        text = words[at].text
        if {text, singular(text)} & (self._words | self._agents):
            return True
        led = at > 0 and (words[at - 1].text in _ARTICLES or words[at - 1].text in self._words)
        terminals = {entry.terminal for entry in self._lexicon.longest(words[at : at + 1], 0)[1]}
        return bool(terminals & _NOT_NOUNS) and not led

    def _told(self, words: Sequence[Word], at: int) -> tuple[int, Phrase] | None:
        """Length of a wording that the thesaurus has, and its words in the same inflection."""
        if at and words[at - 1].text not in _BEFORE_VERBS | self._agents:
            return None
        for said, meant in thesaurus().phrases.items():
            texts = [word.text for word in words[at : at + len(said)]]
            alike = len(texts) == len(said) and tuple(texts[1:]) == said[1:]
            if alike and said[0] in base_forms(texts[0]) and not self._declared(said):
                following = words[at + len(said)].text if at + len(said) < len(words) else ""
                if len(said) == 1 and following in self._words:
                    return None  # "speed limit"
                form = _like(texts[0], said[0], meant[0])
                return (len(said), (form, *meant[1:])) if form else None
        return None

    def _declared(self, said: Phrase) -> bool:
        """Whether a sentence of the vocabulary says a wording itself ("the battery is charged")."""
        content = {word for word in said if len(word) > 3} - {"your", "keep"}
        return len(content) > 1 and any(content <= known for known in self._bases)


def renamed(text: str, vocabulary: Vocabulary, agents: frozenset[str]) -> str:
    """A text with things called what a vocabulary calls them; the text itself if nothing is to be renamed."""
    words = tokenize(text)
    found = _renaming(vocabulary, agents)(words)
    return text if found == words else " ".join(word.text for word in found)


@lru_cache(maxsize=16)
def _renaming(vocabulary: Vocabulary, agents: frozenset[str]) -> Renaming:
    return Renaming(vocabulary, lexicon(), agents)


def _like(written: str, base: str, other: str) -> str:
    """Another verb in the inflection of a written one; empty for a participle."""
    if written == base:
        return other
    if written.endswith("ing"):
        return other.removesuffix("e") + "ing" if other != "be" else "being"
    return other + "s" if written.endswith("s") and other + "s" in inflected(other) else ""


def _things(words: Sequence[str]) -> Iterator[tuple[Phrase, Phrase]]:
    """Names of things in a sentence, in the singular and as written, but for parts of longer names."""
    known = thesaurus().things
    at = 0
    while at < len(words):
        for length in range(min(thesaurus().longest, len(words) - at), 0, -1):
            phrase = noun(words[at : at + length])
            if phrase in known:
                yield phrase, tuple(words[at : at + length])
                at += length - 1
                break
        at += 1
