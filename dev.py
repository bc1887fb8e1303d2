#!/usr/bin/env python3
"""Do everything a checkout needs with nothing but Python 3.11: `python3 dev.py demo`, `python3 dev.py test`, …

Standard library only. This file finds a fitting Python and reads the command line; the work is done in `devtools/`.
It must parse under any Python 3, to be able to say which one it needs.
"""

import argparse
import os
import shutil
import sys

NEEDED = (3, 11)
NEWEST = 20


def find_python():
    """Return the path of a Python that is new enough, from PATH and the places installers use; or None."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    folders += ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", os.path.expanduser("~/.local/bin")]
    for minor in range(NEWEST, NEEDED[1] - 1, -1):
        found = shutil.which("python3.{}".format(minor), path=os.pathsep.join(folders))
        if found:
            return found
    return None


def main():
    """Run one subcommand and return its exit code."""
    parser = argparse.ArgumentParser(prog="dev.py", description="Tools of this checkout.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    demo = commands.add_parser("demo", help="start the demonstration: web pages, worker, broker and data")
    demo.add_argument("--port", type=int, default=8000, help="port of the web pages on this machine (default 8000)")
    demo.add_argument("--fresh", action="store_true", help="throw the demonstration's data away first")
    demo.add_argument("--check", action="store_true", help="only see that everything starts, then stop")
    commands.add_parser(
        "test", help="check everything; with arguments only pytest, such as: test tests/rules -k quarter"
    )
    commands.add_parser("bench", help="measure the sweep, the feed and the pages against bare work")
    commands.add_parser("screenshots", help="take a picture of every page with Chromium, wide and narrow")
    messages = commands.add_parser("messages", help="collect texts to translate into the catalogues and compile them")
    messages.add_argument("--check", action="store_true", help="only tell what is missing or left over")
    lock = commands.add_parser("lock", help="pin the packages pyproject.toml asks for, with hashes")
    lock.add_argument("--upgrade", action="store_true", help="take newer versions where they are allowed")
    environment = commands.add_parser("environment", help="only make .venv")
    environment.add_argument("--runtime", action="store_true", help="only with what the product needs to run")
    # What these three do not know themselves is for the program they start.
    options, options.arguments = parser.parse_known_args()
    if options.arguments and options.command not in ("test", "bench", "screenshots"):
        parser.error("unknown: {}".format(" ".join(options.arguments)))
    if options.command is None:
        parser.print_help()
        return 2

    if sys.version_info < NEEDED:
        found = find_python()
        if found:
            os.execv(found, [found, os.path.abspath(__file__), *sys.argv[1:]])
        print(
            "This needs Python 3.11 or newer, and {} is {}.{}. Install one; it is found by itself then.".format(
                sys.executable, sys.version_info[0], sys.version_info[1]
            ),
            file=sys.stderr,
        )
        return 1

    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from devtools import commands as work
    from devtools.paths import Trouble
    from devtools.processes import heed_signals

    heed_signals()
    try:
        return work.run(options)
    except Trouble as trouble:
        print("\n{}".format(trouble), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
