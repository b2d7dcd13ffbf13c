"""The admin as a whole: every model in it, every page answers, ledgers stay as they are, nobody else gets in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_q.models import Failure, OrmQ, Schedule

from accounts.models import SignInLink, User
from common.admin import ReadOnlyAdmin
from emailsync.models import Mailbox, RescanRequest, StoredEmail
from flux.control.centre import centre_for
from flux.queue import sync_schedules
from flux.testing.everything import MAIL_WORDS, MAILBOX_PASSWORD, MAILBOX_TOKENS, SAMPLE_WORDS, fill
from flux.testing.purchases import buy
from orders.models import Order, Retailer
from parsers.models import ParserDefinition, ParserDefinitionVersion, Sample
from tracking.models import Shipment

OURS = ("accounts", "common", "parsers", "orders", "tracking", "inventory", "sales", "emailsync", "reports", "flux")
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
LEDGERS = [model for model in MODELS if isinstance(admin.site._registry[model], ReadOnlyAdmin)]


@pytest.fixture
def boss(db: None, client: Client) -> User:
    """A super admin who is signed in."""
    boss = User.objects.create_superuser("boss", password="marram grass 71")
    client.force_login(boss)
    return boss


@pytest.fixture
def world(boss: User) -> User:
    return fill("ada")


def named(model: Any, page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def test_every_model_of_every_app_is_in_the_admin() -> None:
    ours = {model for model in apps.get_models() if model._meta.app_label in OURS and not model._meta.proxy}
    assert ours <= set(MODELS)


def test_every_model_of_our_apps_is_in_the_navigation(world: User, client: Client) -> None:
    body = client.get(reverse("admin:index")).content.decode()
    missing = [model._meta.label for model in MODELS if f'href="{named(model, "changelist")}"' not in body]
    assert missing == []


def test_lists_searches_and_pages_of_rows_answer_without_secrets(world: User, client: Client) -> None:
    hidden = list(secrets())
    for model in MODELS:
        row = model._default_manager.latest("pk")
        pages = [named(model, "changelist"), named(model, "changelist") + "?q=a", named(model, "change", row.pk)]
        for url in pages:
            answer = client.get(url)
            assert answer.status_code == 200, url
            body = answer.content.decode()
            assert not [secret for secret in hidden if secret in body], f"{url} shows a secret"
        assert client.get(pages[0]).context["cl"].result_count > 0, pages[0]


def secrets() -> Iterator[str]:
    """What no page of the admin may show: as typed and as stored."""
    yield from (MAILBOX_PASSWORD, *MAILBOX_TOKENS.values(), SAMPLE_WORDS, MAIL_WORDS)
    yield from SignInLink.objects.values_list("token_hash", flat=True)
    yield from OrmQ.objects.values_list("payload", flat=True)
    yield from User.objects.values_list("password", flat=True)
    yield from (bytes(sealed).decode("ascii") for sealed in Sample.objects.values_list("sealed", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT password, refresh_token, access_token FROM emailsync_mailbox")
        yield from chain.from_iterable(cursor.fetchall())


def test_ledgers_are_not_added_to_changed_or_deleted_by_address(world: User, client: Client) -> None:
    for model in LEDGERS:
        row = model._default_manager.latest("pk")
        before = list(model._default_manager.order_by("pk").values())
        for url in (named(model, "add"), named(model, "change", row.pk), named(model, "delete", row.pk)):
            assert client.post(url, {"post": "yes"}).status_code == 403, url
        assert client.get(named(model, "add")).status_code == 403
        delete = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(named(model, "changelist"), delete)
        assert list(model._default_manager.order_by("pk").values()) == before, model


def test_what_is_computed_or_kept_as_evidence_is_a_ledger() -> None:
    editable = {model._meta.label for model in MODELS} - {model._meta.label for model in LEDGERS}
    assert editable == {"accounts.User", "auth.Group", "orders.Retailer"}


def test_lists_take_as_many_queries_for_many_rows_as_for_few(world: User, client: Client) -> None:
    lists = [named(model, "changelist") for model in MODELS]
    few = queries(client, lists)
    for name in ("bo", "cy", "di"):
        fill(name)
    many = queries(client, lists)
    assert {url: count for url, count in many.items() if count > few[url]} == {}


def queries(client: Client, urls: list[str]) -> dict[str, int]:
    """How many queries each page takes, once what is looked up once has been."""
    counts = {}
    for url in urls:
        assert client.get(url).status_code == 200
        with CaptureQueriesContext(connection) as taken:
            client.get(url)
        counts[url] = len(taken)
    return counts


def test_a_page_takes_as_many_queries_for_many_rows_below_as_for_few(world: User, client: Client) -> None:
    order, parcel, box = Order.objects.latest("pk"), Shipment.objects.latest("pk"), Mailbox.objects.latest("pk")
    version = ParserDefinitionVersion.objects.latest("pk")
    pages = [named(type(row), "change", row.pk) for row in (order, parcel, box, version)]
    few = queries(client, pages)
    for number in range(5, 9):
        order.lines.create(key=f"line {number}", position=number, title="A thing")
        order.contributions.create(member=world, sha256=f"{number:064}", position=0, keys=[], mail={}, part={})
        parcel.events.create(position=number, status="shipped", source="typed")
        parcel.contributions.create(member=world, sha256=f"{number:064}", position=0, keys=[], mail={}, part={})
        parcel.order_links.create(order=buy(world))
        box.folders.create(raw_name=f"Folder {number}", name=f"Folder {number}")
        version.mappings.create(position=number, field="total", method="label")
    many = queries(client, pages)
    assert {url: count for url, count in many.items() if count > few[url]} == {}


def test_lists_read_no_bytes_and_no_passwords(world: User, client: Client) -> None:
    for model, columns in ((StoredEmail, ("raw", "extraction")), (Mailbox, ("password",)), (Sample, ("sealed",))):
        with CaptureQueriesContext(connection) as taken:
            client.get(named(model, "changelist"))
        read = " ".join(query["sql"] for query in taken.captured_queries)
        for column in columns:
            assert f'"{model._meta.db_table}"."{column}"' not in read


def admin_urls() -> Iterator[str]:
    """Every address below /admin/, with 1 for each argument."""

    def walk(patterns: list[Any], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
            elif isinstance(pattern, URLPattern):
                yield prefix + str(pattern.pattern)

    resolver = next(one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "admin")
    for path in walk(resolver.url_patterns, "/admin/"):  # type: ignore[union-attr]
        plain = path.replace("<path:object_id>", "1").replace("<path:content_type_id>", "1").replace("<id>", "1")
        yield plain.replace("^(?P<app_label>", "").partition("|")[0].replace("(?P<url>.*)$", "x")


def test_a_member_who_is_not_staff_finds_no_page_of_the_admin(world: User, client: Client) -> None:
    client.force_login(world)
    urls = list(admin_urls())
    assert len(urls) > 150
    for url in urls:
        assert client.get(url, follow=False).status_code == 404, url
        assert client.post(url).status_code == 404, url


def test_a_stranger_is_led_to_the_sign_in_of_members_and_back(db: None, client: Client) -> None:
    User.objects.create_superuser("boss", password="marram grass 71")
    for url in admin_urls():
        answer = client.get(url)
        assert answer.status_code == 302, url
        assert answer["Location"].startswith((reverse("admin:login"), reverse("account_login"))), url
    way = client.get(reverse("admin:orders_order_changelist"), follow=True).redirect_chain
    assert way[-1][0].startswith(reverse("account_login"))
    signed_in = client.post(way[-1][0], {"login": "boss", "password": "marram grass 71"})
    assert signed_in["Location"] == reverse("admin:orders_order_changelist")


def test_the_admin_has_no_sign_in_of_its_own_to_guess_passwords_at(boss: User, client: Client) -> None:
    form = {"username": "boss", "password": "marram grass 71"}
    assert client.post(reverse("admin:login"), form)["Location"] == reverse("admin:index")
    answer = Client().post(reverse("admin:login"), form)
    assert answer["Location"].startswith(reverse("account_login"))


def test_the_looser_policy_holds_for_admin_pages_alone(boss: User, client: Client) -> None:
    policy = client.get(reverse("admin:index"))["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "default-src 'none'" in policy
    assert "'unsafe-" not in client.get("/orders/")["Content-Security-Policy"]
    assert "'unsafe-" not in client.get("/admin/nothing/here/")["Content-Security-Policy"]
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"] == ["'self'"]


def test_every_number_of_the_first_page_opens_a_list_of_just_that_many(world: User, client: Client, rf: Any) -> None:
    fill("bo")
    User.objects.filter(username="bo").update(is_active=False)
    Mailbox.objects.filter(member__username="bo").update(enabled=False)
    ParserDefinition.objects.filter(pk=ParserDefinition.objects.latest("pk").pk).update(enabled=False)
    request = rf.get("/admin/")
    request.user = User.objects.get(username="boss")
    centre = centre_for(request)
    assert len(centre.tiles) == 7
    figures = [figure for tile in centre.tiles for figure in (tile.main, *tile.more)]
    figures += [*centre.states, *(one for cluster in centre.clusters for one in (cluster.waiting, cluster.failed))]
    assert sum(figure.value > 0 for figure in figures) > 15
    for figure in figures:
        answer = client.get(figure.href)
        assert answer.status_code == 200, figure
        assert answer.context["cl"].result_count == figure.value, figure


def test_what_needs_a_person_is_named_with_the_way_to_it(world: User, client: Client) -> None:
    body = client.get(reverse("admin:index")).content.decode()
    mailbox = Mailbox.objects.get()
    assert "No answer." in body
    assert named(Mailbox, "change", mailbox.pk) in body
    waiting = f"{named(RescanRequest, 'changelist')}?state__exact=asked"
    assert "1 rescan waits for a decision" in body
    assert f'href="{waiting}"' in body
    assert client.get(waiting).context["cl"].result_count == 1
    Mailbox.objects.update(state="ok")
    RescanRequest.objects.update(state="refused")
    assert "Nothing needs you" in client.get(reverse("admin:index")).content.decode()


def test_staff_see_the_lists_they_have_a_right_to_and_no_others(world: User, client: Client) -> None:
    staff = User.objects.create_user("sam", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_storedemail"))
    client.force_login(staff)
    body = client.get(reverse("admin:index")).content.decode()
    assert named(StoredEmail, "changelist") in body
    assert "Members" not in body
    assert client.get(named(StoredEmail, "changelist")).status_code == 200
    assert client.get(named(User, "changelist")).status_code == 403
    mail = StoredEmail.objects.latest("pk")
    url = reverse("admin:emailsync_storedemail_have_this_read_again", args=[mail.pk])
    assert client.post(url).status_code == 403, "looking is not acting"


def test_only_schedules_that_code_declares_are_run_by_hand(boss: User, client: Client) -> None:
    sync_schedules()
    Schedule.objects.create(name="Foreign", func="os.system", args="'true'")
    ids = list(Schedule.objects.filter(name__in=["Recovery scan", "Foreign"]).values_list("pk", flat=True))
    client.post(named(Schedule, "changelist"), {"action": "run_these_now", "_selected_action": ids})
    assert [one.func() for one in OrmQ.objects.all()] == ["emailsync.tasks.recovery_scan"]


def test_a_failed_task_runs_again_if_flux_queues_it_itself(world: User, client: Client) -> None:
    Failure.objects.create(
        id="e" * 32, name="foreign", func="os.system", args=("true",), started="2026-03-02T00:00Z",
        stopped="2026-03-02T00:00Z", success=False,
    )  # fmt: skip
    waiting = OrmQ.objects.count()
    ids = list(Failure.objects.values_list("pk", flat=True))
    client.post(named(Failure, "changelist"), {"action": "run_these_again", "_selected_action": ids})
    assert OrmQ.objects.count() == waiting + 1
    assert [one.func for one in Failure.objects.all()] == ["os.system"]
    assert set(LogEntry.objects.filter(change_message__contains="run again").values_list("object_id", flat=True)) == {
        str(pk) for pk in ids
    }


def test_a_brand_is_renamed_and_keeps_its_key(world: User, client: Client) -> None:
    brand = Retailer.objects.get()
    client.post(named(Retailer, "change", brand.pk), {"name": "Northgate", "key": "other"})
    brand.refresh_from_db()
    assert (brand.name, brand.key) == ("Northgate", "northgate-cards")


def test_every_act_that_asks_changes_nothing_by_being_looked_at(world: User, client: Client) -> None:
    asked = {
        Mailbox: ("scan_this", "pause_this", "resume_this"),
        StoredEmail: ("have_this_read_again",),
        RescanRequest: ("approve", "refuse"),
        ParserDefinition: ("switch_on", "switch_off"),
        ParserDefinitionVersion: ("activate",),
        User: ("sign_out", "deactivate", "activate", "make_sign_in_link"),
    }
    logged = LogEntry.objects.count()
    for model, names in asked.items():
        row = world if model is User else model._default_manager.latest("pk")
        before = list(model._default_manager.order_by("pk").values())
        for name in names:
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=[row.pk])
            assert client.get(url).status_code == 200, url
            assert client.get(url.replace(f"/{row.pk}/", "/999999/")).status_code == 404, url
        assert list(model._default_manager.order_by("pk").values()) == before
    assert LogEntry.objects.count() == logged
