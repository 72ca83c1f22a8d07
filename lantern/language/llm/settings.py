"""Which language model is asked, and how: arguments, then environment variables, then ``lantern.toml``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit, urlunsplit

from lantern.content import nearest
from lantern.errors import ContentError, TranslationError

Mode = Literal["cache", "record", "replay", "off"]
OPENAI_URL = "https://api.openai.com/v1"
_FILE = "lantern.toml"


def default_cache() -> Path:
    """Folder for answers: ``$LANTERN_CACHE``, else ``$XDG_CACHE_HOME/lantern``, else ``~/.cache/lantern``."""
    if own := os.environ.get("LANTERN_CACHE"):
        return Path(own).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lantern"


@dataclass(frozen=True)
class LLMSettings:
    """Settings of the language model.

    Attributes
    ----------
    model : str
        Name of the model at the server. Empty: no model is configured, and nothing is ever sent.
    base_url : str
        Address of any server that speaks OpenAI's chat completions.
    api_key : str
        Key for that server; never shown, stored or written to the cache.
    timeout : float
        Seconds until one call is given up.
    retries : int
        Repetitions after a lost connection, 408, 409, 429 or 5xx.
    max_tokens : int
        Longest answer; doubled once if an answer is cut off.
    token_budget : int
        Most tokens, read and written, that one translation may cost; no call starts beyond it.
    samples : int
        Answers asked for. Those that agree exactly are counted, and the largest group wins.
    repairs : int
        Times that an unusable answer may be handed back with what is wrong about it.
    temperature : float
        Of the second and further samples; the first is always asked for at 0.
    examples : int
        Worked examples shown to the model.
    cache : Path
        Folder of stored answers.
    mode : {"cache", "record", "replay", "off"}
        Use and fill the store; only fill it; only use it, never calling the model; or neither.
    """

    model: str = ""
    base_url: str = OPENAI_URL
    api_key: str = field(default="", repr=False)
    timeout: float = 60.0
    retries: int = 2
    max_tokens: int = 700
    token_budget: int = 30_000
    samples: int = 3
    repairs: int = 2
    temperature: float = 0.7
    examples: int = 8
    cache: Path = field(default_factory=default_cache)
    mode: Mode = "cache"

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", self.base_url.rstrip("/"))
        object.__setattr__(self, "cache", Path(self.cache).expanduser())
        lowest = {"timeout": 0.001, "max_tokens": 1, "samples": 1, "token_budget": 1}
        for name in ("timeout", "retries", "max_tokens", "token_budget", "samples", "repairs", "examples"):
            if getattr(self, name) < lowest.get(name, 0):
                raise ContentError(f"Language model setting {name} must be at least {lowest.get(name, 0)}.")
        if self.mode not in get_args(Mode):
            raise ContentError(
                f"Language model setting mode is {self.mode!r}. Use one of {', '.join(get_args(Mode))}."
            )
        if urlsplit(self.base_url).scheme not in ("http", "https"):
            raise ContentError(
                f"Language model setting base_url is {self.address!r}. Begin it with http:// or https://."
            )

    @property
    def address(self) -> str:
        """The base_url without a user name or password that it may carry."""
        parts = urlsplit(self.base_url)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=""))

    @property
    def configured(self) -> bool:
        """Whether a model has been named; a key alone never makes LANTERN call a paid service."""
        return bool(self.model)

    def require(self) -> None:
        """Raise TranslationError if no model has been named."""
        if not self.configured:
            raise TranslationError(
                "No language model is configured. Set LANTERN_LLM_MODEL (and LANTERN_LLM_BASE_URL for a "
                f"server other than OpenAI's), or [llm] model in {_FILE}, or use translator='grammar'."
            )

    def hide(self, message: str) -> str:
        """Return a message without the key and without credentials of the address."""
        shown = message.replace(self.base_url, self.address)
        return shown.replace(self.api_key, "***") if self.api_key else shown

    def __reduce__(self) -> Any:
        # A pickled copy would carry the key to disk; workers read it from their environment instead.
        values = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "api_key"}
        return _unpickle, (values,)


def _unpickle(values: dict[str, Any]) -> LLMSettings:
    settings = LLMSettings(**values)
    return replace(settings, api_key=_key(settings.base_url, named_by_user=True))


def load_settings(folder: Path | None = None, **overrides: Any) -> LLMSettings:
    """Settings from arguments, environment variables (``LANTERN_LLM_MODEL`` ...) and ``lantern.toml``.

    Parameters
    ----------
    folder : Path, optional
        Workspace with the ``lantern.toml``; the current folder by default.
    **overrides
        Fields of :class:`LLMSettings` that win over everything else; None counts as not given.

    Raises
    ------
    ContentError
        If the file cannot be read, or a setting does not exist or has a wrong value.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    _known(given, "argument")
    from_environment = _environment()
    from_file = _file((folder or Path.cwd()) / _FILE)
    merged = from_file | from_environment | given
    if "api_key" not in merged:
        named_by_user = "base_url" in from_environment or "base_url" in given
        merged["api_key"] = _key(merged.get("base_url", OPENAI_URL), named_by_user)
    return LLMSettings(**merged)


def _key(base_url: str, named_by_user: bool) -> str:
    """The key for a server; OpenAI's is not sent to a server that only a workspace file names."""
    if own := os.environ.get("LANTERN_LLM_API_KEY"):
        return own
    if named_by_user or base_url.startswith(OPENAI_URL):
        return os.environ.get("OPENAI_API_KEY", "")
    return ""


def _environment() -> dict[str, Any]:
    found: dict[str, Any] = {}
    if url := os.environ.get("OPENAI_BASE_URL"):
        found["base_url"] = url
    for item in fields(LLMSettings):
        variable = f"LANTERN_LLM_{item.name.upper()}"
        if item.name != "api_key" and (value := os.environ.get(variable)):
            found[item.name] = _typed(item.name, value, variable)
    return found


def _file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get("llm", {})
    except (OSError, ValueError) as error:
        raise ContentError(f"{path}: cannot be read as TOML: {error}.") from None
    if not isinstance(section, dict):
        raise ContentError(f"{path}: [llm] must be a table of settings.")
    if "api_key" in section:
        raise ContentError(
            f"{path}: [llm] must not hold api_key, since files get shared. "
            "Put the key into the environment variable LANTERN_LLM_API_KEY."
        )
    _known(section, f"{path}: [llm]")
    return {name: _typed(name, value, f"{path}: [llm] {name}") for name, value in section.items()}


def _known(settings: Mapping[str, Any], where: str) -> None:
    names = [item.name for item in fields(LLMSettings)]
    for name in settings:
        if name not in names:
            raise ContentError(
                f"{where}: there is no language model setting {name!r}. {nearest(name, names)}"
            )


def _typed(name: str, value: Any, where: str) -> Any:
    """Convert a setting to the type of its default (environment variables are text)."""
    if name in ("model", "base_url", "mode"):
        return str(value)
    if name == "cache":
        return Path(str(value))
    kind = float if name in ("timeout", "temperature") else int
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise ContentError(f"{where}: expected a number, got {value!r}.") from None
