"""Task files: read, refused, saved, and found changed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import lantern
from lantern.errors import ContentError, FormulaError, TranslationError
from lantern.language import fingerprint, load_task, read_task, save_task
from lantern.logic import Proposition, Vocabulary, compile

pytestmark = pytest.mark.usefixtures("clean_environment")

WORDS = Vocabulary(
    {
        "key": Proposition("the agent picks up the key", ("the golden thing",)),
        "door": "the agent opens the door",
        "lava": "the agent is on lava",
    }
)


class Says:
    """Translator with one answer, or with one for each text."""

    def __init__(self, *answers, name="grammar"):
        self.name, self.answers = name, answers

    def translate(self, text, vocabulary):
        return self.answers[0] if len(self.answers) == 1 else dict(self.answers)[text]


THEN, STRICT, SWAPPED = "F(key & F door)", "!door U key & F door", "F(door & F key)"


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def put(name="x", **data):
        path = tmp_path / "tasks" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(data), encoding="utf-8")
        return path

    return put


def saved(tmp_path, formula=THEN, text="Key, then door.", translator="grammar", **options):
    answer = lantern.translate(text, WORDS, Says(formula, name=translator))
    return save_task(tmp_path / "tasks" / "x.yaml", answer, **options)


def test_formula_as_source_needs_no_translator():
    task = load_task({"formula": "F key & G !lava"}, WORDS)
    assert str(task.formula) == "F key & G !lava" and task.translation.translator == "formula"
    assert task.change is None and task.path is None


def test_text_in_a_sweep_is_translated():
    task = load_task({"text": "Key, then door."}, WORDS, translator=Says(THEN))
    assert task.name == task.text == "Key, then door." and task.dfa.accepts([{"key"}, {"door"}])


def test_file_by_name_and_by_path(write):
    path = write("deep", formula=THEN, env="some_env")
    for task in (load_task("deep", WORDS), load_task(path, WORDS)):
        assert task.env == "some_env" and task.path is not None and task.path.samefile(path)


def test_vocabulary_may_stand_in_the_file(write):
    write(formula="F key", vocabulary={"key": {"sentence": "the key is held", "synonyms": ["a key"]}})
    assert load_task("x").vocabulary.proposition("key").synonyms == ("a key",)
    write(formula="F key")
    with pytest.raises(ContentError, match=r"x\.yaml: the task has no vocabulary"):
        load_task("x")


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ({"formula": THEN, "txet": "x"}, ContentError, "line 2: the key 'txet' does not exist here.*'text'"),
        ({"formula": THEN, "text": "x"}, ContentError, "either as 'text'.*or as 'formula'"),
        ({"env": "x"}, ContentError, "either as 'text'.*or as 'formula'"),
        ({"formula": "F(key"}, ContentError, r"x\.yaml: "),
        ({"formula": "F kee"}, ContentError, "kee.*key"),
        ({"formula": "F key & G !key"}, TranslationError, r"x\.yaml: .*contradict"),
        ({"formula": THEN, "translator": "magic"}, ContentError, "translator"),
        ({"formula": THEN, "examples": {"rejected": [[["key"], ["door"]]]}}, TranslationError, "be rejected"),
        ({"formula": THEN, "examples": {"accepted": [[["kee"]]]}}, Exception, "kee"),
        ({"formula": THEN, "recorded": {"formula": THEN}}, ContentError, "missing"),
        ({"text": "Fly to the moon.", "translator": "grammar"}, TranslationError, r"x\.yaml: .*moon"),
    ],
)
def test_wrong_files_are_one_clear_error(write, data, error, message):
    write(**data)
    with pytest.raises(error, match=message) as caught:
        load_task("x", WORDS)
    assert isinstance(caught.value, lantern.LanternError)


def test_unknown_task_gets_the_nearest(write):
    write("dungeon", formula=THEN)
    with pytest.raises(ContentError, match="Did you mean 'dungeon'"):
        load_task("dungeom", WORDS)


def test_saved_task_reads_back_and_has_not_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    saved(tmp_path, env="some_env")
    task = load_task("x", WORDS, translator=Says(THEN))
    assert task.change is None and task.warnings == () and task.env == "some_env"
    file, path = read_task("x")
    assert file.recorded.formula == THEN and file.recorded.dfa == fingerprint(task.dfa)
    assert path.stat().st_mode & 0o777 == 0o644


def test_saved_task_without_an_environment_carries_its_vocabulary(tmp_path):
    path = saved(tmp_path)
    task = load_task(path, translator=Says(THEN))
    assert task.vocabulary == WORDS


def test_equivalent_translation_is_no_change(tmp_path):
    path = saved(tmp_path, STRICT)
    for same in ("F door & (!door W key) & F key", "F door & (!door U key)"):
        assert load_task(path, WORDS, translator=Says(same)).change is None


@pytest.mark.parametrize("edit", [False, True])
def test_change_is_reported_with_a_shortest_trace_and_its_cause(tmp_path, edit):
    path = saved(tmp_path)
    if edit:
        path.write_text(path.read_text().replace("Key, then door.", "Door, then key."))
    task = load_task(path, WORDS, translator=Says(SWAPPED))
    assert task.change is not None and len(task.change.trace) == 2
    assert task.dfa.accepts(task.change.trace) == task.change.accepted
    assert compile(THEN).accepts(task.change.trace) != task.change.accepted
    assert task.warnings[0] == task.change.message
    assert task.change.message.startswith("The text was edited" if edit else "The translator has changed")
    assert f"{THEN} has become {SWAPPED}" in task.change.message


def test_record_of_a_model_is_used_while_the_text_is_the_same(tmp_path, monkeypatch):
    path = saved(tmp_path, translator="llm")
    task = load_task(path, WORDS)
    assert str(task.formula) == THEN and task.translation.translator == "llm" and task.change is None
    again = load_task(path, WORDS, translator=Says(SWAPPED))
    assert again.change is not None


def test_text_of_a_model_that_was_edited_is_translated_again(tmp_path, monkeypatch):
    monkeypatch.setenv("LANTERN_LLM_MODEL", "")
    path = saved(tmp_path, translator="llm")
    path.write_text(path.read_text().replace("Key, then door.", "xyzzy"))
    with pytest.raises(TranslationError, match=r"x\.yaml: .*xyzzy"):
        load_task(path, WORDS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [(THEN, SWAPPED, "do not belong together"), (THEN, "F(", "recorded formula cannot be read")],
)
def test_tampered_record_is_noticed(tmp_path, old, new, message):
    path = saved(tmp_path)
    path.write_text(path.read_text().replace(f"formula: {old}", f"formula: {new}"))
    with pytest.raises(ContentError, match=message):
        load_task(path, WORDS, translator=Says(THEN))


def test_answers_are_saved_and_used_again(tmp_path):
    from lantern.language import Reading, Readings
    from lantern.logic import parse

    both = Readings(
        tuple(Reading(parse(f), choices={"order": o}) for f, o in ((THEN, "then"), (STRICT, "strict"))),
        "grammar",
    )
    answer = lantern.translate("Key, then door.", WORDS, Says(both), answers={"order": "strict"})
    path = save_task(tmp_path / "x.yaml", answer)
    task = load_task(path, WORDS, translator=Says(both))
    assert str(task.formula) == STRICT and task.change is None and not task.translation.questions


def test_examples_of_an_existing_file_are_kept_and_held_against_the_new_meaning(tmp_path):
    path = saved(tmp_path)
    data = yaml.safe_load(path.read_text())
    data["examples"] = {"accepted": [[["key"], [], ["door"]]], "rejected": [[["door"], ["key"]]]}
    path.write_text(yaml.safe_dump(data))
    saved(tmp_path, STRICT)
    assert read_task(path)[0].examples.rejected == [[["door"], ["key"]]]
    with pytest.raises(ContentError, match="should be accepted, and the new meaning says otherwise"):
        saved(tmp_path, SWAPPED)
    assert read_task(path)[0].recorded.formula == STRICT


def test_file_may_say_how_the_task_ends_and_pays(write, tmp_path):
    write(formula=THEN)
    assert load_task("x", WORDS).options == {}
    path = write(formula=THEN, end="episode", rewards={"fail": -1, "accept": 10})
    options = {"end": "episode", "reward_fail": -1, "reward_accept": 10}
    assert load_task("x", WORDS).options == options
    assert saved(tmp_path) == path and load_task("x", WORDS, translator=Says(THEN)).options == options


def test_unwritable_place_is_explained(tmp_path):
    (tmp_path / "tasks").write_text("")
    with pytest.raises(ContentError, match="cannot be written"):
        saved(tmp_path)


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = saved(tmp_path)
    before = path.read_text()

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ContentError, match="disk full"):
        saved(tmp_path, SWAPPED)
    assert path.read_text() == before and [p.name for p in path.parent.iterdir()] == ["x.yaml"]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("F a & F b", "F b & F a", True),
        ("F(b & F a) | F(a & F b)", "F a & F b", True),
        ("F a & G !b", "!b U (a & G !b)", True),
        ("F a", "F b", False),
        ("F a & F b", "F(a & F b)", False),
        ("F a", "F a & F(a | b)", True),
    ],
)
def test_fingerprint_is_of_the_language_not_of_the_formula(first, second, same):
    assert (fingerprint(compile(first)) == fingerprint(compile(second))) == same


def test_fingerprint_does_not_depend_on_the_order_of_the_vocabulary():
    orders = [dict.fromkeys(names, "it holds") for names in ("ab", "ba", "cab")]
    assert len({fingerprint(compile("F(a & F b)", Vocabulary(words))) for words in orders}) == 1


def test_formula_error_type_is_exported():
    assert issubclass(FormulaError, lantern.LanternError)
