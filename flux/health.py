"""Answers for whoever watches the machine."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from flux.queue import silent


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers."""
    return JsonResponse({"ok": True})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers and is migrated and clusters and watcher get on; else 503 with what is missing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('emailsync_storedemail') IS NOT NULL")
            (migrated,) = cursor.fetchone() or (False,)
        quiet = silent() if migrated else set()
    except Error:
        return JsonResponse({"ok": False, "missing": "database"}, status=503)
    if not migrated:
        return JsonResponse({"ok": False, "missing": "migrations"}, status=503)
    if quiet:
        return JsonResponse({"ok": False, "missing": ", ".join(sorted(quiet))}, status=503)
    return JsonResponse({"ok": True})
