"""Alignment: which states and edges of the teachers' automata correspond to those of a new task, how surely.

Four signals, none of which suffices alone. The words of states and propositions say what a task is about, but
are the same when an order is reversed. The bisimulation distance says how a task goes on, but is the same
for tasks of one shape about different things. The matching of propositions ties the two together, and counts
say whether the teacher has been where it claims to know the way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lantern.transfer.bisimulation import bisimulation_distance, rewards
from lantern.transfer.encoders import Encoder, get_encoder
from lantern.transfer.fitted import FITTED
from lantern.transfer.matching import Matching, match_propositions, similarities

if TYPE_CHECKING:
    from lantern.logic import DFA, Vocabulary
    from lantern.transfer.teacher import Teacher

Floats = NDArray[np.float64]

#: Chances below this are no correspondence: it is likelier that there is none. Nor is one with a source state
#: that was hardly seen.
LEAST, HARDLY = 0.5, 0.2
#: How fast a behavioural difference takes weight away, and how much a later difference counts.
SHARPNESS, DISCOUNT = 2.0, 0.7
#: Visits after which a source state counts as half known.
VISITS = 10.0


@dataclass(frozen=True)
class Signals:
    """Which signals count; one that does not is taken to be 1 everywhere."""

    text: bool = True
    behaviour: bool = True
    propositions: bool = True
    sampling: bool = True


@dataclass(frozen=True)
class Evidence:
    """Why a teacher's states were given their weights; arrays of shape [U, V], all in [0, 1].

    Attributes
    ----------
    text : float64
        Similarity of the states' sentences.
    behaviour : float64
        exp(-2 d) of the bisimulation distance d under the matching of propositions.
    propositions : float64
        Mean similarity of the propositions that still matter in either state.
    sampling : float64
        How well the teacher knows the state: n / (n + 10) after n visits.
    """

    text: Floats
    behaviour: Floats
    propositions: Floats
    sampling: Floats


@dataclass(frozen=True)
class Alignment:
    """Correspondence of several teachers with one task.

    Attributes
    ----------
    encoder : str
        Name of the sentence encoder.
    states : dict of str to float64 array, shape (U, V)
        Chance that a target and a source state correspond, times how well the source is known, by teacher;
        0 where none is likelier. A row of zeros: no counterpart.
    edges : dict of str to float64 array, shape (E, F)
        The same for the edges, in the order of ``DFA.edges``; self-loops have none.
    propositions : dict of str to dict
        Target proposition -> {"source": name, "similarity": number}, by teacher; unmatched ones are absent.
    evidence : dict of str to Evidence
        By teacher.
    """

    encoder: str
    states: dict[str, Floats]
    edges: dict[str, Floats]
    propositions: dict[str, dict[str, dict[str, Any]]]
    evidence: dict[str, Evidence]

    def confidence(self, teacher: str) -> Floats:
        """Weight of the best counterpart of each target state, float64[U]."""
        weights = self.states[teacher]
        best: Floats = weights.max(axis=1) if weights.shape[1] else np.zeros(len(weights))
        return best

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "encoder": self.encoder,
            "states": _lists(self.states),
            "edges": _lists(self.edges),
            "propositions": self.propositions,
            "evidence": {
                name: {key: np.round(getattr(found, key), 4).tolist() for key in Evidence.__annotations__}
                for name, found in self.evidence.items()
            },
        }


def align(
    teachers: Sequence[Teacher],
    dfa: DFA,
    vocabulary: Vocabulary,
    encoder: str | Encoder = "auto",
    signals: Signals | None = None,
) -> Alignment:
    """Align teachers with a task.

    Parameters
    ----------
    teachers : sequence of Teacher
        With names that differ.
    dfa : DFA
        The target task.
    vocabulary : Vocabulary
        Propositions of the target environment.
    encoder : str or Encoder
        Sentence encoder, or its name.
    signals : Signals, optional
        Which signals count; all by default.

    Returns
    -------
    Alignment
    """
    coder = get_encoder(encoder) if isinstance(encoder, str) else encoder
    task = _Said.of(dfa, vocabulary, coder)
    aligned = [_align_one(teacher, task, signals or Signals()) for teacher in teachers]
    names = [teacher.name for teacher in teachers]
    return Alignment(
        encoder=coder.name,
        states={name: one.states for name, one in zip(names, aligned, strict=True)},
        edges={name: one.edges for name, one in zip(names, aligned, strict=True)},
        propositions={name: one.propositions for name, one in zip(names, aligned, strict=True)},
        evidence={name: one.evidence for name, one in zip(names, aligned, strict=True)},
    )


@dataclass(frozen=True)
class _One:
    states: Floats
    edges: Floats
    propositions: dict[str, dict[str, Any]]
    evidence: Evidence


def evidence_of(
    dfa: DFA, vocabulary: Vocabulary, other: DFA, theirs: Vocabulary, encoder: Encoder
) -> Evidence:
    """Signals of every pair of states of two tasks, for a source that is known perfectly."""
    return _signals(dfa, other, _match(dfa, vocabulary, other, theirs, encoder), encoder)


def _match(dfa: DFA, vocabulary: Vocabulary, other: DFA, theirs: Vocabulary, encoder: Encoder) -> Matching:
    names = tuple(dfa.support), tuple(other.support)
    said = [vocabulary[name] for name in names[0]], [theirs[name] for name in names[1]]
    return match_propositions(*said, encoder, names)


def _signals(dfa: DFA, other: DFA, matching: Matching, encoder: Encoder) -> Evidence:
    mine, theirs = tuple(dfa.support), tuple(other.support)
    return Evidence(
        text=_text_similarity(dfa, other, encoder),
        behaviour=_behaviour(dfa, other, mine, theirs, matching),
        propositions=_shared_meaning(dfa, other, mine, theirs, matching),
        sampling=np.ones((dfa.n_states, other.n_states)),
    )


@dataclass(frozen=True)
class _Said:
    """A task and who reads its words; equal to another that says the same, read by the same encoder."""

    key: tuple[str, Vocabulary, int]
    dfa: DFA = field(compare=False)
    encoder: Encoder = field(compare=False)

    @staticmethod
    def of(dfa: DFA, vocabulary: Vocabulary, encoder: Encoder) -> _Said:
        return _Said((json.dumps(dfa.to_dict()), vocabulary, id(encoder)), dfa, encoder)


@lru_cache(maxsize=256)
def _compared(task: _Said, other: _Said) -> tuple[Matching, Evidence]:
    """Compare two tasks once: a sweep asks for the same two with every agent and every seed."""
    encoder = task.encoder
    matching = _match(task.dfa, task.key[1], other.dfa, other.key[1], encoder)
    evidence = _signals(task.dfa, other.dfa, matching, encoder)
    for name in Evidence.__annotations__:
        getattr(evidence, name).flags.writeable = False
    return matching, evidence


def _align_one(teacher: Teacher, task: _Said, signals: Signals) -> _One:
    dfa = task.dfa
    matching, evidence = _compared(task, _Said.of(teacher.dfa, teacher.vocabulary, task.encoder))
    evidence = replace(evidence, sampling=evidence.sampling * _sampling(teacher)[None, :])
    states = _combine(evidence, signals, task.encoder.name)
    mine, theirs = tuple(dfa.support), tuple(teacher.dfa.support)
    found = {
        mine[p]: {"source": theirs[q], "similarity": round(float(matching.similarity[p, q]), 4)}
        for p, q in matching.pairs
    }
    return _One(states, _edge_weights(dfa, teacher.dfa, states), found, evidence)


def features(evidence: Evidence) -> Floats:
    """What the chance of a correspondence is worked out from: shape (..., 4), larger is better.

    The bisimulation distance with its sign turned, cut at 2; the similarity of propositions, and of text; and
    the similarity of propositions where the behaviour is exactly alike.
    """
    distance = -np.log(np.maximum(evidence.behaviour, 1e-9)) / SHARPNESS
    meant, alike = evidence.propositions, evidence.behaviour > 1.0 - 1e-6
    return np.stack([-np.minimum(distance, 2.0), meant, evidence.text, alike * meant], axis=-1)


def score(evidence: Evidence, coefficients: Floats) -> Floats:
    """Logistic function of the weighted features, in (0, 1)."""
    found: Floats = 1.0 / (1.0 + np.exp(-(coefficients[0] + features(evidence) @ coefficients[1:])))
    return found


def calibrated(evidence: Evidence, encoder: str) -> Floats:
    """Chance that two states correspond, by the fit for an encoder."""
    fitted = FITTED.get(encoder, FITTED["wordllama"])
    chance = np.interp(score(evidence, np.array(fitted.coefficients)), *fitted.knots)
    return np.where(evidence.behaviour > 0, chance, 0.0)


def _combine(evidence: Evidence, signals: Signals, encoder: str) -> Floats:
    """Weigh by the signals that count; one that does not is taken to be perfect."""
    one = np.ones_like(evidence.text)
    kept = {name: getattr(evidence, name) if on else one for name, on in asdict(signals).items()}
    chance = calibrated(Evidence(**kept), encoder)
    weight = chance * kept["sampling"]
    return np.where((chance >= LEAST) & (weight >= HARDLY), weight, 0.0)


def _text_similarity(dfa: DFA, other: DFA, encoder: Encoder) -> Floats:
    return similarities(
        [dfa.sentence(u) for u in range(dfa.n_states)],
        [other.sentence(v) for v in range(other.n_states)],
        encoder,
    )


def _behaviour(
    dfa: DFA, other: DFA, mine: Sequence[str], theirs: Sequence[str], matching: Matching
) -> Floats:
    """Compare what the automata do on the labels that matter: none, each pair, each proposition alone."""
    partner = dict(matching.pairs)
    labels = [(0, 0)] + [(1 << p, 1 << partner[p] if p in partner else 0) for p in range(len(mine))]
    matched = set(partner.values())
    labels += [(0, 1 << q) for q in range(len(theirs)) if q not in matched]
    delta = dfa.delta(np.array([p for p, _ in labels]), mine)
    other_delta = other.delta(np.array([q for _, q in labels]), theirs)
    distance = bisimulation_distance(
        delta,
        rewards(delta, np.asarray(dfa.accepting), np.asarray(dfa.live)),
        other_delta,
        rewards(other_delta, np.asarray(other.accepting), np.asarray(other.live)),
        DISCOUNT,
    )
    # States that both have nothing left to lose or to gain are alike only if they ended the same way.
    ended = np.asarray(dfa.accepting)[:, None] != np.asarray(other.accepting)[None, :]
    dead = np.asarray(dfa.live)[:, None] != np.asarray(other.live)[None, :]
    behaviour: Floats = np.where(ended | dead, 0.0, np.exp(-SHARPNESS * distance))
    return behaviour


def _shared_meaning(
    dfa: DFA, other: DFA, mine: Sequence[str], theirs: Sequence[str], matching: Matching
) -> Floats:
    """Mean similarity of the matched propositions that still matter; the unmatched ones count as 0."""
    matter, other_matter = _matter(dfa, mine), _matter(other, theirs)
    similarity = np.zeros((len(mine), len(theirs)))
    for p, q in matching.pairs:
        similarity[p, q] = matching.similarity[p, q]
    shared = np.einsum("up,pq,vq->uv", matter, similarity, other_matter)
    needed = np.maximum(matter.sum(1)[:, None], other_matter.sum(1)[None, :])
    overall = similarity.sum() / max(len(mine), len(theirs), 1)
    mean: Floats = np.where(needed > 0, shared / np.maximum(needed, 1), overall)
    return mean


def _matter(dfa: DFA, names: Sequence[str]) -> Floats:
    """Whether each proposition alone can still move the automaton from each state on; shape [U, P]."""
    delta = dfa.delta(np.array([1 << p for p in range(len(names))]), names)
    rest = dfa.delta(np.array([0]), names)
    moves: NDArray[np.bool_] = delta != rest
    while True:
        later = moves | moves[rest[:, 0]]
        for p in range(len(names)):
            later |= moves[delta[:, p]]
        if (later == moves).all():
            return np.asarray(moves, np.float64)
        moves = later


def _sampling(teacher: Teacher) -> Floats:
    count = teacher.state.count.astype(np.float64)
    known: Floats = np.where(teacher.dfa.accepting, 1.0, count / (count + VISITS))
    return known


def _edge_weights(dfa: DFA, other: DFA, states: Floats) -> Floats:
    """An edge corresponds as far as both its ends do."""
    mine = np.array([(edge.source, edge.target) for edge in dfa.edges]).reshape(-1, 2)
    theirs = np.array([(edge.source, edge.target) for edge in other.edges]).reshape(-1, 2)
    ends = np.sqrt(states[np.ix_(mine[:, 0], theirs[:, 0])] * states[np.ix_(mine[:, 1], theirs[:, 1])])
    moves = (mine[:, 0] != mine[:, 1])[:, None] & (theirs[:, 0] != theirs[:, 1])[None, :]
    weights: Floats = np.where(moves, ends, 0.0)
    return weights


def _lists(arrays: Mapping[str, Floats]) -> dict[str, Any]:
    return {name: np.round(array, 4).tolist() for name, array in arrays.items()}
