"""The directive ``automaton``: the drawing of a formula's automaton, made when the site is built.

Its argument is the formula, its lines are the vocabulary (``name: English sentence``).
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive

import lantern


class Automaton(Directive):  # type: ignore[misc]
    """Compile the formula and put its SVG into the page."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Return the drawing as one node; the SVG carries its own description for screen readers."""
        pairs = (line.partition(":") for line in self.content if line.strip())
        vocabulary = {name.strip(): sentence.strip() for name, _, sentence in pairs}
        svg = lantern.compile(self.arguments[0], vocabulary or None).svg()
        return [nodes.raw("", f'<div class="automaton">{svg}</div>', format="html")]


def setup(app: Any) -> dict[str, bool]:
    """Register the directive with Sphinx."""
    app.add_directive("automaton", Automaton)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
