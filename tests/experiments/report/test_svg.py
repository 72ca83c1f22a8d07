import re
from xml.etree import ElementTree

from lantern.experiments.report.palette import INK, ROLES, styles, swatch
from lantern.experiments.report.svg import embed, size

DRAWING = f"""<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y">
<svg width="10pt" height="20pt" viewBox="0 0 10 20" xmlns="http://www.w3.org/2000/svg">
<metadata>who and when</metadata><defs><style type="text/css">*{{stroke-linejoin: round}}</style></defs>
<marker id="tip"/><path id="a" marker-end="url(#tip)" fill="{INK.light}" style="stroke: {INK.light.upper()}"/>
<use href="#a"/></svg>"""


def test_ids_are_made_unique_and_references_follow():
    svg = embed(DRAWING, "k1", "A <title>")
    assert 'id="k1-tip"' in svg and "url(#k1-tip)" in svg and 'href="#k1-a"' in svg
    assert "url(#tip)" not in svg
    ElementTree.fromstring(svg)


def test_colours_become_variables_in_one_style():
    svg = embed(DRAWING, "k1", "A title")
    path = re.search(r"<path[^>]*>", svg).group(0)
    assert path.count("style=") == 1
    assert "fill:var(--ink)" in path and "stroke: var(--ink)" in path
    assert INK.light not in svg


def test_what_would_leak_into_the_page_is_gone():
    svg = embed(DRAWING, "k1", "A title")
    assert not re.search(r"<\?xml|<!DOCTYPE|metadata|<style", svg)


def test_the_title_is_escaped_and_tied_to_the_drawing():
    svg = embed(DRAWING, "k1", 'A <title> & "more"')
    assert 'aria-labelledby="k1-title"' in svg
    assert "A &lt;title&gt; &amp; &quot;more&quot;" in svg


def test_coordinates_keep_hundredths():
    assert 'd="M1.23 -4.56L7 8.90"' in embed('<svg><path d="M1.234567 -4.567L7 8.9012"/></svg>', "k", "t")


def test_size_comes_from_the_viewbox_or_the_lengths():
    assert size(DRAWING) == (10.0, 20.0)
    assert size('<svg width="7" height="9"/>') == (7.0, 9.0)


def test_every_agent_has_a_look_of_its_own():
    agents = [f"agent_{n}" for n in range(16)]
    looks = styles(agents, "agent_3", "agent_0")
    assert list(looks) == agents
    assert len({(look.colour, look.dash, look.marker) for look in looks.values()}) == len(agents)
    assert looks["agent_3"].width > looks["agent_0"].width


def test_a_swatch_uses_the_variable_of_its_agent():
    look = styles(["a", "b"], "a", "b")["a"]
    assert f"var({look.colour.variable})" in swatch(look)
    ElementTree.fromstring(swatch(look))


def _luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_stand_out_from_both_papers():
    """Graphics need a contrast of 3 (WCAG 2.1, 1.4.11), text one of 4.5."""
    roles = {role.variable: role for role in ROLES}
    for theme in ("light", "dark"):
        paper = _luminance(getattr(roles["--paper"], theme))
        for role in ROLES:
            if role.variable in ("--paper", "--rule"):
                continue
            own = _luminance(getattr(role, theme))
            contrast = (max(own, paper) + 0.05) / (min(own, paper) + 0.05)
            assert contrast >= (4.5 if role.variable in ("--ink", "--muted") else 3), (role, theme, contrast)
