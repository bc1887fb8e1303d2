"""Change who holds which post, who has an account, what the registers say, and who may read which calendar feed.

One function a verb, keyword-only, with `by` and `now`, audited in the same transaction.
"""

from tracker.org.services.accounts import (
    change_password,
    choose_language,
    create_account,
    disable_account,
    edit_account,
    enable_account,
    one_time_password,
    reset_password,
    revoke_feeds,
    unlock_account,
)
from tracker.org.services.feeds import (
    create_feed_token,
    note_feed_fetch,
    revoke_feed_token,
    rotate_feed_token,
    token_hash,
)
from tracker.org.services.own import choose_mail_copies, sign_out_everywhere
from tracker.org.services.posts import (
    appoint,
    change_role,
    correct_tenure,
    dismiss,
    open_post,
    strike_tenure,
    withdraw_post,
)
from tracker.org.services.registers import (
    add_alias,
    correct_workday,
    give_portfolio,
    remove_alias,
    set_members,
    withdraw_correction,
)
from tracker.org.services.remarks import answer_remark, send_remark

__all__ = [
    "add_alias",
    "answer_remark",
    "appoint",
    "change_password",
    "change_role",
    "choose_language",
    "choose_mail_copies",
    "correct_tenure",
    "correct_workday",
    "create_account",
    "create_feed_token",
    "disable_account",
    "dismiss",
    "edit_account",
    "enable_account",
    "give_portfolio",
    "note_feed_fetch",
    "one_time_password",
    "open_post",
    "remove_alias",
    "reset_password",
    "revoke_feed_token",
    "revoke_feeds",
    "rotate_feed_token",
    "send_remark",
    "set_members",
    "sign_out_everywhere",
    "strike_tenure",
    "token_hash",
    "unlock_account",
    "withdraw_correction",
    "withdraw_post",
]
