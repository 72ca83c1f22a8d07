"""Build the documentation site: ``python docs/build.py [--out site] [--keep FOLDER]``.

The written pages are copied beside those made from files and code (environments, agents, command line, API),
so that nothing made by a build lies among the sources. Every warning is an error. Needs the extra ``docs``.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent


def gather(source: Path) -> None:
    """Fill a folder with all pages of the site, written and made."""
    from pages import make_pages

    shutil.copytree(HERE, source, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    make_pages(source)


def build(out: Path, source: Path) -> int:
    """Gather the pages in ``source`` and write the site to ``out``; the exit status of Sphinx."""
    from sphinx.cmd.build import build_main

    gather(source)
    # The pictures of the build (doctrees) go beside the sources, so the site holds only what is published.
    doctrees = source.parent / f"{source.name}-doctrees"
    status = build_main(["-W", "--keep-going", "-q", "-E", "-d", str(doctrees), str(source), str(out)])
    (out / ".buildinfo").unlink(missing_ok=True)
    return status


def main() -> None:
    """Read the command line, build, and say where the site is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=HERE.parent / "site", help="folder of the site")
    parser.add_argument("--keep", type=Path, help="keep the gathered pages in this folder")
    options = parser.parse_args()
    missing = [name for name in ("furo", "myst_parser", "sphinx") if find_spec(name) is None]
    if missing:
        print(
            f"The site needs the extra docs: pip install 'lantern-rl[docs]' (no {', '.join(missing)} here)."
        )
        raise SystemExit(2)
    with tempfile.TemporaryDirectory() as scratch:
        status = build(options.out, options.keep or Path(scratch) / "pages")
    if status == 0:
        print(f"The site is in {options.out}; open {options.out / 'index.html'}.")
    raise SystemExit(status)


if __name__ == "__main__":
    main()
