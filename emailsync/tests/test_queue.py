import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from emailsync import queue
from emailsync.models import State, StoredEmail
from emailsync.queue import MAX_ATTEMPTS, Claim, claim, claim_exhausted, give_back, in_work, renew, requeue
from emailsync.tests.factories import make_mail, make_member, store_mail


def expire_leases() -> None:
    StoredEmail.objects.filter(state=State.PARSING).update(lease_until=timezone.now() - timedelta(hours=1))


@pytest.mark.django_db
def test_members_take_turns_and_the_newest_mail_comes_first():
    many, few = make_member(), make_member()
    backlog = [store_mail(many, make_mail()).pk for _ in range(30)]
    fresh = [store_mail(few, make_mail()).pk for _ in range(2)]
    claims = claim(owner="one", limit=10)
    assert {one.email_id for one in claims} == {*fresh, *backlog[-5:]}


@pytest.mark.django_db
def test_a_batch_is_never_larger_than_asked_however_many_members_wait():
    for _ in range(8):
        store_mail(make_member(), make_mail())
    assert len(claim(owner="one", limit=5)) == 5
    assert len(claim(owner="one", limit=5)) == 3


@pytest.mark.django_db
def test_only_the_named_member_is_served():
    one, other = make_member(), make_member()
    mine = store_mail(one, make_mail())
    store_mail(other, make_mail())
    assert [each.email_id for each in claim(owner="x", member_id=one.pk)] == [mine.pk]
    assert claim(owner="x", member_id=one.pk) == []
    assert in_work(member_id=one.pk)
    assert not in_work(member_id=other.pk)


@pytest.mark.django_db
def test_the_mail_of_a_dead_worker_comes_back_alone_and_counted():
    member = make_member()
    for _ in range(3):
        store_mail(member, make_mail())
    assert len(claim(owner="dead")) == 3
    assert claim(owner="next") == []
    expire_leases()
    again = claim(owner="next")
    assert len(again) == 1
    assert again[0].claim_no == 2
    assert StoredEmail.objects.get(pk=again[0].email_id).attempts == 2


@pytest.mark.django_db
def test_after_three_attempts_a_mail_is_only_claimed_to_be_settled():
    mail = store_mail(make_member(), make_mail())
    for _ in range(MAX_ATTEMPTS):
        assert len(claim(owner="dying")) == 1
        expire_leases()
    assert claim(owner="next") == []
    assert [one.email_id for one in claim_exhausted(owner="next")] == [mail.pk]


@pytest.mark.django_db
def test_a_renewed_lease_keeps_the_claim_and_a_lost_one_stays_lost():
    mail = store_mail(make_member(), make_mail())
    (first,) = claim(owner="slow")
    expire_leases()
    renew([first])
    assert claim(owner="next") == []
    expire_leases()
    (second,) = claim(owner="next")
    StoredEmail.objects.filter(pk=mail.pk).update(lease_until=None)
    renew([first])
    mail.refresh_from_db()
    assert mail.lease_until is None
    assert second.claim_no == first.claim_no + 1


@pytest.mark.django_db
def test_what_was_not_begun_is_given_back_uncounted():
    mail = store_mail(make_member(), make_mail())
    (mine,) = claim(owner="stopping")
    give_back([Claim(mine.email_id, mine.member_id, mine.claim_no - 1)], tried=False)
    mail.refresh_from_db()
    assert mail.state == State.PARSING
    give_back([mine], tried=False)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (State.STORED, 0)


@pytest.mark.django_db
def test_settled_mail_can_be_queued_again_but_not_what_has_no_bytes():
    member = make_member()
    mail, big = store_mail(member, make_mail()), store_mail(member, make_mail())
    StoredEmail.objects.update(state=State.FAILED, attempts=3)
    StoredEmail.objects.filter(pk=big.pk).update(raw=None)
    assert requeue(member_id=member.pk) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (State.STORED, 0)


@pytest.mark.django_db(transaction=True)
def test_four_workers_on_one_queue_take_each_mail_once():
    member = make_member()
    for _ in range(200):
        store_mail(member, make_mail())
    taken: list[int] = []

    def work() -> None:
        try:
            while claims := claim(owner="worker", limit=7):
                taken.extend(one.email_id for one in claims)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # A worker that found every waiting row locked by others ended early; what is left is left, never taken twice.
    taken.extend(one.email_id for one in claim(owner="last", limit=200))
    assert Counter(taken) == dict.fromkeys(StoredEmail.objects.values_list("pk", flat=True), 1)
    assert set(StoredEmail.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.django_db
def test_a_claim_reads_what_it_takes_however_much_has_been_settled():
    """50,000 mails after an outage: new mail of another member is in the next batch, found by the index alone."""
    noisy, quiet = make_member(), make_member()
    StoredEmail.objects.bulk_create(
        [
            StoredEmail(
                member=noisy, sha256=f"{number:064}", size=0, source="file",
                state=State.STORED if number % 5 else State.IGNORED,
            )
            for number in range(50_000)
        ],
        batch_size=5_000,
    )  # fmt: skip
    canary = store_mail(quiet, make_mail())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE emailsync_storedemail")
    assert canary.pk in {one.email_id for one in claim(owner="one")}
    parameters = {"owner": "two", "member": None, "lease": 40, "limit": 50, "least": 0, "most": 0}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {queue._CLAIM}", parameters)
        ((plan,),) = cursor.fetchall()
    assert _most_rows(plan[0]["Plan"]) <= 60


def _most_rows(node: dict) -> float:
    """The most rows that any step of a plan read or threw away."""
    own = node["Actual Rows"] * node["Actual Loops"] + node.get("Rows Removed by Filter", 0)
    return max([own, *(_most_rows(child) for child in node.get("Plans", []))])
