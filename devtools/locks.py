"""Pin what `pyproject.toml` asks for in `requirements/`, and say what is wrong with the pins there are.

A lock names packages, versions and hashes. It names no place to fetch them from: that is each machine's own affair.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import tomllib
from pathlib import Path

from devtools.environment import PYTHON, clean_environment, pip_environment
from devtools.paths import REQUIREMENTS, ROOT, Trouble

PLACE = re.compile(r"://|--(extra-)?index|--find-links|^-[if]\b| @ ", re.MULTILINE)
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)


def write(*, upgrade: bool) -> None:
    """Write both locks; versions pinned already stay unless `upgrade` is set or the project no longer allows them."""
    with tempfile.TemporaryDirectory() as folder:
        print("Fetching the resolver …", flush=True)
        install: list[str | Path] = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--target",
            folder,
            "uv",
        ]
        if subprocess.run(install, env=pip_environment(), check=False).returncode:
            raise Trouble("The resolver could not be installed; see above.")
        for name, extra in (("runtime", []), ("dev", ["--extra", "dev", "--constraint", "requirements/runtime.txt"])):
            command: list[str | Path] = [
                Path(folder) / "bin" / "uv",
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--python-version",
                "3.11",
            ]
            command += ["--generate-hashes", "--no-header", "--no-annotate", *(["--upgrade"] if upgrade else [])]
            command += [*extra, "pyproject.toml", "--output-file", f"requirements/{name}.txt"]
            done = subprocess.run([os.fspath(part) for part in command], cwd=ROOT, env=clean_environment(), check=False)
            if done.returncode:
                raise Trouble(f"requirements/{name}.txt could not be resolved; see above.")
            print(f"requirements/{name}.txt: {len(pins(name))} packages", flush=True)


def pins(name: str) -> dict[str, str]:
    """Return package name to version of one lock."""
    text = (REQUIREMENTS / f"{name}.txt").read_text("utf-8")
    return {match[1].lower(): match[2] for match in PIN.finditer(text)}


def faults() -> list[str]:
    """Return what is wrong with the locks, one sentence each."""
    found: list[str] = []
    for name in ("runtime", "dev"):
        text = (REQUIREMENTS / f"{name}.txt").read_text("utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if PLACE.search(line):
                found.append(f"requirements/{name}.txt:{number} names a place to fetch packages from: {line.strip()}")
            elif re.match(r"[A-Za-z0-9]", line) and not re.search(r"==[^\s;]+.*\\$", line):
                found.append(f"requirements/{name}.txt:{number} pins no version with a hash: {line.strip()}")
    runtime, dev = pins("runtime"), pins("dev")
    for package, version in runtime.items():
        if dev.get(package) != version:
            found.append(
                f"{package} is {version} in the runtime lock and {dev.get(package, 'absent')} in the dev lock."
            )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for lock, held, asked in (
        ("runtime", runtime, project["dependencies"]),
        ("dev", dev, project["optional-dependencies"]["dev"]),
    ):
        for requirement in asked:
            asked_name = re.split(r"[^A-Za-z0-9._-]", requirement)[0]
            if re.sub(r"[._-]+", "-", asked_name).lower() not in held:
                found.append(f"{asked_name} is not in requirements/{lock}.txt: run `python3 dev.py lock`.")
    return found
