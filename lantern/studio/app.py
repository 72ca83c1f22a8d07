"""The studio's routes: one page, and JSON for what its script asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lantern import content
from lantern.errors import LanternError
from lantern.studio import tasks, teachers
from lantern.studio.guard import Guard
from lantern.studio.play import Games, Move, Start
from lantern.studio.trials import NewSweep, Trials

Model = TypeVar("Model", bound=BaseModel)
LARGEST = 200_000  # bytes of a request: a task is a paragraph, not a book
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}


class Nothing(BaseModel):
    """A request that says all by its address."""

    model_config = ConfigDict(extra="forbid")


def create_app(workspace: Path, token: str) -> Starlette:
    """Make the studio for one workspace.

    Parameters
    ----------
    workspace : Path
        Folder whose content is offered first, and in which sweeps leave their results.
    token : str
        What lets the user in.
    """
    games, trials = Games(), Trials(workspace)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        games.close()
        trials.close()

    routes = [
        Route("/", lambda _: _static("studio.html")),
        Route("/studio.css", lambda _: _stylesheet()),
        Route("/studio.js", lambda _: _static("studio.js")),
        Route("/curves.js", lambda _: _static("curves.js")),
        Route("/report", lambda _: _report(trials)),
        _get("/api/content", lambda: contents(workspace)),
        _get("/api/sweep", trials.status),
        _post("/api/env", tasks.Ask, lambda ask: {"propositions": tasks.propositions(ask.env)}),
        _post("/api/translate", tasks.TaskText, tasks.understand),
        _post("/api/trace", tasks.Trial, tasks.try_trace),
        _post("/api/play", Start, games.start),
        _post("/api/move", Move, games.move),
        _post("/api/teachers", teachers.Compare, lambda ask: teachers.compare(ask, workspace / "teachers")),
        _post("/api/sweep", NewSweep, trials.start),
        _post("/api/stop", Nothing, lambda _: trials.stop()),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, token=token)], lifespan=lifespan)


def contents(workspace: Path) -> dict[str, Any]:
    """Return the environments, agents and tasks in English of the workspace and the library."""
    return {
        "envs": content.names("envs", workspace),
        "agents": content.names("agents", workspace),
        "tasks": [task for name in content.names("tasks", workspace) if (task := _written(name, workspace))],
    }


def _written(name: str, workspace: Path) -> dict[str, str] | None:
    """Return a task's name, environment and English; None where it has no English or cannot be read."""
    try:
        data, _ = content.load_yaml(content.find("tasks", name, workspace))
    except LanternError:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        return None
    return {"name": name, "env": str(data.get("env") or ""), "text": data["text"]}


def _static(name: str) -> Response:
    text = (files("lantern.studio") / "static" / name).read_text(encoding="utf-8")
    return Response(text, media_type=_TYPES[name.rsplit(".", 1)[-1]])


def _stylesheet() -> Response:
    """The report's look, then the studio's own."""
    from lantern.experiments.report.writer import theme

    own = (files("lantern.studio") / "static" / "studio.css").read_text(encoding="utf-8")
    return Response(theme() + own, media_type="text/css")


def _report(trials: Trials) -> Response:
    path = trials.report()
    if path is None:
        return PlainTextResponse("There is no report yet: start a sweep first.", 404)
    return HTMLResponse(path.read_text(encoding="utf-8"))


def _get(path: str, answer: Callable[[], dict[str, Any]]) -> Route:
    async def endpoint(_: Request) -> Response:
        return await _answer(answer)

    return Route(path, endpoint, methods=["GET"])


def _post(path: str, model: type[Model], answer: Callable[[Model], dict[str, Any]]) -> Route:
    async def endpoint(request: Request) -> Response:
        body = await request.body()
        if len(body) > LARGEST:
            return JSONResponse({"error": "That is too much text."}, 413)
        try:
            ask = model.model_validate_json(body)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            return JSONResponse({"error": f"{where}: {first['msg']}".removeprefix(": ")}, 422)
        return await _answer(lambda: answer(ask))

    return Route(path, endpoint, methods=["POST"])


async def _answer(function: Callable[[], dict[str, Any]]) -> Response:
    """Run blocking work beside the event loop; what the user got wrong comes back as one paragraph."""
    try:
        return JSONResponse(await run_in_threadpool(function))
    except LanternError as error:
        return JSONResponse({"error": str(error)}, 400)
