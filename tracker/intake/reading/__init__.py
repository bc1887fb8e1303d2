"""Read a seed's files into rows and report everything that cannot be read.

A file that is broken, or a row that is, does not stop the rest: one run tells all that is wrong. Whether what was read is
true to the text is decided by `checking`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from tracker.intake.faults import Fault, Place
from tracker.intake.reading import gazettes, organisation, policies
from tracker.intake.rows import Seed


def read_seed(root: Path) -> Seed:
    """Read the seed in the directory `root`; what cannot be read is in the seed's `faults`. Raises nothing."""
    faults: list[Fault] = []
    if not root.is_dir():
        faults.append(
            Fault(Place(str(root)), "There is no such directory.", "Give the directory that holds units.yaml.")
        )
        return Seed((), (), (), (), (), (), (), tuple(faults), "")
    units, groups = organisation.read_units(root, faults)
    posts, portfolios = organisation.read_posts(root, faults)
    overrides = organisation.read_workdays(root, faults)
    found = gazettes.read_gazettes(root, faults)
    return Seed(
        units=units,
        groups=groups,
        posts=posts,
        portfolios=portfolios,
        overrides=overrides,
        gazettes=found,
        policies=policies.read_policies(root, faults),
        faults=tuple(faults),
        digest=_digest(root),
    )


def _digest(root: Path) -> str:
    sha = hashlib.sha256()
    for path in sorted([*root.rglob("*.yaml"), *root.rglob("source.txt")]):
        try:
            content = path.read_bytes()
        except OSError:
            # Whoever reads the file says so; here it only has to make the digest another one.
            content = b""
        sha.update(str(path.relative_to(root)).encode() + b"\0" + hashlib.sha256(content).digest())
    return sha.hexdigest()
