"""The admin's navigation, by what people look for rather than by app."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

Entry = tuple[str, str, str]

GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Mail",
        (
            ("E-mails", "mail", "emailsync_storedemail"),
            ("Mailboxes", "inbox", "emailsync_mailbox"),
            ("Scans", "radar", "emailsync_scan"),
            ("Rescans asked for", "approval", "emailsync_rescanrequest"),
            ("Folders", "folder", "emailsync_folder"),
            ("Locations", "pin_drop", "emailsync_messagelocation"),
            ("Holes", "heart_broken", "emailsync_hole"),
        ),
    ),
    (
        "Parser",
        (
            ("Definitions", "layers", "parsers_parserdefinition"),
            ("Versions", "history", "parsers_parserdefinitionversion"),
            ("Matchers", "filter_alt", "parsers_matcherrow"),
            ("Field mappings", "move_down", "parsers_fieldmapping"),
            ("Row scopes", "table_rows", "parsers_rowscoperow"),
            ("Samples", "science", "parsers_sample"),
            ("Submissions", "move_to_inbox", "emailsync_submission"),
        ),
    ),
    (
        "Purchases",
        (
            ("Orders", "shopping_bag", "orders_order"),
            ("Order lines", "list", "orders_orderline"),
            ("Parcels", "package_2", "tracking_shipment"),
            ("Events", "timeline", "tracking_shipmentevent"),
            ("Parcels of orders", "link", "tracking_shipmentorder"),
            ("Waiting for orders", "hourglass", "tracking_pendinglink"),
            ("Removed parcels", "delete", "tracking_removedparcel"),
        ),
    ),
    (
        "What e-mails and people say",
        (
            ("Of orders", "receipt_long", "orders_ordercontribution"),
            ("Of parcels", "local_shipping", "tracking_shipmentcontribution"),
            ("Typed values", "edit", "orders_typedvalue"),
            ("Typed links", "add_link", "tracking_typedlink"),
            ("Typed statuses", "edit_location", "tracking_typedstatus"),
            ("Parcels of no order", "link_off", "tracking_orderlessparcel"),
        ),
    ),
    (
        "Catalogue",
        (
            ("Retailer Brands", "storefront", "orders_retailer"),
            ("Carriers", "flight_takeoff", "tracking_carrier"),
        ),
    ),
    (
        "People",
        (
            ("Members", "group", "accounts_user"),
            ("Rights", "shield_person", "auth_group"),
            ("Sign-in links", "key", "accounts_signinlink"),
            ("Notices", "notifications", "accounts_notice"),
            ("Addresses", "alternate_email", "account_emailaddress"),
        ),
    ),
    (
        "Operations",
        (
            ("Queue", "queue", "django_q_ormq"),
            ("Failed tasks", "error", "django_q_failure"),
            ("Done tasks", "task_alt", "django_q_success"),
            ("Schedules", "schedule", "django_q_schedule"),
            ("Audit trail", "policy", "accounts_auditentry"),
            ("Admin actions", "admin_panel_settings", "admin_logentry"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """What Unfold draws in the sidebar: the lists that the visitor may see."""
    first = {"title": "Control centre", "icon": "dashboard", "link": reverse("admin:index")}
    groups = [
        {"title": title, "collapsible": index > 0, "items": _shown(request, entries)}
        for index, (title, entries) in enumerate(GROUPS)
    ]
    return [{"items": [first]}, *(group for group in groups if group["items"])]


def may_see(request: HttpRequest, model: str) -> bool:
    """Whether the visitor may see the list of "app_model"."""
    app, _, name = model.rpartition("_")
    may = request.user.has_perm
    return bool(may(f"{app}.view_{name}") or may(f"{app}.change_{name}"))


def _shown(request: HttpRequest, entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    return [
        {"title": title, "icon": icon, "link": reverse(f"admin:{model}_changelist")}
        for title, icon, model in entries
        if may_see(request, model)
    ]
