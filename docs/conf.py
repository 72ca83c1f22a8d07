"""Settings of the documentation site (Sphinx). `python docs/build.py` gathers the pages and builds it.

Everything the site needs is inside it: no font, script or picture comes from elsewhere.
"""

from __future__ import annotations

import sys
from pathlib import Path

from lantern import __version__

sys.path.insert(0, str(Path(__file__).parent))  # for our extensions

project = "LANTERN"
author = "The LANTERN developers"
copyright = "The LANTERN developers"
release = version = __version__

extensions = [
    "automaton",
    "mathml",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["_static", "benchmarks/*.md"]  # the tables are included by benchmarks.md
suppress_warnings = ["misc.highlighting_failure"]  # schematic code such as `{...}` is no valid YAML

# Markdown as the forge shows it: links between pages and to headings.
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

# NumPy docstrings; single backquotes in them are code.
default_role = "code"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True

html_math_renderer = "mathml"
html_theme = "furo"
html_title = "LANTERN"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {"navigation_with_keys": True, "footer_icons": []}
pygments_style = "friendly"
pygments_dark_style = "github-dark"
