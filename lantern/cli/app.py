"""The ``lantern`` command and its sub-commands.

Each command's body lives in the module that its part of the work is in and is imported when it is run, so
that ``lantern --help`` stays fast.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="lantern",
    help="Tasks in English, any Gymnasium environment, teachers trusted as far as experience supports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

EnvOption = Annotated[
    str, typer.Option("--env", "-e", help="Environment: a name, a YAML file or a Gymnasium id.")
]
TaskOption = Annotated[
    str, typer.Option("--task", "-t", help="Task: a name, a YAML file, or English in quotes.")
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of all randomness.")]
TeacherOption = Annotated[
    list[Path] | None, typer.Option("--teacher", help="A saved teacher; may be given several times.")
]
FolderArgument = Annotated[str, typer.Argument(help="A sweep's results: a folder, or s3://bucket/prefix.")]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", "-w", min=1, help="Processes; default all cores.")
]
OutOption = Annotated[
    str | None, typer.Option("--out", "-o", help="Folder of the results, or s3://bucket/prefix.")
]


def _version(show: bool) -> None:
    if show:
        from lantern import __version__

        typer.echo(f"lantern {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Global options. ``--debug`` anywhere shows tracebacks."""


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Folder to make the workspace in.")]) -> None:
    """Make a workspace: envs, tasks, agents and experiments with an example of each."""
    from lantern.cli.workspace import make_workspace

    make_workspace(folder)


@app.command()
def translate(
    text: Annotated[str, typer.Argument(help="The task in English.")],
    env: EnvOption,
    translator: Annotated[str, typer.Option(help="auto, grammar or llm.")] = "auto",
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="Answer to an open question, as QUESTION=READING.")
    ] = None,
    draw: Annotated[Path | None, typer.Option("--draw", help="Draw the automaton as an SVG file.")] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Save as a task file, e.g. tasks/x.yaml.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Language model, by its name at the server.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Address of the language model's server, ending in /v1.")
    ] = None,
    samples: Annotated[int | None, typer.Option(help="Answers to ask the language model for.")] = None,
) -> None:
    """Translate English to a formula and a verified automaton, and show what was understood."""
    from lantern.cli.translate import show_translation

    settings = {"model": model, "base_url": base_url, "samples": samples}
    show_translation(text, env, translator, answer or [], draw, save, **settings)


@app.command("check-env")
def check_env(
    env: Annotated[str, typer.Argument(help="A name, a YAML file or a Gymnasium id.")],
    task: Annotated[
        str | None, typer.Option("--task", "-t", help="Also check the product with a task.")
    ] = None,
    steps: Annotated[int, typer.Option(min=10, help="Random steps to try.")] = 2000,
    seed: SeedOption = 0,
) -> None:
    """Check an environment: Gymnasium's contract, labels, determinism, which propositions occur, speed."""
    from lantern.cli.environments import show_check

    show_check(env, task, steps, seed)


@app.command()
def train(
    env: EnvOption,
    task: TaskOption,
    agent: Annotated[str, typer.Option("--agent", "-a", help="Agent: a name or a YAML file.")] = "lantern",
    teacher: TeacherOption = None,
    steps: Annotated[int, typer.Option(min=1, help="Environment steps.")] = 50_000,
    seed: SeedOption = 0,
    save: Annotated[Path | None, typer.Option("--save", help="Save the result as a teacher.")] = None,
) -> None:
    """Train one agent on one task."""
    from lantern.cli.training import run_training

    run_training(env, task, agent, teacher or [], steps, seed, save)


@app.command()
def evaluate(
    teacher: Annotated[Path, typer.Argument(help="What `lantern train --save` wrote.")],
    env: Annotated[
        str | None, typer.Option("--env", "-e", help="Another environment than it was trained in.")
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", "-t", help="Another task than it was trained on.")
    ] = None,
    episodes: Annotated[int, typer.Option(min=1, help="Greedy episodes.")] = 20,
    seed: SeedOption = 0,
) -> None:
    """Run a saved policy greedily and report its success."""
    from lantern.cli.training import run_evaluation

    run_evaluation(teacher, env, task, episodes, seed)


@app.command()
def play(
    env: Annotated[str, typer.Argument(help="A grid world, or another environment with discrete actions.")],
    task: TaskOption,
    seed: SeedOption = 0,
) -> None:
    """Carry out a task yourself in the terminal, and watch the automaton."""
    from lantern.cli.worlds import run_play

    run_play(env, task, seed)


@app.command()
def record(
    teacher: Annotated[Path, typer.Argument(help="What `lantern train --save` wrote.")],
    film: Annotated[Path, typer.Option("--out", "-o", help="A .gif or .mp4 file.")] = Path("episode.gif"),
    env: Annotated[
        str | None, typer.Option("--env", "-e", help="Another environment than it was trained in.")
    ] = None,
    task: Annotated[
        str | None, typer.Option("--task", "-t", help="Another task than it was trained on.")
    ] = None,
    episodes: Annotated[int, typer.Option(min=1, help="Episodes to film.")] = 1,
    seed: SeedOption = 0,
    fps: Annotated[float, typer.Option(min=0.5, max=60, help="Steps shown in a second.")] = 6.0,
) -> None:
    """Film a saved policy at its task."""
    from lantern.cli.worlds import run_record

    run_record(teacher, env, task, film, episodes, seed, fps)


@app.command("would-help")
def would_help(
    task: Annotated[str, typer.Argument(help="Task: a name, a YAML file, or English in quotes.")],
    env: EnvOption,
    teachers: Annotated[Path, typer.Option("--teachers", help="Folder of saved teachers.")] = Path(
        "teachers"
    ),
) -> None:
    """Show which saved teachers would help with a task, where, how surely, and why."""
    from lantern.cli.training import show_help_of_teachers

    show_help_of_teachers(task, env, teachers)


@app.command()
def sweep(
    file: Annotated[str, typer.Argument(help="Sweep: a name or a YAML file.")],
    out: OutOption = None,
    workers: WorkersOption = None,
    backend: Annotated[str, typer.Option(help="local or ray.")] = "local",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the jobs and what is done.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Run jobs that failed twice once more.")
    ] = False,
    update: Annotated[bool, typer.Option("--update", help="Go on in a folder of an older file.")] = False,
    log: Annotated[
        list[str] | None, typer.Option("--log", help="Hand curves on to tensorboard or wandb.")
    ] = None,
) -> None:
    """Run a sweep, or go on with one: finished jobs are not run again."""
    from lantern.cli.sweeps import run_sweep

    options = {"update": update, "retry_failed": retry_failed, "loggers": log or ()}
    run_sweep(file, out, workers, backend, dry_run, **options)


@app.command()
def report(
    folder: FolderArgument,
    foreign: Annotated[
        list[str] | None,
        typer.Option("--import", help="Add curves from elsewhere as an agent: NAME=PATH."),
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", help="Target that imported curves are of.")
    ] = None,
    success_return: Annotated[
        float | None,
        typer.Option("--success-return", help="Return from which on an imported episode is a success."),
    ] = None,
) -> None:
    """Write the HTML report of a sweep and print its table."""
    from lantern.cli.sweeps import import_agents, show_report

    import_agents(folder, foreign or [], target, success_return)
    show_report(folder)


@app.command()
def status(folder: FolderArgument) -> None:
    """Show how far a sweep is, who works on it and what failed."""
    from lantern.cli.upkeep import show_status

    show_status(folder)


@app.command()
def retry(
    folder: FolderArgument,
    failed: Annotated[bool, typer.Option("--failed", help="Run the failed jobs again (the default).")] = True,
    workers: WorkersOption = None,
) -> None:
    """Run the failed jobs of a sweep again."""
    from lantern.cli.upkeep import retry_failed

    retry_failed(folder, workers)


@app.command()
def clean(folder: FolderArgument) -> None:
    """Remove leftovers from a sweep's folder: jobs of older versions, unreadable and temporary files."""
    from lantern.cli.upkeep import clean_folder

    clean_folder(folder)


@app.command()
def studio(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port here; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Open a local page to write tasks, play environments and run small sweeps."""
    from lantern.studio import serve

    serve(port, open_browser=browser)
