"""The command line. The only part of LANTERN that prints.

Exit status: 0 done, 1 the work failed, 2 the user's input is wrong. Errors are one paragraph;
``--debug`` anywhere on the line shows the traceback instead.
"""

from __future__ import annotations

import os
import sys

from lantern.errors import LanternError


def main() -> None:
    """Run the ``lantern`` command and exit with its status."""
    from lantern.experiments.threads import ONE_THREAD

    for name, value in ONE_THREAD.items():  # before numpy is imported; a user's own choice counts
        os.environ.setdefault(name, value)
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    from lantern.cli.app import app
    from lantern.cli.console import complain

    try:
        app()
    except LanternError as error:
        if debug:
            raise
        complain(str(error))
        sys.exit(error.status)
    except KeyboardInterrupt:
        complain("Stopped. Run the same command again to go on from here.")
        sys.exit(130)
    except Exception as error:
        if debug:
            raise
        detail = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        complain(
            f"This failed inside LANTERN ({detail}). Run it again with --debug to see where, and report it."
        )
        sys.exit(1)
