"""Documentation pages made from the files of environments."""

from __future__ import annotations

from lantern.envs.pages import env_page, write_pages
from lantern.envs.registration import gymnasium_ids


def test_a_grid_page_says_what_the_file_says():
    page = env_page("blind_craftsman/darp")
    for part in (
        "# blind_craftsman/darp",
        'gymnasium.make("lantern/BlindCraftsmanDarp-v0")',
        "@ . . . . . .\n. w . . . w .",
        "turns all wood into tools",
        "needs exactly 3 tools; reward 1; ends the episode; otherwise: ends the episode",
        "| `wood` | the agent collects wood |",
        "at most 2 wood, 9 tools",
        "22 steps",
    ):
        assert part in page
    assert "One map of the family" in env_page("mineworld/labyrinth/teacher")


def test_a_continuous_page_says_what_the_file_says():
    page = env_page("water_world")
    for part in ("the velocity changes by 30, up to 90", "| red | 2 at random places | 15 | 30 |", "@ agent"):
        assert part in page


def test_the_page_of_a_foreign_environment_needs_no_installation_of_it():
    page = env_page("minigrid/door_key")
    assert "pip install minigrid" in page
    assert "carrying: yellow key" in page


def test_every_shipped_environment_gets_its_page(tmp_path):
    index, *pages = write_pages(tmp_path)
    names = set(gymnasium_ids().values())
    assert {page.relative_to(tmp_path).with_suffix("").as_posix() for page in pages} == names
    assert all(f"]({name}.md)" in index.read_text() for name in names)
    assert all("## Propositions" in page.read_text() for page in pages)
