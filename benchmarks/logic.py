"""How long it takes from an LTLf formula to its minimal automaton, beside other tools in the same run.

    python benchmarks/logic.py                          # lantern, and the tools that are installed here
    python benchmarks/logic.py --peers OTHER/bin/python # look for them in another environment
    python benchmarks/logic.py --quick                  # small sizes only

Each measurement of another tool runs in a process of its own, so that it can be stopped at the time limit.
Times are the best of several runs for lantern, the first run for the others (most take seconds); importing is
not counted. automata-lib has no LTLf: it is given the explicit automata of the conjuncts, and intersects and
minimises them.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantern.logic import Formula


def _names(n: int) -> list[str]:
    return [f"a{i}" for i in range(n)]


def conj_f(n: int) -> str:
    """All of n goals, in any order."""
    return " & ".join(f"(F {a})" for a in _names(n))


def seq(n: int) -> str:
    """A sequence of n goals, one step or more apart."""
    text = f"F {_names(n)[-1]}"
    for a in reversed(_names(n)[:-1]):
        text = f"F({a} & X ({text}))"
    return text


def seq_avoid(n: int) -> str:
    """A sequence, with one thing that never may happen."""
    return f"({seq(n)}) & (G !bad)"


def ordered(n: int) -> str:
    """Each goal not before the one before it."""
    a = _names(n)
    parts = [f"(!{later} U {earlier})" for earlier, later in pairwise(a)]
    return " & ".join([*parts, f"(F {a[-1]})"])


def resp(n: int) -> str:
    """N / 2 requests, each with its answer."""
    a = _names(n)
    return " & ".join(f"(G({a[i]} -> F {a[i + 1]}))" for i in range(0, n - 1, 2))


def any_then(n: int) -> str:
    """All goals but the last in any order, then the last."""
    *goals, last = _names(n)
    return " & ".join([*(f"(!{last} U {a})" for a in goals), f"(F {last})"])


def until(n: int) -> str:
    """Until, nested on the left."""
    text, *rest = _names(n)
    for a in rest:
        text = f"({text} U {a})"
    return text


def until_right(n: int) -> str:
    """Until, nested on the right."""
    return " U (".join(_names(n)) + ")" * (n - 1)


def until_pairs(n: int) -> str:
    """Conjunction of n untils over 2 n propositions."""
    return " & ".join(f"({a} U b{a})" for a in _names(n))


FAMILIES: dict[str, Callable[[int], str]] = {
    "conj_F": conj_f,
    "seq": seq,
    "seq_avoid": seq_avoid,
    "ordered": ordered,
    "resp": resp,
    "any_then": any_then,
    "until": until,
    "until_right": until_right,
    "until_pairs": until_pairs,
}
SIZES = {
    "conj_F": (3, 5, 7, 10),
    "seq": (3, 5, 10, 30, 100),
    "seq_avoid": (3, 5, 10, 30),
    "ordered": (5, 8, 10),
    "resp": (4, 6, 8, 10),
    "any_then": (4, 6, 8, 10),
    "until": (5, 8, 10),
    "until_right": (5, 8, 10),
    "until_pairs": (3, 5, 10),
}
QUICK = {"conj_F": (4, 10), "seq": (4, 30), "resp": (6,), "until": (5, 10)}


def measure_lantern(formula: str) -> tuple[float, int]:
    """Best of several compilations, and the number of states."""
    from lantern.logic import compile

    times: list[float] = []
    while len(times) < 5 or sum(times) < 0.3:
        before = time.perf_counter()
        states = compile(formula).n_states
        times.append(time.perf_counter() - before)
    return min(times), states


def measure_ltlf2dfa(formula: str) -> tuple[float, int]:
    """With the program mona; the states are counted in the picture that it returns."""
    from ltlf2dfa.parser.ltlf import LTLfParser

    parser = LTLfParser()
    before = time.perf_counter()
    dot = parser(formula).to_dfa()
    seconds = time.perf_counter() - before
    states = {
        word for line in dot.splitlines() if "->" in line for word in line.split()[:3:2] if word.isdigit()
    }
    return seconds, len(states)


def measure_flloat(formula: str) -> tuple[float, int]:
    """Explicit automaton over all labels."""
    from flloat.parser.ltlf import LTLfParser

    parser = LTLfParser()
    before = time.perf_counter()
    automaton = parser(formula).to_automaton()
    return time.perf_counter() - before, len(automaton.states)


def measure_automata_lib(formula: str) -> tuple[float, int]:
    """Intersection of the conjuncts' automata over an explicit alphabet."""
    from automata.fa.dfa import DFA as Explicit

    from lantern.logic import compile, parse

    names = compile(formula).support
    if len(names) > 10:
        raise MemoryError(f"2**{len(names)} labels are too many")
    labels: list[Any] = list(range(1 << len(names)))

    def explicit(part: Formula) -> Explicit:
        dfa = compile(part)
        rows = dfa.delta(labels, names).tolist()
        return Explicit(
            states=set(range(dfa.n_states)),
            input_symbols=set(labels),
            transitions={u: dict(zip(labels, row, strict=True)) for u, row in enumerate(rows)},
            initial_state=0,
            final_states={u for u in range(dfa.n_states) if dfa.accepting[u]},
        )

    first, *rest = [explicit(part) for part in conjuncts(parse(formula))]
    before = time.perf_counter()
    for part in rest:
        first = first.intersection(part)
    states = len(first.minify().states)
    return time.perf_counter() - before, states


def conjuncts(formula: Formula) -> list[Formula]:
    """Parts of a conjunction."""
    if formula.operator != "&":
        return [formula]
    return [part for child in formula.children for part in conjuncts(child)]


PEERS: dict[str, tuple[str, Callable[[str], tuple[float, int]]]] = {
    "ltlf2dfa": ("ltlf2dfa", measure_ltlf2dfa),
    "flloat": ("flloat", measure_flloat),
    "automata-lib": ("automata-lib", measure_automata_lib),
}


def installed(python: str, distribution: str) -> str:
    """Version of a distribution in an environment; empty if it is not there."""
    code = f"import importlib.metadata as m; print(m.version({distribution!r}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def measure(python: str, peer: str, formula: str, limit: float) -> str:
    """One cell of the table: milliseconds and states of a peer, or what became of it."""
    command = [python, __file__, "--measure", peer, formula]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
        seconds, states = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return f"> {limit * 1000:,.0f}"
    except (IndexError, ValueError):
        return "failed" if "MemoryError" not in done.stderr else "too large"
    return f"{seconds * 1000:,.1f} ({states:,})"


def find_peers(other: str) -> dict[str, tuple[str, str]]:
    """Interpreter and version of each tool that is installed here or in the other environment."""
    found: dict[str, tuple[str, str]] = {}
    for peer, (distribution, _) in PEERS.items():
        # The conjuncts for automata-lib are made by lantern, so it has to be in this environment.
        for python in (sys.executable,) if peer == "automata-lib" else (sys.executable, other):
            if version := installed(python, distribution):
                found.setdefault(peer, (python, version))
    if shutil.which("mona") is None:
        found.pop("ltlf2dfa", None)
    return found


def table(sizes: dict[str, tuple[int, ...]], peers: dict[str, tuple[str, str]], limit: float) -> None:
    """Measure and print; a peer that ran out of time is not asked for greater sizes of the family."""
    print(f"{'family':<12} {'n':>4} {'lantern ms (states)':>22}", *(f"{peer:>20}" for peer in peers))
    for family, family_sizes in sizes.items():
        given_up: set[str] = set()
        for n in family_sizes:
            formula = FAMILIES[family](n)
            seconds, states = measure_lantern(formula)
            cells = []
            for peer, (python, _) in peers.items():
                cell = "-" if peer in given_up else measure(python, peer, formula, limit)
                if cell[0] in ">ft":
                    given_up.add(peer)
                cells.append(f"{cell:>20}")
            print(f"{family:<12} {n:>4} {f'{seconds * 1000:,.2f} ({states:,})':>22}", *cells, flush=True)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--peers", default=sys.executable, help="Python of an environment with other tools")
    parser.add_argument(
        "--limit", type=float, default=60.0, help="seconds for each measurement of another tool"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--measure", nargs=2, metavar=("TOOL", "FORMULA"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        peer, formula = arguments.measure
        print(json.dumps(PEERS[peer][1](formula)))
        return
    peers = find_peers(arguments.peers)
    versions = ", ".join(f"{peer} {version}" for peer, (_, version) in peers.items())
    print(f"Python {platform.python_version()}; beside it: {versions or 'no other tool found'}")
    table(QUICK if arguments.quick else SIZES, peers, arguments.limit)


if __name__ == "__main__":
    main()
