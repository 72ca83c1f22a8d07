"""English to a verified automaton with the shipped grammar, as a user meets it; and the same from a model."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import lantern
from lantern.errors import TranslationError
from lantern.language import load_task, save_task
from lantern.language.questions import difference
from lantern.logic import Vocabulary, compile

WORDS = Vocabulary(
    {
        "key": "the agent picks up the key",
        "door": "the agent opens the door",
        "gem": "the agent picks up the gem",
        "home": "the agent is at home",
        "lava": "the agent is on lava",
    }
)
MEANINGS = {
    "First pick up the key, then open the door.": "F(key & F door)",
    "Pick up the key and the gem in any order, then go home.": (
        "F(key & F(gem & F home)) | F(gem & F(key & F home))"
    ),
    "Pick up the key or the gem.": "F(key | gem)",
    "Pick up the gem, and never touch lava.": "F gem & G !lava",
    "Open the door. Do not open the door before picking up the key.": "!door U key & F door",
}


pytestmark = pytest.mark.usefixtures("clean_environment")


@pytest.mark.parametrize(("text", "formula"), MEANINGS.items())
def test_tasks_of_the_shipped_kind(text, formula):
    task = lantern.translate(text, WORDS)
    trace = difference(task.dfa, compile(formula, WORDS))
    asked = [option for question in task.questions for option in question.readings]
    assert trace is None or any(
        difference(compile(reading.formula, WORDS), compile(formula, WORDS)) is None for reading in asked
    ), f"{task.formula} differs from {formula} on {trace}"
    assert task.translator == "grammar" and 0 < task.confidence <= 1
    assert all(task.dfa.accepts(example.trace) for example in task.accepted)
    assert not any(task.dfa.accepts(example.trace) for example in task.rejected)
    assert len(task.accepted) == len(task.rejected) == 2 and task.paraphrase


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Pick up the key and fly to the moon.", "moon"),
        ("Pick up the banana.", "banana"),
        ("Pick up the gem and never pick up the gem.", "never"),
        ("The rain in Spain stays mainly in the plain.", "rain|Spain|plain"),
    ],
)
def test_text_that_cannot_be_used_is_refused_and_quoted(text, quoted):
    with pytest.raises(TranslationError, match=f"(?i){quoted}") as caught:
        lantern.translate(text, WORDS)
    assert "\n" not in str(caught.value)


def test_contradiction_names_only_the_parts_that_contradict():
    with pytest.raises(TranslationError, match="contradict each other") as caught:
        lantern.translate("Pick up the key. Open the door. Never open the door. Go home.", WORDS)
    assert "F door" in str(caught.value) and "G !door" in str(caught.value)
    assert "F key" not in str(caught.value) and "F home" not in str(caught.value)


def test_doing_nothing_and_never_shown_are_warnings():
    idle = lantern.translate("Never touch lava.", WORDS)
    assert any("Doing nothing" in warning for warning in idle.warnings)
    unseen = lantern.translate("Pick up the key.", WORDS, occurrences={"key": 0, "door": 3})
    assert any("needs 'key'" in warning for warning in unseen.warnings)
    assert not lantern.translate("Pick up the key.", WORDS, occurrences={"key": 0.1}).warnings


def test_task_is_saved_edited_and_the_change_reported(tmp_path):
    path = save_task(tmp_path / "tasks" / "x.yaml", lantern.translate("First the key, then the door.", WORDS))
    assert load_task("x").change is None
    path.write_text(
        path.read_text().replace("First the key, then the door.", "First the door, then the key.")
    )
    change = load_task("x").change
    assert change is not None and len(change.trace) == 2
    assert compile("F(door & F key)").accepts(change.trace) == change.accepted


def test_reading_a_task_imports_neither_client_nor_torch():
    code = (
        "import sys, json, lantern; "
        "lantern.translate('Pick up the key.', {'key': 'the agent picks up the key'}); "
        "print(json.dumps([name for name in ('openai', 'torch', 'matplotlib') if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
