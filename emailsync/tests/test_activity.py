"""The list of scans: what it says of each, how it is narrowed, and what can be done with a scan that waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from accounts.models import User
from emailsync.models import Mailbox, Scan, ScanKind
from emailsync.scan_queue import claim_scan
from emailsync.scan_rows import span_words
from emailsync.services import request_scan
from emailsync.tests.factories import make_mailbox, make_member, make_request, make_scan

ACTIVITY = reverse("emailsync:activity")


@pytest.fixture
def member(db: None, client: Client) -> User:
    member = make_member("mara")
    client.force_login(member)
    return member


@pytest.fixture
def mailbox(member: User) -> Mailbox:
    return make_mailbox(member, name="Shop mail", state="ok")


def rows(client: Client, query: str = "", url: str = ACTIVITY) -> list[str]:
    """The rows of the table in words."""
    answer = client.get(url + query)
    assert answer.status_code == 200
    return [words(row) for row in lxml.html.fromstring(answer.content).cssselect("tr[id^=scan-]")]


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def waiting(mailbox: Mailbox, **fields: Any) -> Scan:
    return make_scan(mailbox, **({"state": "queued", "started_at": None} | fields))


def test_a_row_says_what_ran_when_and_what_it_found(mailbox: Mailbox, client: Client) -> None:
    began = timezone.now() - timedelta(minutes=3)
    make_scan(
        mailbox, state="done", kind="manual", lookback=timedelta(days=3), folders=2, folders_done=2, seen=1412,
        stored=9, known=3, too_big=1, outside=7, started_at=began, finished_at=began + timedelta(seconds=65),
    )  # fmt: skip
    (row,) = rows(client)
    for said in (
        "Shop mail", "Scan by hand · 3 days back", "Done", "1,412 seen, 9 new, 3 known already", "1 too big",
        "7 older than the first scan reaches", "took 1 min 5 s",
    ):  # fmt: skip
        assert said in row


def test_the_progress_of_a_running_scan_is_a_bar_and_words(mailbox: Mailbox, client: Client) -> None:
    make_scan(mailbox, folders=4, folders_done=1, expected=2000, seen=400, outside=12, stored=398)
    (row,) = rows(client)
    assert "412 of 2,000 e-mails · 1 of 4 folders done · 398 new" in row
    bar = lxml.html.fromstring(client.get(ACTIVITY).content).cssselect("progress")[0]
    assert (bar.get("value"), bar.get("max")) == ("412", "2000")


def test_a_bar_without_knowledge_has_no_value(mailbox: Mailbox, client: Client) -> None:
    make_scan(mailbox)
    bar = lxml.html.fromstring(client.get(ACTIVITY).content).cssselect("progress")[0]
    assert bar.get("value") is None


def test_errors_are_sentences_and_many_of_them_are_folded(mailbox: Mailbox, client: Client) -> None:
    errors = [{"folder": str(n), "code": "gone", "text": f"Folder {n} is gone."} for n in range(5)]
    make_scan(mailbox, state="done", errors=errors)
    make_scan(mailbox, state="failed", errors=errors[:1])
    failed, done = rows(client)
    assert "Failed" in failed
    assert "Done with errors" in done
    assert "3 more errors" in done
    folded = lxml.html.fromstring(client.get(ACTIVITY).content).cssselect(".more-errors p")
    assert [words(one) for one in folded] == [f"Folder {n} is gone." for n in (2, 3, 4)]


def test_filters_and_views_keep_just_what_they_say(member: User, mailbox: Mailbox, client: Client) -> None:
    other = make_mailbox(member, name="Other")
    make_scan(mailbox, kind="recovery", state="done", stored=3)
    make_scan(mailbox, kind="manual", state="failed")
    make_scan(other, kind="manual", state="done", errors=[{"text": "No answer."}])
    make_scan(other, kind="idle")
    wanted = {
        "": 4, f"?mailbox={mailbox.pk}": 2, "?kind=manual": 2, "?state=done": 2, "?view=under-way": 1, "?view=found": 1,
        "?view=errors": 2, f"?kind=manual&mailbox={other.pk}&state=done": 1, "?state=queued": 0, "?kind=nonsense": 4,
    }  # fmt: skip
    assert {query: len(rows(client, query)) for query in wanted} == wanted
    assert "Clear everything" in client.get(f"{ACTIVITY}?state=queued").content.decode()


def test_the_newest_come_first_and_pages_miss_none(mailbox: Mailbox, client: Client) -> None:
    ids = [make_scan(mailbox, state="done").pk for _ in range(60)]
    found: list[int] = []
    query: str | None = "?size=25"
    while query:
        page = lxml.html.fromstring(client.get(ACTIVITY + query).content)
        found += [int(row.get("id").partition("-")[2]) for row in page.cssselect("tr[id^=scan-]")]
        query = next((link.get("href") for link in page.cssselect("a[rel=next]")), None)
    assert found == ids[::-1]


def test_a_page_takes_as_many_queries_for_many_scans_as_for_few(mailbox: Mailbox, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            client.get(ACTIVITY)
        return len(taken)

    make_scan(mailbox)
    few = queries()
    for _ in range(20):
        make_scan(mailbox, state="done", kind="rescan", request=make_request(mailbox, state="approved"))
    assert queries() <= few


def test_no_secret_is_read_for_the_list(mailbox: Mailbox, client: Client) -> None:
    make_scan(mailbox)
    with CaptureQueriesContext(connection) as taken:
        client.get(ACTIVITY)
        client.get(reverse("emailsync:activity-now"))
    read = " ".join(query["sql"] for query in taken.captured_queries)
    assert '"emailsync_mailbox"."password"' not in read


def asked_again(client: Client, url: str = ACTIVITY) -> str | None:
    """The address that the page asks by itself; None if it has come to rest."""
    (live,) = lxml.html.fromstring(client.get(url).content).xpath("//*[@id='live']")
    address: str | None = live.get("hx-get")
    return address


def test_rows_that_change_are_asked_for_until_none_does(mailbox: Mailbox, client: Client) -> None:
    done, running = make_scan(mailbox, state="done"), make_scan(mailbox)
    waits = waiting(mailbox)
    address = asked_again(client, f"{ACTIVITY}?kind=manual")
    assert address is not None
    assert f"pk={done.pk}" not in address.split("&")
    Scan.objects.filter(pk=running.pk).update(state="done", seen=7)
    body = client.get(address).content.decode()
    assert "7 seen" in body
    assert 'id="tabs"' in body, "the figures changed"
    assert asked_again(client, address) == f"{reverse('emailsync:activity-now')}?kind=manual&pk={waits.pk}"
    Scan.objects.update(state="done")
    assert asked_again(client, address) is None
    assert asked_again(client) is None


def test_a_row_whose_scan_is_gone_is_taken_away(mailbox: Mailbox, client: Client) -> None:
    scan = waiting(mailbox)
    address = asked_again(client)
    assert address
    Scan.objects.all().delete()
    assert f'id="scan-{scan.pk}" hx-swap-oob="delete"' in client.get(address).content.decode()


def test_a_scan_that_waits_for_its_mailbox_says_so_and_is_not_asked_for(mailbox: Mailbox, client: Client) -> None:
    waiting(mailbox, kind="rescan", request=make_request(mailbox, state="approved"))
    Mailbox.objects.update(enabled=False)
    assert "It waits until the mailbox is resumed." in rows(client)[0]
    assert asked_again(client) is None
    Mailbox.objects.update(enabled=True, state="wrong_credentials")
    assert "It waits until the mailbox can sign in again." in rows(client)[0]


def test_a_scan_that_waits_is_withdrawn_and_brought_back(mailbox: Mailbox, client: Client) -> None:
    request_scan(mailbox_id=mailbox.pk, lookback=timedelta(days=3))
    scan, woken = Scan.objects.get(), OrmQ.objects.count()
    back = f"{ACTIVITY}?state=queued"
    answer = client.post(reverse("emailsync:scan-withdraw", args=[scan.pk]), {"next": back})
    assert answer["Location"] == back
    assert claim_scan(lane="ingest", owner="test") is None
    assert "The scan of Shop mail is withdrawn." in client.get(back).content.decode()
    client.post(reverse("emailsync:scan-restore"), {"pk": scan.pk})
    claimed = claim_scan(lane="ingest", owner="test")
    assert claimed is not None
    assert (claimed.pk, OrmQ.objects.count()) == (scan.pk, woken + 1)


def test_a_withdrawn_scan_joins_one_that_came_to_wait_meanwhile(mailbox: Mailbox, client: Client) -> None:
    request_scan(mailbox_id=mailbox.pk, lookback=timedelta(days=3))
    scan = Scan.objects.get()
    client.post(reverse("emailsync:scan-withdraw", args=[scan.pk]))
    request_scan(mailbox_id=mailbox.pk, kind=ScanKind.IDLE)
    client.post(reverse("emailsync:scan-restore"), {"pk": scan.pk})
    assert Scan.objects.get(state="queued").lookback == timedelta(days=3)


@pytest.mark.parametrize("state", ["running", "done", "failed"])
def test_a_scan_that_has_begun_is_not_withdrawn(mailbox: Mailbox, client: Client, state: str) -> None:
    scan = make_scan(mailbox, state=state)
    again = make_scan(mailbox, state="queued", kind="rescan", request=make_request(mailbox), seen=5)
    for one in (scan, again):
        assert "Withdraw" not in " ".join(rows(client))
        client.post(reverse("emailsync:scan-withdraw", args=[one.pk]))
        client.post(reverse("emailsync:scan-restore"), {"pk": one.pk})
    assert [Scan.objects.get(pk=one.pk).state for one in (scan, again)] == [state, "queued"]
    assert "has begun" in client.get(ACTIVITY).content.decode()


def test_a_withdrawn_scan_of_a_paused_mailbox_stays_withdrawn(mailbox: Mailbox, client: Client) -> None:
    scan = waiting(mailbox, state="withdrawn")
    Mailbox.objects.update(enabled=False)
    client.post(reverse("emailsync:scan-restore"), {"pk": scan.pk})
    assert Scan.objects.get().state == "withdrawn"


def test_scans_of_another_member_are_neither_shown_nor_touched(member: User, client: Client) -> None:
    scan = waiting(make_mailbox(make_member(), name="Alien"))
    gone = waiting(scan.mailbox, state="withdrawn")
    assert rows(client) == []
    assert rows(client, f"?mailbox={scan.mailbox_id}") == []
    now = client.get(reverse("emailsync:activity-now"), {"pk": [str(scan.pk), str(gone.pk), "x", "9" * 30]})
    assert "Alien" not in now.content.decode()
    assert client.post(reverse("emailsync:scan-withdraw", args=[scan.pk])).status_code == 404
    client.post(reverse("emailsync:scan-restore"), {"pk": gone.pk})
    client.post(reverse("emailsync:activity-scan"), {"mailbox": scan.mailbox_id, "hours": 168})
    assert sorted(Scan.objects.values_list("state", flat=True)) == ["queued", "withdrawn"]
    assert Scan.objects.get(pk=scan.pk).lookback == timedelta(hours=1)


def test_a_scan_is_asked_for_from_the_list(mailbox: Mailbox, client: Client) -> None:
    body = client.post(reverse("emailsync:activity-scan"), {"mailbox": mailbox.pk, "hours": 168}, follow=True)
    assert "A scan of Shop mail is about to start." in body.content.decode()
    assert Scan.objects.get().lookback == timedelta(days=7)
    client.post(reverse("emailsync:activity-scan"), {"mailbox": mailbox.pk, "hours": 2160})
    assert Scan.objects.get().lookback == timedelta(days=7), "no further than a week"


def test_an_empty_list_says_what_will_come(member: User, client: Client) -> None:
    body = client.get(ACTIVITY).content.decode()
    assert "Add a mailbox" in body
    assert "Scan now" not in body
    make_mailbox(member)
    assert "every 15 minutes" in client.get(ACTIVITY).content.decode()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (185, "3 min 5 s"), (3600, "1 hour"), (7260, "2 hours 1 min"),
     (86_400, "1 day"), (604_800, "7 days"), (90_000, "1 day 1 h")],
)  # fmt: skip
def test_a_span_is_said_in_its_largest_units(seconds: int, said: str) -> None:
    assert span_words(timedelta(seconds=seconds)) == said
