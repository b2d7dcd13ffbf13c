"""The list of e-mails, the page of one, and what a member can do with them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from emailsync.imap.ledger import unknown
from emailsync.lists import VIEWS
from emailsync.models import DISMISSED, Folder, MessageLocation, Source, State, StoredEmail
from emailsync.pipeline import drain, work
from emailsync.queue import claim
from emailsync.reading import open_sandbox
from emailsync.services import delete_mails, read_again, unaccept
from emailsync.storing import Arrival, store
from emailsync.tests.factories import make_mail, make_mailbox, make_member, store_mail
from emailsync.tests.shop_mails import TRACKING_NUMBER, ignored_mail, incomplete_mail, order_mail, shipped_mail
from orders.models import Order
from tracking.models import Shipment

LIST = "/email/"


@pytest.fixture
def member(db: None, client: Client) -> User:
    member = make_member("mara")
    client.force_login(member)
    return member


def held_mail(member: User, number: str = "B777001") -> StoredEmail:
    """A stranger's order confirmation that nothing vouches for."""
    mail = store_mail(member, order_mail(number), authserv_id="mx.example.net")
    drain()
    mail.refresh_from_db()
    assert mail.state == State.HELD
    return mail


def too_big(member: User) -> StoredEmail:
    head = make_mail(subject="A film")
    store(member_id=member.pk, source=Source.IMAP, arrivals=[Arrival(head, 90_000_000, too_big=True)], authserv_id="")
    return StoredEmail.objects.of(member).get(reason="too_big")


def page(client: Client, url: str, **headers: str) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, url
    return answer.content.decode()


def shown(client: Client, query: str) -> list[str]:
    """Titles of the rows that the list shows."""
    return re.findall(r'class="goes cut" href="[^"]+" title="([^"]*)"', page(client, f"{LIST}?{query}"))


def address(mail: StoredEmail) -> str:
    return reverse("emailsync:detail", args=[mail.sha256])


def test_every_mail_is_in_exactly_one_view_with_the_reason_in_words(member: User, client: Client) -> None:
    for raw in (
        make_mail(subject="Hi"),
        ignored_mail(),
        incomplete_mail(),
        order_mail(),
        shipped_mail("Z900123", tracking_number=""),
    ):
        store_mail(member, raw)
    held_mail(member)
    too_big(member)
    store_mail(member, make_mail(subject="Newest"))
    counts = {view.value: len(shown(client, f"view={view.value}")) for view in VIEWS}
    assert counts.pop("all") == 8
    assert sum(counts.values()) == 8
    assert set(counts.values()) == {1}
    body = page(client, LIST)
    assert "no tracking number was found" in body
    assert "bigger than 25 MB" in body
    assert "names an order of which no other e-mail has told" in body
    assert not re.search(r"nothing_announced|missing:|sender_unverified|sender_failed|order_missing|too_big", body)


@pytest.mark.parametrize(
    "text", ["A100123", "a1001", "Blue shop", "orders@shop.example", TRACKING_NUMBER[-8:], "shipped"]
)
def test_a_mail_is_found_by_subject_sender_and_the_numbers_it_speaks_of(
    member: User, client: Client, text: str
) -> None:
    store_mail(member, order_mail())
    store_mail(member, shipped_mail())
    store_mail(member, make_mail(subject="Nothing", sender="Else <x@else.example>"))
    drain()
    StoredEmail.objects.filter(subject__startswith="Order").update(sender_name="Blue Shop")
    titles = shown(client, f"q={text}")
    assert titles
    assert "Nothing" not in titles


def test_filters_by_kind_author_and_mailbox(member: User, client: Client) -> None:
    first, second = store_mail(member, order_mail()), store_mail(member, shipped_mail())
    store_mail(member, make_mail(subject="Other"))
    drain()
    mailbox = make_mailbox(member)
    folder = Folder.objects.create(mailbox=mailbox, raw_name="INBOX", name="INBOX")
    MessageLocation.objects.create(email=second, folder=folder, uidvalidity=1, uid=1)
    assert shown(client, "kind=order_confirmation") == [first.subject]
    assert shown(client, f"source=mailbox-{mailbox.pk}") == [second.subject]
    assert len(shown(client, "source=files")) == 3
    assert set(shown(client, "author=shop.example")) == {first.subject, second.subject, "Other"}
    assert len(shown(client, "kind=nonsense&author=&source=mailbox-0&view=%00&size=x&after=99999999999999999999")) == 3


def test_the_list_pages_by_keyset_and_its_queries_do_not_grow(
    member: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    for index in range(30):
        store_mail(member, make_mail(subject=f"Mail {index:02}"))
    drain()
    page(client, f"{LIST}?size=25")
    with django_assert_max_num_queries(22):
        body = page(client, f"{LIST}?size=25")
    older = re.search(r'href="(\?[^"]*after=[^"]*)"', body)
    assert older
    first = set(shown(client, "size=25"))
    rest = set(shown(client, older[1].replace("&amp;", "&").lstrip("?")))
    assert len(first) == 25
    assert len(first | rest) == 30


def test_an_empty_list_says_what_to_do_next(member: User, client: Client) -> None:
    assert "Add a mailbox" in page(client, LIST)
    store_mail(member, order_mail())
    drain()
    assert "No e-mail waits for your word." in page(client, f"{LIST}?view=held")
    assert "Clear everything" in page(client, f"{LIST}?q=zzz")
    fragment = page(client, LIST, HX_Request="true")
    assert "<html" not in fragment
    assert 'id="listing"' in fragment


def test_home_leads_to_the_held_mails_and_counts_them(member: User, client: Client) -> None:
    held_mail(member)
    link = re.search(
        r'href="(/email/[^"]*)"[^>]*><svg[^>]*>.*?1 e-mail waits for your word', page(client, "/"), re.DOTALL
    )
    assert link
    assert len(shown(client, link[1].partition("?")[2])) == 1


def test_an_accepted_mail_becomes_an_order_until_that_is_undone(member: User, client: Client) -> None:
    mail = held_mail(member)
    client.post(reverse("emailsync:accept"), {"pk": mail.pk, "next": address(mail)})
    assert "Accepted 1 e-mail." in page(client, LIST)
    drain()
    assert Order.objects.of(member).get().number == "B777001"
    assert "You accepted it" in page(client, address(mail))
    client.post(reverse("emailsync:hold"), {"pk": mail.pk})
    drain()
    mail.refresh_from_db()
    assert (mail.state, mail.reason, mail.accepted_at) == ("held", "sender_failed", None)
    assert not Order.objects.of(member).exists()


def test_a_worker_that_reads_a_mail_as_accepted_cannot_write_after_the_undo(member: User) -> None:
    mail = held_mail(member)
    StoredEmail.objects.filter(pk=mail.pk).update(accepted_at=timezone.now())
    read_again(member=member, email_ids=[mail.pk])
    claims = claim(owner="slow worker")
    unaccept(member=member, email_ids=[mail.pk])
    with open_sandbox() as sandbox:
        work(claims, sandbox)
    assert not Order.objects.of(member).exists()
    drain()
    mail.refresh_from_db()
    assert mail.state == State.HELD


def test_a_dismissed_mail_stays_so_when_it_is_read_again_and_can_be_taken_back(member: User, client: Client) -> None:
    mail = held_mail(member)
    client.post(reverse("emailsync:dismiss"), {"pk": mail.pk})
    assert "Dismissed 1 e-mail." in page(client, LIST)
    client.post(reverse("emailsync:read-again"), {"pk": mail.pk})
    drain()
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (State.IGNORED, DISMISSED)
    client.post(reverse("emailsync:undismiss"), {"pk": mail.pk})
    mail.refresh_from_db()
    assert (mail.state, mail.reason) == (State.HELD, "sender_failed")


def test_only_held_mails_are_accepted_or_dismissed(member: User, client: Client) -> None:
    mail = store_mail(member, order_mail())
    drain()
    for name in ("accept", "dismiss", "hold", "undismiss"):
        client.post(reverse(f"emailsync:{name}"), {"pk": mail.pk})
    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at) == (State.PARSED, None)


def test_all_that_match_are_read_again_beyond_the_page(member: User, client: Client) -> None:
    for subject in ("One", "Two", "Three"):
        store_mail(member, make_mail(subject=subject))
    drain()
    client.post(reverse("emailsync:read-again"), {"all": "1", "query": "?q=T", "pk": [1]})
    waiting = StoredEmail.objects.of(member).filter(state=State.STORED).values_list("subject", flat=True)
    assert set(waiting) >= {"Two", "Three"}


def test_deleting_names_what_goes_and_asks_first(member: User, client: Client) -> None:
    mail = store_mail(member, order_mail())
    store_mail(member, shipped_mail())
    drain()
    asked = client.post(reverse("emailsync:delete"), {"pk": mail.pk})
    assert "1 order" in asked.content.decode()
    assert StoredEmail.objects.filter(pk=mail.pk).exists()
    client.post(reverse("emailsync:delete"), {"pk": mail.pk, "confirmed": "1"})
    assert not StoredEmail.objects.filter(pk=mail.pk).exists()
    assert not Order.objects.of(member).filter(total=20).exists()
    assert Shipment.objects.of(member).exists(), "the other mail still tells of the parcel"
    assert StoredEmail.objects.of(member).get().state == State.DEFERRED


def test_a_deleted_mail_is_not_fetched_again(member: User) -> None:
    mail = store_mail(member, order_mail())
    folder = Folder.objects.create(mailbox=make_mailbox(member), raw_name="INBOX", name="INBOX")
    MessageLocation.objects.create(email=mail, folder=folder, uidvalidity=7, uid=41)
    assert delete_mails(member=member, email_ids=[mail.pk]) == 1
    assert unknown(folder, 7, [40, 41, 42]) == [40, 42]
    assert unknown(folder, 8, [41]) == [41], "the server numbers anew: it may be another message"


def test_nothing_chosen_changes_nothing(member: User, client: Client) -> None:
    for name in ("read-again", "accept", "hold", "dismiss", "undismiss", "delete"):
        answer = client.post(reverse(f"emailsync:{name}"), {"pk": ["x", "-1", "9" * 30], "confirmed": "1"})
        assert answer.status_code == 302
        assert client.get(reverse(f"emailsync:{name}")).status_code == 405


def test_the_page_of_a_mail_leads_to_its_order_and_parcel_and_they_lead_back(member: User, client: Client) -> None:
    store_mail(member, order_mail())
    mail = store_mail(member, shipped_mail())
    drain()
    order, parcel = Order.objects.of(member).get(), Shipment.objects.of(member).get()
    body = page(client, address(mail))
    assert reverse("orders:detail", args=[order.pk]) in body
    assert reverse("tracking:detail", args=[parcel.pk]) in body
    for url in (reverse("orders:detail", args=[order.pk]), reverse("tracking:detail", args=[parcel.pk])):
        back = page(client, url)
        assert "E-mails behind this" in back
        assert address(mail) in back


def test_the_message_is_locked_into_its_frame(member: User, client: Client) -> None:
    body = (
        '<h1>Hi</h1><script>alert(1)</script><img src="https://spy.example/p.gif"><a href="https://bad.example/">x</a>'
    )
    mail = store_mail(member, make_mail(body=body, Content_Type="text/html"))
    outer = page(client, address(mail))
    frame = re.search(r"<iframe[^>]*>", outer)
    assert frame
    assert re.search(r"\ssandbox(=\"\")?[\s>]", frame[0])
    assert "allow-" not in frame[0]
    answer = client.get(reverse("emailsync:message", args=[mail.sha256]))
    policy = answer["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    text = answer.content.decode()
    assert "<h1>Hi</h1>" in text
    assert not re.search(r"script|spy\.example|bad\.example|href|csrf", text)


def test_a_plain_mail_is_shown_as_text(member: User, client: Client) -> None:
    mail = store_mail(member, make_mail(body="Total <b>5</b>"))
    assert "Total &lt;b&gt;5&lt;/b&gt;" in page(client, reverse("emailsync:message", args=[mail.sha256]))


def test_the_original_comes_byte_for_byte_and_only_as_a_download(member: User, client: Client) -> None:
    raw = make_mail(body="<script>alert(1)</script>", Content_Type="text/html")
    mail = store_mail(member, raw)
    answer = client.get(reverse("emailsync:original", args=[mail.sha256]))
    assert answer.content == raw
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"


def test_a_mail_that_cannot_be_laid_out_says_why_and_offers_the_original(member: User, client: Client) -> None:
    mail = store_mail(member, b"".join(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" for _ in range(99)))
    drain()
    for url in (f"{address(mail)}?as=text", f"{address(mail)}?mark=1-2"):
        body = page(client, url)
        assert "nested deeper" in body
        assert reverse("emailsync:original", args=[mail.sha256]) in body
    assert "nested deeper" in page(client, reverse("emailsync:message", args=[mail.sha256]))


def test_a_mail_that_was_too_big_to_fetch_has_a_page_and_can_be_deleted(member: User, client: Client) -> None:
    mail = too_big(member)
    body = page(client, reverse("emailsync:head", args=[mail.pk]) + "?mark=1-2&as=text")
    assert "bigger than 25 MB" in body
    assert "Read again" not in body
    client.post(reverse("emailsync:delete"), {"pk": mail.pk, "confirmed": "1"})
    assert not StoredEmail.objects.of(member).exists()


def test_an_id_leads_to_the_page_by_hash(member: User, client: Client) -> None:
    mail = store_mail(member, make_mail())
    assert client.get(reverse("emailsync:head", args=[mail.pk]))["Location"] == address(mail)


@pytest.mark.parametrize(
    "url", ["/email/abc/", f"/email/{'0' * 64}/", f"/email/{'0' * 64}/original/", "/email/head/999/"]
)
def test_a_mail_that_is_not_there_is_a_404(member: User, client: Client, url: str) -> None:
    assert client.get(url).status_code == 404


def test_hostile_words_of_a_mail_stay_words(member: User, client: Client) -> None:
    mail = store_mail(member, make_mail(subject="<script>alert(1)</script>", sender='"<img src=x>" <a@b.example>'))
    drain()
    for url in (LIST, address(mail), f"{address(mail)}?as=text"):
        body = page(client, url)
        assert "<script>alert" not in body
        assert "<img src=x>" not in body


def test_a_reading_written_down_by_another_version_is_no_fault_of_the_page(member: User, client: Client) -> None:
    mail = store_mail(member, order_mail())
    drain()
    StoredEmail.objects.filter(pk=mail.pk).update(extraction={"outcome": "parsed", "novelty": 1})
    assert "No values were read" in page(client, f"{address(mail)}?as=text")
