"""What all commands print with: tables and prose to standard output, complaints to standard error."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.text import Text

PLAIN_WIDTH = 140
"""Columns of tables where the output goes to a file or a pipe."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=not sys.stderr.isatty())


def complain(message: str) -> None:
    """Print one paragraph about what went wrong."""
    paragraph = " ".join(message.split("\n")) if "\n\n" not in message else message
    err.print(Text("Error: ", style="bold red") + Text(paragraph))


def heading(text: str) -> None:
    """Print the heading of a section."""
    out.print(Text(text, style="bold"))


def say(text: str = "") -> None:
    """Print plain text, with no markup read into it; a pipe gets it unbroken."""
    out.print(Text(text), soft_wrap=not out.is_terminal)
