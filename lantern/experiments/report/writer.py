"""Writing the report: the page, the figures beside it, the tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from lantern.content import write_whole
from lantern.errors import LanternError
from lantern.experiments.report.measured import measured_markdown
from lantern.experiments.report.page import Page, make_page
from lantern.experiments.report.palette import PAPER, ROLES, Role, swatch
from lantern.experiments.report.table import latex, markdown

if TYPE_CHECKING:
    from jinja2 import Environment

_CARD = Role("--card", "#f4f4f1", "#1e2229")
_ALERT = Role("--alert", "#b3261e", "#ff8a7a")
_ACCENT = Role("--accent", "#b84f00", "#ff9d61")


def write_report(folder: str | Path, *, figures: bool = True) -> Path | str:
    """Write the report of a sweep into its folder.

    Parameters
    ----------
    folder : str or Path
        What was given to the sweep with ``--out``, a folder or an address; finished or not.
    figures : bool
        Whether to write the figures for a paper (SVG, PDF) and their data (CSV) too, into ``figures/``.

    Returns
    -------
    Path or str
        ``report.html``, one file that needs no other and no network.

    Raises
    ------
    LanternError
        If the folder holds no sweep, or cannot be written.
    """
    from lantern.experiments.bucket import local_copy
    from lantern.experiments.loading import load_results
    from lantern.experiments.remote import is_address

    page = make_page(load_results(folder))
    with local_copy(folder, write=True) as root:
        written = _write_all(page, root, figures)
    return f"{str(folder).partition('?')[0].rstrip('/')}/report.html" if is_address(folder) else written


def _write_all(page: Page, root: Path, figures: bool) -> Path:
    """Write page, tables and figures into a folder."""
    try:
        _write(root / "table.md", markdown(page.table))
        _write(root / "table.tex", latex(page.table))
        if page.measured:
            _write(root / "measured.md", measured_markdown(page.measured))
        if figures:
            (root / "figures").mkdir(exist_ok=True)
            for plot in page.plots:
                plot.write(root / "figures")
        return _write(root / "report.html", render(page))
    except OSError as error:
        raise LanternError(
            f"The report cannot be written into {root} ({error}). Make it writable or free some space."
        ) from None


def render(page: Page) -> str:
    """Return the page as HTML."""
    template = _environment().get_template("report.html.j2")
    return template.render(page=page, results=page.results, roles=_variables())


def theme() -> str:
    """Return the look of the page as CSS: both themes' colours, then the rules; for other pages of ours."""
    rules = _environment().get_template("report.css").render()
    return f"{_variables()}\n{rules}\n"


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("lantern.experiments.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["swatch"] = lambda style: Markup(swatch(style))
    environment.filters["joined"] = _joined
    return environment


def _joined(text: str) -> str:
    """Keep a number and its per cent sign on one line (narrow no-break space)."""
    return re.sub(r"(?<=\d) (?=%)", "\u202f", text)


def _variables() -> str:
    """CSS variables of both themes: by the system's preference, or as the reader chose."""
    roles = [*ROLES, _CARD, _ACCENT, _ALERT]
    light = "".join(f"{role.variable}:{role.light};" for role in roles)
    dark = "".join(f"{role.variable}:{role.dark};" for role in roles)
    return (
        f":root{{{light}}}\n"
        f"@media screen and (prefers-color-scheme: dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark}color-scheme:dark}}"
        ":root[data-theme=light]{color-scheme:light}}\n"
        f"@media print{{:root{{{light}{PAPER.variable}:#fff;color-scheme:light}}}}"
    )


def _write(path: Path, text: str) -> Path:
    """Write a file whole or not at all: a reader may have the old one open."""
    write_whole(path, text.encode())
    return path
