"""Talking to a server: one question, one answer, whatever the server can do and however it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from lantern.errors import TranslationError
from lantern.language.llm.cache import Answer, Store, key
from lantern.language.llm.deadline import DeadlineError, within
from lantern.language.llm.ladder import Ladder
from lantern.language.llm.settings import OPENAI_URL, LLMSettings
from lantern.language.types import Tokens

if TYPE_CHECKING:
    import openai

Message = Mapping[str, str]

# Part of every key in the store: raise it when prompts, schema or reading of answers change meaning.
VERSION = 1


class Chat:
    """Asks one model, through the store, within the token budget.

    Parameters
    ----------
    settings : LLMSettings
        Which model, and all limits.
    """

    def __init__(self, settings: LLMSettings) -> None:
        settings.require()
        self.settings = settings
        self.tokens = Tokens()
        self._store = Store(settings.cache)
        self._client: openai.OpenAI | None = None
        self._ladder = Ladder(settings)

    def ask(
        self, messages: Sequence[Message], schema: Mapping[str, Any], temperature: float = 0.0, seed: int = 0
    ) -> Answer:
        """Answer to a conversation, from the store or from the model.

        Parameters
        ----------
        messages : sequence of mapping
            With keys ``role`` and ``content``.
        schema : mapping
            JSON schema of the wanted answer.
        temperature : float
            Randomness.
        seed : int
            Tells samples apart in the store, and is passed on to servers that take it.

        Raises
        ------
        TranslationError
            If the server cannot be reached, fails, refuses, or the token budget is spent.
        """
        name = self._key(messages, schema, temperature, seed)
        mode = self.settings.mode
        if mode in ("cache", "replay") and (found := self._store.get(name)):
            return found
        if mode == "replay":
            raise TranslationError(
                "Replay mode: this question was never recorded (the text, the vocabulary, the model or the "
                "settings have changed). Record it with LANTERN_LLM_MODE=record."
            )
        answer = self._whole(messages, schema, temperature, seed)
        if mode != "off" and not answer.refusal and answer.finish not in ("length", "content_filter"):
            self._store.put(name, answer, self.settings.model)
        return answer

    def distrust_schema(self) -> None:
        """Step down the ladder: the server accepted the schema and did not keep to it."""
        self._ladder.step_down()

    def _key(
        self, messages: Sequence[Message], schema: Mapping[str, Any], temperature: float, seed: int
    ) -> str:
        settings = self.settings
        return key(
            {
                "version": VERSION,
                "model": settings.model,
                "base_url": settings.address,
                "messages": [dict(message) for message in messages],
                "schema": schema,
                "temperature": temperature,
                "seed": seed,
                "max_tokens": settings.max_tokens,
            }
        )

    def _whole(
        self, messages: Sequence[Message], schema: Mapping[str, Any], temperature: float, seed: int
    ) -> Answer:
        """Answer that was not cut off: a second, longer try where the first was."""
        answer = self._call(messages, schema, temperature, seed, self.settings.max_tokens)
        if answer.finish == "length":
            answer = self._call(messages, schema, temperature, seed, 2 * self.settings.max_tokens)
        return answer

    def _call(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        temperature: float,
        seed: int,
        max_tokens: int,
    ) -> Answer:
        budget = self.settings.token_budget
        if self.tokens.total >= budget:
            raise TranslationError(
                f"The language model has used {self.tokens.total} tokens for this text, of {budget} allowed. "
                "Shorten the text or raise LANTERN_LLM_TOKEN_BUDGET."
            )
        response = self._send(
            {
                "model": self.settings.model,
                "messages": list(messages),
                "max_tokens": max_tokens,
                "temperature": temperature,
                "seed": seed,
            },
            schema,
        )
        answer = _answer(response, messages, self.settings)
        self._ladder.keep()
        self.tokens += Tokens(answer.input_tokens, answer.output_tokens, 1)
        return answer

    def _send(self, parameters: dict[str, Any], schema: Mapping[str, Any]) -> Any:
        """Response of the server, after adapting to what it does not take."""
        openai = _library()
        # The client waits up to 8 s before each of its own repetitions.
        deadline = (self.settings.retries + 1) * self.settings.timeout + 8 * self.settings.retries + 1
        first: Exception | None = None
        while True:
            request = self._ladder.adapt(parameters, schema)
            try:
                return within(deadline, partial(self._connected().chat.completions.create, **request))
            except DeadlineError:
                raise TranslationError(_too_late(self.settings)) from None
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                first = first or error
                if not self._ladder.learn_from(str(error)):
                    self._ladder.forget()
                    raise TranslationError(_explain(first, self.settings)) from None
            except (openai.OpenAIError, ValueError) as error:
                raise TranslationError(_explain(error, self.settings)) from None

    def _connected(self) -> openai.OpenAI:
        if self._client is None:
            openai = _library()
            settings = self.settings
            if not settings.api_key and settings.base_url.startswith(OPENAI_URL):
                raise TranslationError(
                    "OpenAI needs a key. Set OPENAI_API_KEY, or LANTERN_LLM_BASE_URL to another server."
                )
            self._client = openai.OpenAI(
                base_url=settings.base_url,
                api_key=settings.api_key or "none",  # local servers want a header, not a key
                timeout=openai.Timeout(settings.timeout, connect=min(5.0, settings.timeout)),
                max_retries=settings.retries,
            )
        return self._client


def _library() -> ModuleType:
    """The client library, or an error that says how to get it."""
    try:
        import openai
    except ImportError:
        raise TranslationError(
            "The language model translator needs the package openai. "
            "Install it with: pip install 'lantern-rl[llm]'"
        ) from None
    return openai


def _too_late(settings: LLMSettings) -> str:
    who = f"The language model {settings.model!r} at {settings.address}"
    return f"{who} did not answer within {settings.timeout:g} s. Raise LANTERN_LLM_TIMEOUT or try later."


def _explain(error: Exception, settings: LLMSettings) -> str:
    """One paragraph on a failed call, without the key."""
    import openai

    who = f"The language model {settings.model!r} at {settings.address}"
    status = error.status_code if isinstance(error, openai.APIStatusError) else 0
    detail = settings.hide(" ".join(str(error).split()))[:300]
    tries = settings.retries + 1
    if isinstance(error, openai.APITimeoutError):
        return _too_late(settings)
    if isinstance(error, openai.APIConnectionError):
        return f"{who} cannot be reached. Is the server running, and is LANTERN_LLM_BASE_URL right?"
    if status in (401, 403):
        return f"{who} does not accept the key (HTTP {status}). Set LANTERN_LLM_API_KEY or OPENAI_API_KEY."
    if status == 404:
        advice = "Check LANTERN_LLM_MODEL, and LANTERN_LLM_BASE_URL, which usually ends in /v1."
        return f"{who} was not found (HTTP 404: {detail}). {advice}"
    if status == 429:
        return f"{who} is busy or its quota is spent (HTTP 429, {tries} tries). Try later."
    if status >= 500:
        return f"{who} failed (HTTP {status}, {tries} tries): {detail}. Try later."
    return f"{who} did not take the question: {detail}. Check the settings of the model."


def _answer(response: Any, messages: Sequence[Message], settings: LLMSettings) -> Answer:
    """Read a response; a body that is no chat completion is an error, not a traceback."""
    try:
        choice = response.choices[0]
        content = choice.message.content or ""
        refusal = getattr(choice.message, "refusal", None) or ""
        finish = str(choice.finish_reason or "stop")
    except (AttributeError, IndexError, TypeError):
        raise TranslationError(
            f"{settings.address} answered with something that is no chat completion. "
            "Check LANTERN_LLM_BASE_URL: it usually ends in /v1."
        ) from None
    usage = getattr(response, "usage", None)
    # Servers that do not count are charged four characters a token, so that the budget still holds.
    asked = sum(len(message["content"]) for message in messages) // 4
    answer = Answer(content, finish, refusal, asked, len(content) // 4)
    if usage is not None and getattr(usage, "prompt_tokens", None) is not None:
        output = usage.completion_tokens or 0
        answer = replace(answer, input_tokens=usage.prompt_tokens, output_tokens=output)
    return answer
