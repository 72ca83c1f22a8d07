"""What the page asks, and what it is told."""

import pytest

pytest.importorskip("starlette", reason="the extra studio is not installed")

ENV = "dungeon_quest/student"


def translate(client, text, **more):
    return client.post("/api/translate", json={"env": ENV, "text": text, **more})


def test_the_content_is_listed(client):
    content = client.get("/api/content").json()
    assert ENV in content["envs"]
    [task] = [task for task in content["tasks"] if task["name"] == "dungeon_quest"]
    assert task["env"] == ENV and "dragon" in task["text"]


def test_the_workspace_comes_first(client, tmp_path):
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "mine.yaml").write_text("text: Fetch the key.\n")
    (tmp_path / "tasks" / "broken.yaml").write_text("text: [\n")
    tasks = {task["name"]: task for task in client.get("/api/content").json()["tasks"]}
    assert tasks["mine"]["text"] == "Fetch the key." and "broken" not in tasks


def test_an_environment_says_its_propositions(client):
    found = client.post("/api/env", json={"env": ENV}).json()["propositions"]
    assert {"name": "key", "sentence": "the agent picks up the key"} in found


def test_english_becomes_an_automaton(client):
    found = translate(client, "First pick up the key, then open the chest.").json()
    assert found["formula"] == "F(key & F chest)"
    assert found["svg"].startswith("<svg") and 'id="task-title"' in found["svg"]
    assert len(found["states"]) == 3 and found["states"][2]["accepting"]
    assert found["accepted"][0]["trace"] == [["key"], ["chest"]]


def test_what_cannot_be_understood_is_said_in_one_paragraph(client):
    answer = translate(client, "Sing a song about the weather.")
    assert answer.status_code == 400
    assert "\n\n" not in answer.json()["error"] and len(answer.json()["error"]) > 30


@pytest.mark.parametrize(
    ("trace", "accepted", "live"),
    [
        ([["key"], ["chest"]], True, True),
        ([["key"]], False, True),
        ([["chest"], []], False, True),
        ([["dragon"]], False, False),
    ],
)
def test_a_trace_can_be_tried(client, trace, accepted, live):
    ask = {"env": ENV, "formula": "F(key & F chest) & G !dragon", "trace": trace}
    found = client.post("/api/trace", json=ask).json()
    assert found["accepted"] is accepted
    assert found["states"][-1]["live"] is live
    assert len(found["path"]) == len(trace) + 1


@pytest.mark.parametrize(
    ("path", "ask"),
    [
        ("/api/env", {}),
        ("/api/env", {"env": ""}),
        ("/api/env", {"env": ENV, "more": 1}),
        ("/api/translate", {"env": ENV, "text": "x" * 6000}),
        ("/api/trace", {"env": ENV, "formula": "F key", "trace": "key"}),
        ("/api/sweep", {"target": {"env": ENV}, "agents": ["crm"]}),
        ("/api/sweep", {"target": {"env": ENV, "task": "t"}, "agents": []}),
    ],
)
def test_a_malformed_request_is_explained(client, path, ask):
    answer = client.post(path, json=ask)
    assert answer.status_code == 422
    assert isinstance(answer.json()["error"], str)


def test_a_mistake_of_the_user_is_a_paragraph(client):
    answer = client.post("/api/env", json={"env": "dungeon_quest/studnet"})
    assert answer.status_code == 400 and "dungeon_quest/student" in answer.json()["error"]


def test_too_much_is_refused(client):
    body = b'{"env": "' + b"x" * 300_000 + b'"}'
    answer = client.post("/api/env", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413


def test_a_game_can_be_played_to_its_end(client):
    start = {"env": ENV, "formula": "F(key & F chest)", "seed": 0}
    game = client.post("/api/play", json=start).json()
    assert [action["name"] for action in game["actions"]] == ["up", "down", "left", "right"]
    assert game["actions"][3]["key"] == "ArrowRight"
    assert game["svg"].startswith("<svg") and game["state"]["index"] == 0
    for action in (3, 1, 3, 3, 3, 1, 3):
        shown = client.post("/api/move", json={"game": game["game"], "action": action}).json()
    assert shown["label"] == ["chest"] and shown["state"]["accepting"] and shown["over"]
    again = client.post("/api/move", json={"game": game["game"], "action": 0}).json()
    assert again["steps"] == shown["steps"] == 7


def test_a_game_without_a_task_goes_on(client):
    game = client.post("/api/play", json={"env": ENV}).json()
    assert game["state"] is None
    moved = client.post("/api/move", json={"game": game["game"], "action": 3}).json()
    assert moved["steps"] == 1 and not moved["over"]


def test_wrong_moves_and_closed_games_are_explained(client):
    game = client.post("/api/play", json={"env": ENV}).json()["game"]
    assert "does not exist" in client.post("/api/move", json={"game": game, "action": 9}).json()["error"]
    for _ in range(4):
        client.post("/api/play", json={"env": ENV})
    assert "has been closed" in client.post("/api/move", json={"game": game, "action": 0}).json()["error"]


def test_a_gymnasium_environment_draws_itself_or_says_nothing(client):
    game = client.post("/api/play", json={"env": "gymnasium/taxi"})
    if game.status_code == 400:
        pytest.skip(game.json()["error"])
    assert game.json()["svg"] == "" and len(game.json()["actions"]) == 6


def test_there_is_no_sweep_at_first(client):
    assert client.get("/api/sweep").json() == {"started": False}
    assert client.get("/report").status_code == 404


def compare(client, formula, *sources):
    ask = {"env": ENV, "formula": formula, "sources": [{"env": env, "text": text} for env, text in sources]}
    return client.post("/api/teachers", json=ask)


def test_the_same_task_helps_more_than_another(client):
    found = compare(
        client,
        "F(key & F chest)",
        ("mining_operation", "Dig out ore."),
        ("dungeon_quest/teacher", "First pick up the key, then open the chest."),
    ).json()
    first, second = found["helpers"]
    assert first["name"] == "2: dungeon_quest/teacher" and first["mean"] > 0.8 > second["mean"]
    assert [match["source"]["index"] for match in first["matches"]] == [0, 1, 2]
    assert {pair["target"]: pair["source"] for pair in first["propositions"]} == {
        "key": "key",
        "chest": "chest",
    }
    assert first["missing"] == [] and first["svg"].startswith("<svg")
    assert all(0 <= match["words"] <= 1 for match in first["matches"])


def test_the_reverse_order_helps_less(client):
    forward = ("dungeon_quest/teacher", "First pick up the key, then open the chest.")
    backward = ("dungeon_quest/teacher", "First open the chest, then pick up the key.")
    means = {
        h["name"][0]: h["mean"]
        for h in compare(client, "F(key & F chest)", forward, backward).json()["helpers"]
    }
    assert means["1"] > means["2"]


def test_a_damaged_teacher_is_said_and_left_out(client, tmp_path):
    (tmp_path / "teachers" / "old").mkdir(parents=True)
    (tmp_path / "teachers" / "old" / "teacher.json").write_text("{")
    found = compare(client, "F key").json()
    assert found["helpers"] == [] and len(found["skipped"]) == 1


def test_a_source_that_cannot_be_read_is_explained(client):
    answer = compare(client, "F key", ("dungeon_quest/teacher", "Sing a song about the weather."))
    assert answer.status_code == 400
