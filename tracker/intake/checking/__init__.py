"""Check a seed against the text and against itself, and report everything that does not hold.

Every quote stands verbatim on its line, every unit and policy resolves, every date is reproduced by the rules from the
words of the text or the row says why it cannot be, every time expression of the text is accounted for, and the counts agree
with those kept by hand. Nothing is changed and no database is needed.
"""

from __future__ import annotations

from tracker.intake.checking import commitments, coverage, lengths, organisation, policies
from tracker.intake.faults import Fault
from tracker.intake.names import Names
from tracker.intake.rows import Seed
from tracker.rules.workdays import WorkdayCalendar


def check_seed(seed: Seed, workdays: WorkdayCalendar) -> tuple[Fault, ...]:
    """Return everything that is wrong with a seed, what could not be read included, in the order of files and lines.

    `workdays` is the State Council's calendar; the seed's own corrections are laid over it.
    """
    names = Names(seed)
    # A day that stands twice is told below; here one of its entries has to do.
    days = {one.day: one for one in seed.overrides}.values()
    calendar = workdays.with_overrides(
        rest={one.day: one.why for one in days if not one.works},
        work={one.day: one.why for one in days if one.works},
    )
    faults = [
        *seed.faults,
        *organisation.check(seed, names),
        *commitments.check(seed, names, calendar),
        *policies.check(seed, names),
        *coverage.check(seed),
        *lengths.check(seed),
    ]
    return tuple(sorted(set(faults)))
