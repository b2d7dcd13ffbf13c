import os
import signal
import subprocess
import sys
from decimal import Decimal
from typing import cast

import pytest

from emailsync.codec import Malformed, from_json, to_json
from emailsync.sandbox import child
from emailsync.sandbox.parent import ReaderDied, Sandbox, Unreadable
from emailsync.tests.factories import make_mail
from emailsync.tests.shop_mails import order_mail, shipped_mail
from parsers.engine.knowledge import CarrierBook
from parsers.engine.reader import Reader, Trust
from tracking.numbers.book import CARRIERS


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(()) as running:
        yield running


def test_a_mail_comes_back_as_an_extraction_with_spans(sandbox):
    reading = sandbox.read(order_mail(), trust="trusted")
    (order,) = reading.extraction.orders
    assert order.order_number.value == "A100123"
    assert order.order_number.span is not None
    assert order.total.value == Decimal("20.00")
    assert reading.sent_at.isoformat() == "2026-03-02T10:00:00+00:00"


def test_an_extraction_survives_json_unchanged(sandbox):
    for raw in (order_mail(), shipped_mail(), make_mail()):
        extraction = sandbox.read(raw, trust="unknown").extraction
        assert from_json(to_json(extraction)) == extraction


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"reason": "no outcome"},
        {"outcome": "nonsense", "reason": ""},
        {"outcome": "parsed", "reason": 7},
        {"outcome": "parsed", "reason": "", "extra": 1},
        {"outcome": "parsed", "reason": "", "confidence": "high"},
        {
            "outcome": "parsed",
            "reason": "",
            "orders": [{"total": {"value": 5, "raw": "", "confidence": 1, "source": ""}}],
        },
        {"outcome": "parsed", "reason": "", "orders": [{"total": {"value": "x", "confidence": 1}}]},
        {"outcome": "parsed", "reason": "", "status": {"value": "ordered", "span": [1], "confidence": 1}},
    ],
)
def test_what_is_no_extraction_is_refused(data):
    with pytest.raises(Malformed):
        from_json(data)


def test_a_child_that_is_killed_is_replaced(sandbox):
    sandbox.read(make_mail(), trust="trusted")
    sandbox._child.kill()
    with pytest.raises(ReaderDied):
        sandbox.read(make_mail(), trust="trusted")
    assert sandbox.read(order_mail(), trust="trusted").extraction.orders


def test_a_child_that_hangs_is_killed_at_the_wall_limit(sandbox, monkeypatch):
    sandbox.read(make_mail(), trust="trusted")
    os.kill(sandbox._child.pid, signal.SIGSTOP)
    monkeypatch.setattr("emailsync.sandbox.parent.WALL_SECONDS", 0.3)
    with pytest.raises(ReaderDied):
        sandbox.read(make_mail(), trust="trusted")


def test_the_child_may_neither_open_a_socket_nor_start_a_program_nor_write_a_file():
    """Run in a process of its own, because what is given up does not come back."""
    script = """
import os, socket, subprocess, tempfile
from emailsync.sandbox.child import confine
confine()
for attempt in (lambda: socket.socket(), lambda: subprocess.run(["true"]), lambda: os.system("true")):
    try:
        attempt()
    except PermissionError:
        print("refused")
try:
    with open(tempfile.gettempdir() + "/flux-sandbox-test", "w") as file:
        file.write("x" * 10)
except OSError:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["refused"] * 4


def test_a_mail_that_takes_too_much_processor_time_is_unreadable(monkeypatch):
    """A definition cannot be made to loop, so the reader is: the limit is the kernel's, whatever burns the time."""
    script = """
import sys
from emailsync.sandbox import child
child.CPU_SECONDS = 1
def burn(raw):
    while True:
        pass
child.build_document = burn
child.main()
"""
    started = Sandbox(())
    popen = subprocess.Popen

    def other_child(command, **options):
        return popen([sys.executable, "-c", script], **options)

    monkeypatch.setattr("emailsync.sandbox.parent.subprocess.Popen", other_child)
    with started, pytest.raises(Unreadable) as caught:
        started.read(make_mail(), trust="trusted")
    assert caught.value.reason == "too_slow"


def test_limits_say_their_reason_and_bugs_their_place(sandbox, monkeypatch):
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    with pytest.raises(Unreadable) as caught:
        sandbox.read(deep, trust="trusted")
    assert caught.value.reason == "too_deep"

    def explode(raw):
        raise KeyError("what")

    monkeypatch.setattr(child, "build_document", explode)
    answer = child._answer(Reader((), cast(CarrierBook, CARRIERS)), b"", Trust.TRUSTED)
    assert answer["failed"] == "error:KeyError"
    assert "test_sandbox.py" in answer["detail"]
