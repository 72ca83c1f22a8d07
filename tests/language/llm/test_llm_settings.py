"""Where settings come from, and that the key goes nowhere it should not."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from lantern.errors import ContentError, TranslationError
from lantern.language.llm import LLMSettings, load_settings
from lantern.language.llm.settings import OPENAI_URL


def test_nothing_is_configured_by_default_even_with_a_key(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-paid")
    settings = load_settings()
    assert not settings.configured
    assert settings.base_url == OPENAI_URL
    with pytest.raises(TranslationError, match="LANTERN_LLM_MODEL"):
        settings.require()


def test_arguments_win_over_environment_over_file(monkeypatch, tmp_path):
    (tmp_path / "lantern.toml").write_text(
        '[llm]\nmodel = "from-file"\ntimeout = 7\nsamples = 5\nmode = "record"\n', encoding="utf-8"
    )
    monkeypatch.setenv("LANTERN_LLM_MODEL", "from-environment")
    monkeypatch.setenv("LANTERN_LLM_TIMEOUT", "8.5")
    settings = load_settings(timeout=9, repairs=None)
    assert (settings.model, settings.timeout, settings.samples) == ("from-environment", 9, 5)
    assert settings.mode == "record" and settings.repairs == LLMSettings().repairs


def test_key_is_taken_from_the_environment_and_never_shown_or_pickled(monkeypatch):
    monkeypatch.setenv("LANTERN_LLM_API_KEY", "very-secret")
    settings = load_settings(model="m", base_url="http://127.0.0.1:1/v1")
    assert settings.api_key == "very-secret"
    assert "very-secret" not in repr(settings) + str(settings)
    stored = pickle.dumps(settings)
    assert b"very-secret" not in stored
    assert pickle.loads(stored) == settings
    assert settings.hide("key very-secret is wrong") == "key *** is wrong"


def test_openai_key_is_not_sent_to_a_server_that_a_workspace_names(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-openai")
    (tmp_path / "lantern.toml").write_text('[llm]\nmodel = "m"\nbase_url = "https://elsewhere.example/v1"\n')
    assert load_settings().api_key == ""
    assert load_settings(base_url="https://mine.example/v1").api_key == "sk-openai"
    monkeypatch.setenv("LANTERN_LLM_BASE_URL", OPENAI_URL)
    assert load_settings().api_key == "sk-openai"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[llm]\napi_key = "x"\n', "must not hold api_key.*LANTERN_LLM_API_KEY"),
        ("[llm]\nmodell = 'm'\n", "there is no language model setting 'modell'. Did you mean 'model'"),
        ("[llm]\ntimeout = 'soon'\n", "timeout: expected a number, got 'soon'"),
        ("[llm\n", "cannot be read as TOML"),
        ("llm = 3\n", "must be a table"),
    ],
)
def test_bad_file_is_one_clear_error(tmp_path, content, message):
    (tmp_path / "lantern.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ContentError, match=message) as caught:
        load_settings()
    assert str(tmp_path / "lantern.toml") in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"samples": 0}, "samples must be at least 1"),
        ({"mode": "sometimes"}, "Use one of cache, record, replay, off"),
        ({"base_url": "127.0.0.1:8000"}, "http://"),
        ({"tempreature": 1}, "Did you mean 'temperature'"),
    ],
)
def test_bad_setting_is_one_clear_error(setting, message):
    with pytest.raises(ContentError, match=message):
        load_settings(**setting)


def test_address_hides_what_a_url_may_carry():
    settings = LLMSettings(base_url="https://me:pw@host.example:8443/v1/")
    assert settings.address == "https://host.example:8443/v1"
    assert settings.hide(f"cannot reach {settings.base_url}") == f"cannot reach {settings.address}"


def test_environment_names_the_cache(tmp_path):
    assert LLMSettings().cache == tmp_path / "cache"
    assert LLMSettings(cache=Path("~/x")).cache == Path.home() / "x"
