"""Run benchmarks and keep what they print: ``python docs/make_tables.py [NAME ...]``.

Each writes ``docs/benchmarks/NAME.md``: its output as it came, the command, commit and machine. Nothing in
those files is typed by hand. Without a name all are run, one after the other, which takes some minutes.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import re
import shlex
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

#: Name of the table -> the arguments of Python that print it.
TABLES = {
    "startup": "benchmarks/startup.py",
    "logic": "benchmarks/logic.py",
    "english": "benchmarks/english.py",
    "envs": "benchmarks/envs.py",
    "task_env": "benchmarks/task_env.py",
    "learner": "benchmarks/learner.py",
    "deep": "benchmarks/deep.py",
    "teachers": "benchmarks/teachers.py",
    "transfer": "benchmarks/transfer.py",
    "deep_transfer": "benchmarks/transfer.py --sweep benchmark_deep --out runs/benchmark_deep",
    "ablation": "benchmarks/transfer.py --sweep ablation --out runs/ablation",
    "statistics": "benchmarks/statistics_speed.py",
    "plant": "benchmarks/plant.py",
    "fleet": "benchmarks/fleet.py",
    "screening": "benchmarks/screening.py",
    "emission_control": "benchmarks/emission_control.py",
    "heat_sink": "benchmarks/heat_sink.py",
    "one_shot": "benchmarks/one_shot.py",
    "fast_dynamics": "benchmarks/fast_dynamics.py",
    "fleet_transfer": "benchmarks/fleet_transfer.py",
    "fleet_pooled": "benchmarks/fleet_transfer.py --modes heads,pooled,full_no_physics,scratch",
    "fleet_physics": "benchmarks/fleet_physics.py",
    "gas_turbine": "benchmarks/gas_turbine.py",
}

#: Data that are not shipped, beside the checkout, and where they come from; without them a table is skipped.
NEEDED = {
    "gas_turbine": (
        ROOT.parent / "shared" / "data" / "gas_turbine" / "gt_2011.csv",
        "download UCI data set 551",
    ),
}


def make_table(name: str, extra: list[str]) -> Path:
    """Run one benchmark and write its page; its own errors end the command."""
    arguments = [*shlex.split(TABLES[name]), *extra]
    settings = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True, check=True)
    target = HERE / "benchmarks" / f"{name}.md"
    target.parent.mkdir(exist_ok=True)
    shown = re.sub(r"(?<= )/\S+(?=/bin/python)", "PEERS", shlex.join(["python", *arguments]))
    target.write_text(page(shown, done.stdout), encoding="utf-8")
    return target


def page(command: str, output: str) -> str:
    """The table as it was printed, and where it comes from."""
    shown = output.replace(str(ROOT), ".").rstrip()
    return f"```text\n{shown}\n```\n\n`{command}`; {origin()}\n"


def origin() -> str:
    """Commit, date and machine of this run."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    changed = " with changes" if _git("status", "--porcelain", "--", "lantern", "benchmarks") else ""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"commit `{commit}`{changed}, {today}, {cores} cores ({processor()}), "
        f"Python {platform.python_version()}, load {load()}."
    )


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or ("" if arguments[0] == "status" else "unknown")


def processor() -> str:
    """Name of the processor, as Linux gives it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def load() -> str:
    """Processes that wanted to run in the last minute: how busy the machine was with other things."""
    return f"{os.getloadavg()[0]:.1f}"


def main() -> None:
    """Read the command line and run what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"among {', '.join(TABLES)}")
    parser.add_argument("--with", dest="extra", default="", help="further arguments for the benchmarks")
    options = parser.parse_args()
    wrong = [name for name in options.names if name not in TABLES]
    if wrong:
        parser.error(f"no such table: {', '.join(wrong)} (there are {', '.join(TABLES)})")
    for name in options.names or TABLES:
        path, source = NEEDED.get(name, (HERE, ""))
        if not path.exists() and "--data" not in options.extra:
            print(
                f"skipped {name}: there is no {path.name} in ../shared; {source}, "
                "or pass --with '--data FOLDER'"
            )
            continue
        print(make_table(name, shlex.split(options.extra)))


if __name__ == "__main__":
    main()
