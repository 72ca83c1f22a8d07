"""Code blocks of Markdown pages, and how each kind is run.

- ``python`` is executed, ``pycon`` is a doctest; the blocks of a page share their names, in order.
- ``console``, ``bash``, ``sh``: commands of ``lantern`` are executed, others are not. Below a ``$`` line of
  ``console`` stands what it prints (``...`` for anything).
- ``yaml`` is parsed. A first line that is a comment with a path says where it is written, in the page's
  workspace.
- ``text`` and the directives of the site are no code.

``no-run: reason`` after the language leaves a block out. Sweeps are shrunk: what is run is the command, word
for word, but with few seeds and steps.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SEEDS, STEPS, TRIALS = 1, 600, 2


@dataclass(frozen=True)
class Block:
    """A code block: its language, what else its first line says, its text and its line in the page."""

    language: str
    note: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """All code blocks of a page in order; indented ones have no language."""
    tokens = MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8"))
    found = []
    for token in tokens:
        if token.type in ("fence", "code_block"):
            language, _, note = token.info.strip().partition(" ")
            found.append(Block(language, note.strip(), token.content, (token.map or [0])[0] + 1))
    return found


def shrink(value: dict[str, Any]) -> dict[str, Any]:
    """A sweep of the same kind: one target, one source, two agents, few seeds; anything else as it is."""
    if not isinstance(value, dict) or "agents" not in value or not {"target", "targets"} & set(value):
        return value
    small = {**value, "seeds": SEEDS, "steps": STEPS, "evaluate": {"every": STEPS // 2, "episodes": 1}}
    if "sources" in value:
        small["sources"] = _first_source(value["sources"])
    if "targets" in value:
        first = {key: part for key, part in value["targets"][0].items() if key not in OWN}
        small["targets"] = [{**first, "sources": _first_source(first.get("sources", []))}]
    kept = value["agents"][:1] + value["agents"][-1:]
    small["agents"] = [_shrink_tuning(agent) for agent in kept]
    small["references"] = [name for name in value.get("references", []) if name in kept]
    return small


def _first_source(sources: Any) -> Any:
    """The first source of a list, or of each condition."""
    if isinstance(sources, dict):
        return {condition: listed[:1] for condition, listed in sources.items()}
    return sources[:1]


OWN = ("seeds", "steps", "evaluate")  # budgets of a target's own


def check_sweep(value: Any) -> None:
    """Read what looks like a sweep as one."""
    from lantern.experiments.sweepfile import SweepFile

    if isinstance(value, dict) and {"target", "targets"} & set(value):
        SweepFile.model_validate(value)


def _shrink_tuning(agent: Any) -> Any:
    if not isinstance(agent, dict) or "tune" not in agent:
        return agent
    return {**agent, "tune": {**agent["tune"], "trials": TRIALS, "seeds": 1}}


def make_workspace(folder: Path) -> None:
    """A folder in which the shipped sweeps are small ones."""
    for path in (ROOT / "experiments").glob("*.yaml"):
        target = folder / "experiments" / path.name
        target.parent.mkdir(exist_ok=True)
        target.write_text(yaml.safe_dump(shrink(yaml.safe_load(path.read_text(encoding="utf-8")))))


@dataclass
class Runner:
    """Runs the blocks of one page in the current folder."""

    page: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "guide"})
    ran: int = 0

    def run(self, block: Block) -> None:
        """Run one block; an AssertionError says what did not come out as shown."""
        kinds = {"python": self.python, "pycon": self.pycon, "yaml": self.yaml}
        kinds |= dict.fromkeys(("console", "bash", "sh"), self.console)
        if block.note.startswith("no-run"):
            assert block.note.removeprefix("no-run:").strip(), f"{self.place(block)}: no-run without a reason"
        elif block.language in kinds:
            kinds[block.language](block)
            self.ran += 1

    def place(self, block: Block) -> str:
        return f"{self.page.relative_to(ROOT)}, line {block.line}"

    def python(self, block: Block) -> None:
        code = compile("\n" * block.line + block.text, str(self.page), "exec")
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, self.names)

    def pycon(self, block: Block) -> None:
        test = doctest.DocTestParser().get_doctest(
            block.text, self.names, self.page.name, str(self.page), block.line
        )
        output = io.StringIO()
        runner = doctest.DocTestRunner(optionflags=FLAGS)
        runner.run(test, out=output.write, clear_globs=False)
        self.names.update(test.globs)
        assert not runner.failures, output.getvalue()

    def yaml(self, block: Block) -> None:
        value = yaml.safe_load(block.text)
        check_sweep(value)
        head = re.match(r"# (\S+\.ya?ml)\b", block.text)
        if head:
            target = Path(head[1])
            target.parent.mkdir(parents=True, exist_ok=True)
            small = shrink(value)
            target.write_text(block.text if small is value else yaml.safe_dump(small), encoding="utf-8")

    def console(self, block: Block) -> None:
        if block.text.startswith("#!"):
            checked = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True)
            assert checked.returncode == 0, f"{self.place(block)}: {checked.stderr}"
            return
        for command, shown in commands(block):
            if command.startswith("cd "):
                os.chdir(command.removeprefix("cd "))
            elif command.startswith("lantern "):
                printed = self.command(command, block)
                assert doctest.OutputChecker().check_output(shown, printed, FLAGS) or not shown, printed

    def command(self, command: str, block: Block) -> str:
        words = shlex.split(command, comments=True)[1:]
        done = subprocess.run(
            [sys.executable, "-m", "lantern.cli", *words],
            capture_output=True,
            text=True,
            timeout=240,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        assert done.returncode == 0, f"{self.place(block)}: {command}\n{done.stdout}{done.stderr}"
        return done.stdout


def commands(block: Block) -> list[tuple[str, str]]:
    """Commands of a block, each with the output that is shown below it (none in scripts)."""
    joined = block.text.replace("\\\n", " ")
    if block.language != "console":
        return [(line.strip(), "") for line in joined.splitlines() if line.strip()]
    found: list[tuple[str, str]] = []
    for line in joined.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), ""))
        elif found:
            command, shown = found[-1]
            found[-1] = (command, f"{shown}{line}\n")
    return found
