"""Every state and every reason has words, and says what to do where something can be done."""

from __future__ import annotations

import pytest

from emailsync.imap.problems import Code
from emailsync.models import DISMISSED, State
from emailsync.pipeline import drain
from emailsync.tests.factories import make_mail, make_member, store_mail
from emailsync.tests.shop_mails import ignored_mail, incomplete_mail, order_mail, shipped_mail
from emailsync.words import _REASONS, reason_words, state_look

ENGINE = {
    State.UNMATCHED: ["nothing_announced", "missing:items,total", "missing:order_number,tracking_number"],
    State.INCOMPLETE: ["missing:order_number", "missing:tracking_number"],
    State.IGNORED: ["automatic", "not_relevant", "look_alike", DISMISSED],
    State.HELD: ["sender_failed", "sender_unverified", "forwarded", "name_of_another"],
    State.PARSED: ["accepted"],
    State.DEFERRED: ["order_missing"],
    State.FAILED: [
        "too_big",
        "too_deep",
        "too_many_parts",
        "too_slow",
        "too_much_memory",
        "worker_died",
        "error:KeyError",
    ],
}


@pytest.mark.parametrize("state", State.values)
def test_every_state_has_words_and_a_look(state: str) -> None:
    assert reason_words(state, "").what
    assert all(state_look(state))


@pytest.mark.parametrize(
    ("state", "reason"), [(state, reason) for state, reasons in ENGINE.items() for reason in reasons]
)
def test_every_reason_has_words_of_its_own(state: State, reason: str) -> None:
    words = reason_words(state, reason)
    assert words != reason_words(state, "")
    assert "_" not in words.what + words.todo
    if state in (State.HELD, State.FAILED, State.INCOMPLETE, State.DEFERRED):
        assert words.todo


def test_a_reason_of_tomorrow_is_answered_by_the_state() -> None:
    assert reason_words("failed", "struck_by_lightning") == reason_words("failed", "")


@pytest.mark.django_db
def test_what_the_pipeline_gives_is_known_here() -> None:
    member = make_member()
    mails = [make_mail(), ignored_mail(), incomplete_mail(), shipped_mail(tracking_number=""), order_mail()]
    stored = [store_mail(member, raw) for raw in mails]
    stored.append(store_mail(member, order_mail("B777001"), authserv_id="mx.example.net"))
    drain()
    for mail in stored:
        mail.refresh_from_db()
        assert not mail.reason or mail.reason.startswith("missing:") or mail.reason in _REASONS, mail.reason


def test_every_problem_of_a_mailbox_says_what_to_do() -> None:
    from emailsync.imap.problems import MailboxProblem

    for code in Code:
        problem = MailboxProblem(code, host="imap.example.org", port=993, folder="INBOX")
        assert str(problem)
        assert problem.advice
