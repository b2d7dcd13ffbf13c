import os
import signal
import subprocess
import sys
import threading
from collections import Counter

import pytest

from emailsync.imap import signing_in, watching
from emailsync.imap.signing_in import Watched
from emailsync.imap.watching import Watcher
from emailsync.tests.factories import make_mail
from emailsync.tests.watchers import PATIENCE, Bells, Entry, entry, impatient, link_to, scripted_server, watch
from flux.testing.dovecot import PASSWORD, start_dovecot

__all__ = ["impatient", "watch"]


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True


def test_new_mail_rings_for_its_mailbox_and_no_other(dovecot, watch):
    boxes = [entry(dovecot, number) for number in (1, 2, 3)]
    bells = watch([box.watched() for box in boxes])
    # Each rings once when IDLE begins, because nobody has looked since the watcher last ran.
    bells.wait_for_rings(1, 2, 3)
    dovecot.deliver(boxes[1].username, [make_mail()])
    bells.wait_for_rings(1, 2, 3, 2)
    assert sorted(bells.idles) == [(1, True), (2, True), (3, True)]


@pytest.mark.parametrize(("security", "port"), [("tls", "tls_port"), ("starttls", "port")])
def test_mail_rings_over_encrypted_connections_too(dovecot, watch, monkeypatch, security, port):
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.root / "cert.pem"))
    box = entry(dovecot, 1, host="localhost", port=getattr(dovecot, port), security=security)
    bells = watch([box.watched()])
    bells.wait_for_rings(1)
    for count in (2, 3):
        dovecot.deliver(box.username, [make_mail()])
        bells.wait_for_rings(*[1] * count)


def test_mail_still_rings_after_many_renewals(dovecot, watch):
    box = entry(dovecot, 1)
    bells = watch([box.watched()], renew_seconds=0.0)
    bells.wait_for_rings(1)
    for count in (2, 3):
        dovecot.deliver(box.username, [make_mail()])
        bells.wait_for_rings(*[1] * count)


def test_mail_that_comes_between_the_look_and_idle_rings(dovecot, watch):
    """A mail comes just before IDLE is begun: at first, and after DONE."""
    with link_to(dovecot) as link:
        box = entry(dovecot, 1, port=link.port)
        rung_before: list[int] = []

        def deliver_first(words: bytes) -> None:
            if words.endswith(b" IDLE\r\n") and len(rung_before) < 2:
                rung_before.append(len(bells.rung))
                dovecot.deliver(box.username, [make_mail()])

        link.before = deliver_first
        bells = Bells()
        watch([box.watched()], bells=bells, renew_seconds=2.0)
        bells.wait_for(lambda bells: len(rung_before) == 2 and len(bells.rung) > rung_before[1])


def test_a_connection_that_is_cut_is_made_again_and_rings_only_if_mail_came(dovecot, watch):
    with link_to(dovecot) as link:
        box = entry(dovecot, 1, port=link.port)
        idles = []
        link.before = lambda words: idles.append(words) if words.endswith(b" IDLE\r\n") else None
        bells = watch([box.watched()])
        bells.wait_for_rings(1)
        link.cut()
        beats = bells.beats
        bells.wait_for(lambda bells: len(idles) == 2 and bells.beats > beats + 10)
        assert bells.rung == [1]
        dovecot.deliver(box.username, [make_mail()])
        bells.wait_for_rings(1, 1)


def test_a_link_that_is_cut_in_silence_is_noticed_and_its_mail_rings(dovecot, watch):
    with link_to(dovecot) as link:
        cut, well = entry(dovecot, 1, port=link.port), entry(dovecot, 2)
        bells = watch([cut.watched(), well.watched()], renew_seconds=0.5)
        bells.wait_for_rings(1, 2)
        link.fall_silent()
        dovecot.deliver(cut.username, [make_mail()])
        dovecot.deliver(well.username, [make_mail()])
        bells.wait_for_rings(1, 2, 1, 2)
    assert cut.sign_ins >= 2


def test_a_server_that_is_stopped_is_noticed_and_its_mail_rings(dovecot, watch):
    box = entry(dovecot, 1)
    bells = watch([box.watched()], renew_seconds=0.5)
    bells.wait_for_rings(1)
    _, *rows = dovecot.doveadm("-f", "tab", "who", "-1", box.username).splitlines()
    pids = [int(row.split("\t")[2]) for row in rows]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        dovecot.deliver(box.username, [make_mail()])
        bells.wait_for_rings(1, 1)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_a_thousand_messages_at_once_are_one_wish(watch, monkeypatch):
    monkeypatch.setattr(watching, "_GATHER_SECONDS", 1.0)
    told = threading.Event()

    def idle(line, tag: bytes) -> None:
        line.sendall(b"+ idling\r\n")
        told.wait(PATIENCE)
        line.sendall(b"".join(b"* %d EXISTS\r\n" % number for number in range(1, 1001)))
        told.clear()
        told.wait(PATIENCE)
        line.sendall(b"* 1001 EXISTS\r\n")

    with scripted_server(idle) as port:
        bells = watch([Entry(1, "127.0.0.1", port, "mara").watched()])
        bells.wait_for_rings(1)
        told.set()
        bells.wait_for_rings(1, 1)
        told.set()
        bells.wait_for_rings(1, 1, 1)


def test_a_wish_that_nobody_heard_is_made_again(dovecot, watch):
    box = entry(dovecot, 1)
    bells = watch([box.watched()])
    bells.deaf = True
    bells.wait_for(lambda bells: len(bells.rung) >= 2)
    bells.deaf = False
    heard = len(bells.rung) + 1
    bells.wait_for(lambda bells: len(bells.rung) == heard)
    dovecot.deliver(box.username, [make_mail()])
    bells.wait_for(lambda bells: len(bells.rung) == heard + 1)


def test_one_mailbox_that_cannot_be_opened_does_not_stop_the_others(dovecot, watch):
    broken, good = entry(dovecot, 1, password="wrong"), entry(dovecot, 2)
    homeless = entry(dovecot, 3, folder="Gone")
    bells = watch([broken.watched(), homeless.watched(), good.watched()])
    bells.wait_for_rings(2)
    dovecot.deliver(good.username, [make_mail()])
    bells.wait_for_rings(2, 2)
    # A folder that is gone is told by scans; here nothing is lost by trying again.
    bells.wait_for(lambda bells: bells.problems == [(1, "login")] and homeless.sign_ins > 1)


def test_a_refused_password_is_not_tried_again_before_it_changes(dovecot, watch):
    box, other = entry(dovecot, 1, password="wrong"), entry(dovecot, 2)
    mailboxes = [box.watched(), other.watched()]
    bells = watch(lambda: list(mailboxes))
    bells.wait_for(lambda bells: bells.problems == [(1, "login")] and bells.rung == [2])
    beats = bells.beats
    bells.wait_for(lambda bells: bells.beats >= beats + 5)
    assert box.sign_ins == 1
    box.password = PASSWORD
    mailboxes[0] = box.watched()
    bells.wait_for_rings(1, 2)


def test_nobody_signs_in_where_nobody_may_but_what_is_connected_goes_on(dovecot, watch):
    box, held = entry(dovecot, 1), entry(dovecot, 2)
    mailboxes = [box.watched()]
    bells = watch(lambda: list(mailboxes))
    bells.wait_for_rings(1)
    mailboxes[:] = [
        Watched(one.mailbox_id, one.host, one.folder, one.password, one._account, may_sign_in=False)
        for one in (box, held)
    ]
    beats = bells.beats
    bells.wait_for(lambda bells: bells.beats >= beats + 3)
    dovecot.deliver(box.username, [make_mail()])
    bells.wait_for_rings(1, 1)
    assert (box.sign_ins, held.sign_ins) == (1, 0)


def test_mailboxes_may_come_and_go(dovecot, watch):
    first, second = entry(dovecot, 1), entry(dovecot, 2)
    mailboxes = [first.watched()]
    bells = watch(lambda: list(mailboxes))
    bells.wait_for_rings(1)
    mailboxes[:] = [second.watched()]
    bells.wait_for_rings(1, 2)
    dovecot.deliver(first.username, [make_mail()])
    dovecot.deliver(second.username, [make_mail()])
    bells.wait_for_rings(1, 2, 2)


def test_a_server_without_idle_is_polled(watch):
    server = start_dovecot(ssl=False, extra="imap_capability = IMAP4rev1 LITERAL+ SPECIAL-USE")
    try:
        bells = watch([entry(server, 1).watched()], poll_seconds=0.1)
        bells.wait_for(lambda bells: len(bells.rung) >= 3)
        assert bells.idles == [(1, False)]
    finally:
        server.stop()


@pytest.mark.parametrize("answer", [b" BAD what", b" NO not now", b" OK"])
def test_a_server_that_refuses_the_idle_it_claims_is_polled(watch, answer):
    with scripted_server(lambda line, tag: line.sendall(tag + answer + b"\r\n")) as port:
        box = Entry(1, "127.0.0.1", port, "mara")
        bells = watch([box.watched()], poll_seconds=0.1)
        bells.wait_for(lambda bells: len(bells.rung) >= 3)
        assert (bells.idles, box.sign_ins) == ([(1, False)], 1)


def test_a_server_that_hangs_up_each_time_is_left_alone_for_longer_and_longer(watch, monkeypatch):
    monkeypatch.setattr(watching, "_RETRY_SECONDS", (0, 0, 1000))
    with scripted_server(lambda line, tag: line.sendall(b"+ idling\r\n* BYE not today\r\n")) as port:
        box = Entry(1, "127.0.0.1", port, "mara")
        bells = watch([box.watched()])
        bells.wait_for(lambda _: box.sign_ins == 3)
        beats = bells.beats
        bells.wait_for(lambda bells: bells.beats >= beats + 5)
    assert box.sign_ins == 3


def test_servers_that_hang_in_the_sign_in_hold_up_nobody_else(dovecot, watch):
    with scripted_server(None) as port:
        hanging = [Entry(number, "localhost", port, "mara") for number in range(2, 40)]
        good = entry(dovecot, 1)
        bells = watch([box.watched() for box in (*hanging, good)])
        bells.wait_for(lambda bells: bells.rung == [1], seconds=signing_in.SIGN_IN_SECONDS / 2)
        dovecot.deliver(good.username, [make_mail()])
        bells.wait_for_rings(1, 1)


def test_mailboxes_that_a_restart_of_the_server_cut_off_do_not_come_back_at_once(monkeypatch):
    monkeypatch.setattr(watching, "_RETRY_SECONDS", (10,))
    watcher = Watcher(
        mailboxes=list, ring=lambda _: True, problem=lambda *_: None, idles=lambda *_: None, alive=lambda: None
    )
    lines = [watching._Line(Entry(number, "host", 143, "mara").watched()) for number in range(200)]
    for line in lines:
        watcher._lose(line)
    seconds = sorted(line.sign_in_at for line in lines)
    assert seconds[-1] - seconds[0] > 5
    assert max(Counter(map(int, seconds)).values()) < 60


_HANGING_WATCHER = """
import signal, sys
import django
django.setup()
from django.conf import settings
from emailsync.tests.watchers import Entry
from emailsync.imap.watching import Watcher
settings.FLUX_ALLOW_PRIVATE_MAIL_HOSTS = True
mailboxes = [Entry(number, "127.0.0.1", int(sys.argv[1]), "mara").watched() for number in range(20)]
nothing = lambda *_: None
watcher = Watcher(mailboxes=lambda: mailboxes, ring=nothing, problem=nothing, idles=nothing, alive=nothing)
signal.signal(signal.SIGTERM, lambda *_: (print("asked", flush=True), watcher.stop()))
print("ready", flush=True)
watcher.run()
"""


def test_a_watcher_ends_at_once_when_asked_even_if_all_sign_ins_hang():
    with scripted_server(None) as port:
        process = subprocess.Popen(
            [sys.executable, "-c", _HANGING_WATCHER, str(port)],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "flux.settings"},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(signal.SIGTERM)
            assert process.stdout.readline() == b"asked\n"
            assert process.wait(signing_in.SIGN_IN_SECONDS / 2) == 0
        finally:
            process.kill()
            process.wait()


def test_the_sign_of_life_comes_from_the_loop_though_the_list_stays_as_it_is(watch):
    bells = watch([])
    bells.wait_for(lambda bells: bells.beats >= 3)
