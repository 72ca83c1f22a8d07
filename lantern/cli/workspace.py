"""``lantern init``: a workspace with an example of each kind."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from lantern.cli.console import say
from lantern.content import KINDS
from lantern.errors import ContentError


def make_workspace(folder: Path) -> None:
    """Make the content folders and their example files; existing files are never touched.

    Raises
    ------
    ContentError
        If the folder cannot be made, or holds files that would be overwritten.
    """
    with as_file(files("lantern") / "templates") as templates:
        examples = {
            path.relative_to(templates): path
            for path in sorted(templates.rglob("*"))
            if path.is_file() and path.suffix != ".pyc"  # installers compile the example labeller
        }
        taken = [str(name) for name in examples if (folder / name).exists()]
        if taken:
            raise ContentError(f"{folder} already holds {', '.join(taken)}. Choose another folder.")
        try:
            for kind in KINDS:
                (folder / kind).mkdir(parents=True, exist_ok=True)
            for name, path in examples.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(path.read_bytes())
        except OSError as error:
            raise ContentError(f"The workspace {folder} cannot be made: {error}.") from None
    say(f"Made the workspace {folder}:")
    for name in examples:
        say(f"  {folder / name}")
    say(f"Next: cd {folder} and lantern sweep first")
