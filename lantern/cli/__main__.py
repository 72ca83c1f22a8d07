"""Allow ``python -m lantern.cli``."""

from lantern.cli import main

main()
