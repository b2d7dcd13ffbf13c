import json
from io import StringIO

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditEntry, SignInLink, User
from accounts.notices import tell
from accounts.services import set_active
from emailsync.models import Folder, RescanRequest, Source, StoredEmail
from emailsync.pipeline import drain
from emailsync.services import request_scan
from emailsync.storing import Arrival, Place, store
from emailsync.tests.factories import make_mail, make_mailbox, make_member, make_scan, make_submission, store_mail
from emailsync.tests.shop_mails import TRACKING_NUMBER, delivered_mail, order_mail, shipped_mail
from flux.members import LastAdmin, delete_member, export_member, export_member_json
from orders.models import Order
from tracking.models import OrderlessParcel, RemovedParcel, Shipment
from tracking.services import link_order, set_status, type_value

pytestmark = pytest.mark.django_db

USERNAME = "zebra-quartz"
EMAIL = "zebra@quartz.example"
MEMBER_ID = 70_911_823_645
"""Like no other number, so that it is found wherever it is written."""


def full_member() -> User:
    """A member with something in every table that can hold it."""
    member = User.objects.create_user(pk=MEMBER_ID, username=USERNAME, email=EMAIL)
    for raw in (order_mail(), shipped_mail(), delivered_mail(), shipped_mail("B200200"), make_mail()):
        store_mail(member, raw)
    drain()
    order, parcel = Order.objects.of(member).get(), Shipment.objects.of(member).get()
    type_value(order=order, field_name="total", value="21.00")
    link_order(shipment=parcel, order=order)
    set_status(shipment=parcel, status="returned")
    RemovedParcel.objects.create(member=member, shipment_key="k:GONE")
    OrderlessParcel.objects.create(member=member, shipment_key="k:GIFT")
    mailbox = make_mailbox(member, name=f"Mail of {USERNAME}", username=EMAIL)
    folder = Folder.objects.create(mailbox=mailbox, raw_name="INBOX", name="INBOX", watched=True)
    folder.holes.create(uidvalidity=1, uid=2, reason="vanished")
    raw = make_mail()
    store(
        member_id=member.pk, source=Source.IMAP, arrivals=[Arrival(raw, len(raw), Place(folder.pk, 1, 1))],
        authserv_id="",
    )  # fmt: skip
    make_scan(mailbox)
    request_scan(mailbox_id=mailbox.pk)
    RescanRequest.objects.create(member=member, about="shop", about_name="Shop", reason="It changed", decided_by=member)
    make_submission(StoredEmail.objects.of(member).latest("pk"), decided_by=member)
    tell(member_id=member.pk, key="mailbox:1", title=f"Mail of {USERNAME} is not read")
    SignInLink.objects.issue(member)
    session = SessionStore()
    session["_auth_user_id"] = str(member.pk)
    session.save()
    admin = User.objects.create_superuser(username="boss")
    for about, by in ((member, admin), (order, admin), (make_member(), member)):
        LogEntry.objects.create(
            user=by, content_type=ContentType.objects.get_for_model(about), object_id=str(about.pk),
            object_repr=str(about), action_flag=CHANGE,
        )  # fmt: skip
    AuditEntry.objects.create(action="settings.changed", subject=USERNAME)
    return member


def tables_that_hold(text: str) -> dict[str, int]:
    """Every table with a row in which some column, written as text, contains `text`."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS each WHERE each::text ILIKE %s', [f"%{text}%"])
            (count,) = cursor.fetchone()
            if count:
                found[table] = count
    return found


def rows_of(member_id: int) -> dict[str, int]:
    """Every table with a row that points at the member, however the column is called."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT source.table_name, source.column_name
                 FROM information_schema.referential_constraints link
                 JOIN information_schema.key_column_usage source USING (constraint_name)
                 JOIN information_schema.constraint_column_usage target
                   ON target.constraint_name = link.unique_constraint_name
                WHERE target.table_name = 'accounts_user'"""
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', [member_id])
            found[f"{table}.{column}"] = cursor.fetchone()[0]
    return found


def test_deleting_a_member_leaves_no_row_that_names_or_belongs_to_them():
    other = make_member("noor")
    kept = store_mail(other, order_mail("K123456"))
    member = full_member()
    member_id, mail_ids = member.pk, set(StoredEmail.objects.of(member).values_list("pk", flat=True))
    digests = list(StoredEmail.objects.of(member).values_list("sha256", flat=True))
    before = rows_of(member_id)
    assert sum(count > 0 for count in before.values()) >= 10
    report = delete_member(member)
    assert report["e-mails"] == 6
    assert (report["orders"], report["mailboxes"], report["sessions"], report["scans"]) == (1, 1, 1, 2)
    assert set(rows_of(member_id).values()) == {0}
    for text in (USERNAME, EMAIL, str(MEMBER_ID), *digests):
        assert tables_that_hold(text) == {}, text
    assert not StoredEmail.objects.filter(pk__in=mail_ids).exists()
    assert list(StoredEmail.objects.all()) == [kept]


def test_what_stays_of_a_deleted_member_is_an_audit_entry_under_a_pseudonym():
    delete_member(full_member())
    newest, earlier = AuditEntry.objects.all()
    assert newest.action == "member.deleted"
    assert newest.detail["rows"]["e-mails"] == 6
    assert len(newest.subject) == 16
    assert earlier.subject == newest.subject


def test_every_table_with_members_rows_is_filled_by_the_test_above():
    """So that a table that is added later has to be thought of here."""
    member = full_member()
    empty = {column for column, count in rows_of(member.pk).items() if not count}
    assert empty <= {
        "accounts_user_groups.user_id",
        "accounts_user_user_permissions.user_id",
        "account_emailaddress.user_id",
    }


def test_the_only_admin_cannot_be_deleted():
    admin = User.objects.create_superuser(username="boss")
    with pytest.raises(LastAdmin):
        delete_member(admin)
    deputy = User.objects.create_superuser(username="deputy", is_active=False)
    with pytest.raises(LastAdmin):
        delete_member(admin)
    set_active(member_ids=[deputy.pk], active=True)
    delete_member(admin)
    assert not User.objects.filter(username="boss").exists()


def test_delete_member_needs_yes_and_a_member():
    make_member("mara")
    for arguments in (["--member", "mara"], ["--member", "nobody", "--yes"]):
        with pytest.raises(CommandError) as caught:
            call_command("delete_member", *arguments)
        assert caught.value.returncode == 2
    out = StringIO()
    call_command("delete_member", "--member", "mara", "--yes", stdout=out)
    assert "1 members" in out.getvalue()
    assert not User.objects.filter(username="mara").exists()


def test_an_export_has_all_keys_and_no_secret():
    member = full_member()
    export = export_member(member)
    assert list(export) == [
        "member", "emails", "orders", "shipments", "items", "sales", "expenses", "mailboxes", "settings",
    ]  # fmt: skip
    assert export["member"]["username"] == USERNAME
    assert export["settings"] == {"time_zone": "UTC", "locale": "en-GB", "currency": "GBP", "theme": "system"}
    assert export["mailboxes"][0]["folders"] == [{"name": "INBOX", "special_use": None, "watched": True}]
    assert "secret" not in export_member_json(member)
    (order,) = export["orders"]
    assert (order["order_number"], order["total"], order["shipments"]) == ("A100123", "21.00", [TRACKING_NUMBER])


def test_a_reading_written_down_by_another_version_does_not_stop_an_export():
    member = make_member()
    store_mail(member, order_mail())
    StoredEmail.objects.of(member).update(extraction={"outcome": "of tomorrow"})
    (email,) = export_member(member)["emails"]
    assert (email["status"], email["orders"]) == (None, [])


def test_an_exported_email_says_what_it_alone_says():
    member = make_member()
    mail = store_mail(member, order_mail())
    shipped = store_mail(member, shipped_mail())
    drain()
    emails = {email["sha256"]: email for email in export_member(member)["emails"]}
    confirmation, parcel = emails[mail.sha256], emails[shipped.sha256]
    assert list(confirmation) == [
        "sha256", "message_id", "subject", "sent_at", "state", "reason", "author", "kind", "status", "definition",
        "version", "confidence", "shared_total", "orders", "shipments",
    ]  # fmt: skip
    assert confirmation["sent_at"] == "2026-03-02T10:00:00+00:00"
    assert (confirmation["state"], confirmation["kind"], confirmation["status"]) == (
        "parsed",
        "order_confirmation",
        "ordered",
    )
    assert confirmation["orders"] == [
        {
            "order_number": "A100123",
            "ordered_at": None,
            "retailer": "shop",
            "retailer_name": "Shop",
            "currency": "GBP",
            "subtotal": "20.00",
            "shipping": None,
            "discount": None,
            "tax": None,
            "total": "20.00",
            "eta_from": None,
            "eta_to": None,
            "lines": [{"title": "Blue Lamp", "sku": None, "quantity": 2, "unit_price": "10.00", "line_total": "20.00"}],
        }
    ]
    assert parcel["orders"][0]["order_number"] == "A100123"
    assert parcel["shipments"] == [
        {
            "tracking_number": TRACKING_NUMBER,
            "carrier": "ups",
            "carrier_name": "UPS",
            "via": None,
            "status": "shipped",
            "shipped_at": None,
            "delivered_at": None,
            "eta_from": None,
            "eta_to": None,
            "order_numbers": ["A100123"],
        }
    ]


def test_the_same_data_gives_the_same_bytes_and_never_a_database_id(tmp_path):
    member = full_member()
    path = tmp_path / "out.json"
    call_command("export_member", "--member", USERNAME, "--out", str(path))
    assert path.read_text() == export_member_json(member)
    out = StringIO()
    call_command("export_member", "--member", USERNAME, stdout=out)
    assert out.getvalue() == path.read_text()

    def keys(node):
        if isinstance(node, dict):
            yield from node
            for child in node.values():
                yield from keys(child)
        elif isinstance(node, list):
            for child in node:
                yield from keys(child)

    assert not {"id", "pk", "member_id", "order_id"} & set(keys(json.loads(path.read_text())))


def test_export_of_nobody_is_wrong_use():
    with pytest.raises(CommandError) as caught:
        call_command("export_member", "--member", "nobody")
    assert caught.value.returncode == 2
