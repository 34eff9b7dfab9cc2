"""The command line. Each command lives in a module of its own and imports what it needs when it runs."""

from __future__ import annotations

import sys


def main() -> None:
    """Run a command; what goes wrong in a way we foresaw is one clear message and exit code 2."""
    from bot.cli.app import app
    from bot.cli.failures import foreseen
    from bot.process.runtime import settle_for_a_command

    settle_for_a_command()
    try:
        app(prog_name="gatehouse")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        message = foreseen(error)
        if message is None:
            raise
        sys.stderr.write(f"gatehouse: {message}\n")
        sys.exit(2)
