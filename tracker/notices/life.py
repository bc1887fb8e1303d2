"""Hold the table of what may be done to a notice, from which state, by whom, and which two persons must differ.

The table decides by state and capacity alone; which capacities a person has for a notice is read by `selectors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Name where a notice is on its way."""

    PROPOSED = "proposed"  # 拟办
    TO_SIGN = "to_sign"  # 待签发
    SIGNED = "signed"  # 签发, 编号
    ISSUED = "issued"  # 印发
    RECEIVED = "received"  # 签收
    REPLIED = "replied"  # 回复
    CLOSED = "closed"  # 办结
    DISMISSED = "dismissed"  # 不予发出
    WITHDRAWN = "withdrawn"  # 撤回; the number stays taken


class Verb(StrEnum):
    """Name what is done to a notice."""

    PROPOSE = "propose"
    EDIT = "edit"
    REFRESH = "refresh"
    FIND = "find"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    SIGN = "sign"
    ISSUE = "issue"
    RECEIVE = "receive"
    REPLY = "reply"
    CLOSE = "close"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"
    REPLACE = "replace"


class Capacity(StrEnum):
    """Name in which capacity a person has to do with a notice."""

    OFFICE = "office"  # the supervision office
    ISSUER = "issuer"  # anybody of the unit that signs it
    HEAD = "head"  # the head of the unit that signs it
    ADDRESSEE = "addressee"  # anybody of the unit it is addressed to


@dataclass(frozen=True, slots=True)
class Move:
    """Describe one row: where a verb starts, where it ends (None: where it was), and who does it."""

    sources: frozenset[State]
    end: State | None
    who: frozenset[Capacity]


_PREPARING = frozenset({State.PROPOSED, State.TO_SIGN})
_OUT = frozenset({State.ISSUED, State.RECEIVED, State.REPLIED})
_OWN = frozenset({Capacity.OFFICE, Capacity.ISSUER, Capacity.HEAD})
_SIGNERS = frozenset({Capacity.OFFICE, Capacity.HEAD})

MOVES: Mapping[Verb, Move] = {
    # What the signer read is what is signed: a change takes the notice back to those who prepare it.
    Verb.EDIT: Move(_PREPARING, State.PROPOSED, _OWN),
    Verb.REFRESH: Move(_PREPARING, State.PROPOSED, _OWN),
    Verb.FIND: Move(_PREPARING, State.PROPOSED, _OWN),
    Verb.SUBMIT: Move(frozenset({State.PROPOSED}), State.TO_SIGN, _OWN),
    Verb.SEND_BACK: Move(frozenset({State.TO_SIGN}), State.PROPOSED, _OWN),
    Verb.SIGN: Move(frozenset({State.TO_SIGN}), State.SIGNED, _SIGNERS),
    Verb.ISSUE: Move(frozenset({State.SIGNED}), State.ISSUED, _OWN),
    # A receipt on paper is entered by the office that holds it.
    Verb.RECEIVE: Move(frozenset({State.ISSUED}), State.RECEIVED, _OWN | {Capacity.ADDRESSEE}),
    Verb.REPLY: Move(_OUT, State.REPLIED, _OWN | {Capacity.ADDRESSEE}),
    Verb.CLOSE: Move(_OUT, State.CLOSED, _OWN),
    Verb.DISMISS: Move(_PREPARING, State.DISMISSED, _OWN),
    Verb.WITHDRAW: Move(_OUT | {State.SIGNED}, State.WITHDRAWN, _SIGNERS),
    Verb.REPLACE: Move(frozenset({State.DISMISSED, State.WITHDRAWN}), None, _OWN),
}

# Whoever did one of these to a notice does not sign it.
PREPARING_VERBS = frozenset({Verb.PROPOSE, Verb.EDIT, Verb.REFRESH, Verb.FIND, Verb.SUBMIT})

# States in which a signature counts: the step the notice comes from has taken effect.
IN_FORCE = frozenset({State.SIGNED, State.ISSUED, State.RECEIVED, State.REPLIED, State.CLOSED})
ENDED = frozenset({State.CLOSED, State.DISMISSED, State.WITHDRAWN})
