"""Make an SVG drawing fit to stand inside a page: unique ids, theme colours, a title for screen readers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from lantern.experiments.report.palette import ROLES, Role

_PROLOGUE = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_GLOBAL_STYLE = re.compile(r"<style[^>]*>\*\{.*?\}</style>", re.DOTALL)
_ROOT = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_VIEWBOX = re.compile(r'viewBox="([^"]+)"')
_CLASS = re.compile(r'\bclass="([^"]*)"')
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_DECIMALS = re.compile(r"(-?\d+\.\d{2})\d+")
_LENGTH = re.compile(r'\b(width|height)="([\d.]+)')


def embed(svg: str, key: str, title: str, *, roles: Iterable[Role] = ROLES) -> str:
    """Return an SVG that can be pasted into HTML next to others.

    Parameters
    ----------
    svg : str
        A complete SVG document or element.
    key : str
        Prefix that makes its ids unique in the page.
    title : str
        What the drawing shows, for people who cannot see it.
    roles : iterable of Role
        Colours to replace by their CSS variables, so that the drawing follows light and dark.
    """
    body = _GLOBAL_STYLE.sub("", _PROLOGUE.sub("", svg)).strip()
    body = _TITLE.sub("", body, count=1)
    # Hundredths of a pixel cannot be seen, but make up half of a curve's size.
    body = _DECIMALS.sub(r"\1", body)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{key}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{key}-\1"', body)
    for role in roles:
        body = re.sub(re.escape(role.light) + r"\b", f"var({role.variable})", body, flags=re.IGNORECASE)
    # `fill="var(--x)"` is not valid as an attribute; as a style it is.
    body = re.sub(r'\b(fill|stroke|stop-color)="(var\([^)]*\))"', r'style="\1:\2"', body)
    body = _merge_styles(body)
    return _ROOT.sub(lambda match: _root(match.group(0), key, title), body, count=1)


def _merge_styles(body: str) -> str:
    """Join the style attributes of one tag: HTML keeps only the first of two."""

    def join(match: re.Match[str]) -> str:
        tag = match.group(0)
        found = re.findall(r'\sstyle="([^"]*)"', tag)
        if len(found) < 2:
            return tag
        joined = ";".join(part.strip().rstrip(";") for part in found)
        bare = re.sub(r'\sstyle="[^"]*"', "", tag)
        end = "/>" if bare.endswith("/>") else ">"
        return f'{bare[: -len(end)].rstrip()} style="{joined}"{end}'

    return re.sub(r"<[a-zA-Z][^<>]*>", join, body)


def size(svg: str) -> tuple[float, float]:
    """Width and height of an SVG in its own units, from its viewBox or its width and height."""
    root = _ROOT.search(svg)
    tag = root.group(0) if root else ""
    box = _VIEWBOX.search(tag)
    if box:
        numbers = [float(part) for part in re.split(r"[\s,]+", box.group(1).strip())]
        return numbers[2], numbers[3]
    lengths = {name: float(value) for name, value in _LENGTH.findall(tag)}
    return lengths.get("width", 300.0), lengths.get("height", 150.0)


def _root(tag: str, key: str, title: str) -> str:
    """Write the opening tag anew: scalable, named, with no fixed size."""
    width, height = size(tag)
    box = _VIEWBOX.search(tag)
    viewbox = box.group(1) if box else f"0 0 {width:g} {height:g}"
    kind = _CLASS.search(tag)
    style = f' class="{kind.group(1)}"' if kind else ""
    link = ' xmlns:xlink="http://www.w3.org/1999/xlink"' if "xmlns:xlink" in tag else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{link}{style} viewBox="{viewbox}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-labelledby="{key}-title">'
        f'<title id="{key}-title">{escape(title)}</title>'
    )
