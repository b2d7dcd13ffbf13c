"""Addresses of e-mails, and of mailboxes among the settings."""

from django.urls import path, re_path

from emailsync import (
    activity_views,
    import_views,
    mail_views,
    mailbox_table_views,
    mailbox_views,
    oauth_views,
    rescan_views,
    submission_views,
    views,
)
from emailsync.oauth.providers import PROVIDERS

app_name = "emailsync"
_SHA256 = r"^email/(?P<sha256>[0-9a-f]{64})/"
_MAILBOXES = "accounts/settings/mailboxes/"
urlpatterns = [
    path("email/", views.email_list, name="list"),
    path("email/read-again/", views.again, name="read-again"),
    path("email/accept/", views.accept, name="accept"),
    path("email/hold/", views.hold_again, name="hold"),
    path("email/dismiss/", views.dismiss, name="dismiss"),
    path("email/dismiss/undo/", views.take_back, name="undismiss"),
    path("email/not-relevant/", views.not_relevant, name="not-relevant"),
    path("email/not-relevant/undo/", views.relevant_after_all, name="take-up"),
    path("email/this-is-an-order/", submission_views.hand_over_orders, name="submit-order"),
    path("email/this-is-a-parcel/", submission_views.hand_over_parcels, name="submit-parcel"),
    path("email/withdraw/", submission_views.withdraw, name="withdraw"),
    path("email/delete/", views.delete, name="delete"),
    path("email/import/", import_views.import_mail, name="import"),
    path("email/head/<int:email_id>/", mail_views.head, name="head"),
    re_path(rf"{_SHA256}$", mail_views.detail, name="detail"),
    re_path(rf"{_SHA256}message/$", mail_views.message, name="message"),
    re_path(rf"{_SHA256}preview/$", submission_views.preview, name="preview"),
    re_path(rf"{_SHA256}redacted/$", submission_views.redacted, name="redacted"),
    re_path(rf"{_SHA256}original/$", mail_views.original, name="original"),
    path("email/activity/", activity_views.activity, name="activity"),
    path("email/activity/now/", activity_views.live, name="activity-now"),
    path("email/activity/scan/", activity_views.scan, name="activity-scan"),
    path("email/activity/<int:scan_id>/withdraw/", activity_views.withdraw, name="scan-withdraw"),
    path("email/activity/restore/", activity_views.restore, name="scan-restore"),
    path("email/rescans/", rescan_views.rescans, name="rescans"),
    path("email/rescans/<int:request_id>/", rescan_views.one, name="rescan"),
    path("email/rescans/<int:request_id>/withdraw/", rescan_views.withdraw, name="rescan-withdraw"),
    path(_MAILBOXES, mailbox_views.mailboxes, name="mailboxes"),
    path(f"{_MAILBOXES}add/", mailbox_views.add, name="mailbox-add"),
    path(f"{_MAILBOXES}export/", mailbox_table_views.export, name="mailbox-export"),
    path(f"{_MAILBOXES}import/", mailbox_table_views.import_table, name="mailbox-import"),
    path(f"{_MAILBOXES}test/", mailbox_views.test_new, name="mailbox-test"),
    *(
        path(f"{_MAILBOXES}{one.key}/{step}/", view, {"key": one.key}, name=f"{step}-{one.key}")
        for one in PROVIDERS
        for step, view in (("connect", oauth_views.connect_new), ("callback", oauth_views.callback))
    ),
    path(f"{_MAILBOXES}<int:pk>/connect/", oauth_views.connect_known, name="mailbox-connect"),
    path(f"{_MAILBOXES}<int:pk>/", mailbox_views.change, name="mailbox"),
    path(f"{_MAILBOXES}<int:pk>/test/", mailbox_views.test_known, name="mailbox-test-known"),
    path(f"{_MAILBOXES}<int:pk>/health/", mailbox_views.health, name="mailbox-health"),
    path(f"{_MAILBOXES}<int:pk>/folders/", mailbox_views.folders, name="mailbox-folders"),
    path(f"{_MAILBOXES}<int:pk>/scan/", mailbox_views.scan, name="mailbox-scan"),
    path(f"{_MAILBOXES}<int:pk>/pause/", mailbox_views.pause, name="mailbox-pause"),
    path(f"{_MAILBOXES}<int:pk>/resume/", mailbox_views.resume, name="mailbox-resume"),
    path(f"{_MAILBOXES}<int:pk>/remove/", mailbox_views.remove, name="mailbox-remove"),
]
