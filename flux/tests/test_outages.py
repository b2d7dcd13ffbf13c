"""The embedded server ends in mid-work: whoever works goes on by itself once the keeper has started it again."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flux.testing.database_users import keeper_of, server_of
from flux.testing.supervised import Family

_WORKER = """
import json, sys, time, django
django.setup()
from pathlib import Path
from django.core.management import call_command
from emailsync import pipeline
from emailsync.models import StoredEmail
from emailsync.tests.factories import make_member, store_mail
from emailsync.tests.shop_mails import order_mail
from orders.models import Order
call_command("prepare")
member = make_member()
for number in range(60):
    store_mail(member, order_mail(f"C{number:06}"))
place, read, numbers = Path(sys.argv[1]), pipeline._read, iter(range(1_000_000))
def watched(*arguments):
    number = next(numbers)
    if number in (5, 25, 55):
        (place / f"at-{number}").touch()
        while not (place / f"after-{number}").exists():
            time.sleep(0.05)
    return read(*arguments)
pipeline._read = watched
pipeline.drain()
states = StoredEmail.objects.order_by().values_list("state", "attempts").distinct()
print(json.dumps({"orders": Order.objects.count(), "states": [list(state) for state in states]}))
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every account may walk to, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="fx-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.mark.slow
def test_a_worker_outlives_its_server_again_and_again(place: Path) -> None:
    variables = {"FLUX_DATA_DIR": str(place / "var"), "DJANGO_SETTINGS_MODULE": "flux.settings"}
    worker = Family(["-c", _WORKER, str(place)], mark=str(place), log=place / "log", **variables)
    try:
        for number in (5, 25, 55):
            worker.wait_until((place / f"at-{number}").exists, limit_s=120)
            keeper = keeper_of(place / "var")
            assert keeper is not None
            worker.wait_until(keeper.children)  # it may be starting the server again just now
            server_of(place / "var").kill()
            (place / f"after-{number}").touch()
        assert worker.process.wait(120) == 0, worker.said()
        assert json.loads(worker.said().splitlines()[-1]) == {"orders": 60, "states": [["parsed", 1]]}
    finally:
        worker.kill()
