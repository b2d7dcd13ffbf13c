"""A real IMAP server for tests: Debian's Dovecot on loopback, with its own directory, accounts and certificate."""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

HOW_TO_INSTALL = "Dovecot is not installed: sudo apt-get install dovecot-imapd"
PASSWORD = "correct horse"

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = {connections}
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 0
imap_idle_notify_interval = 1 min
{extra}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/users/%u
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
mail_location = maildir:~/Maildir
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Archive {{
    auto = create
    special_use = \\Archive
  }}
  mailbox Junk {{
    auto = create
    special_use = \\Junk
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""

_OAUTH = """
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {root}/oauth2.conf
}}
"""
_INTROSPECTION = """
introspection_mode = post
introspection_url = {url}
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass
class Dovecot:
    """A running server. Every user of `add_user` signs in with PASSWORD until `set_password` says otherwise."""

    root: Path
    port: int
    tls_port: int
    host: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def add_user(self, name: str = "") -> str:
        """Make an account with empty folders INBOX, Archive and Junk; returns its name."""
        name = name or f"user{next(self._numbers)}"
        self.set_password(name, PASSWORD)
        for part in ("cur", "new", "tmp"):
            (self.maildir(name) / part).mkdir(parents=True, exist_ok=True)
        self._hand_over(self.root / "mail" / name)
        return name

    def set_password(self, name: str, password: str) -> None:
        # A file per user: the server looks at most once a second whether a file has changed.
        (self.root / "users" / name).write_text(f"{name}:{{PLAIN}}{password}\n")

    def maildir(self, name: str, folder: str = "") -> Path:
        """Where the messages of a folder lie (`cur`, `new`, `tmp` in it)."""
        inbox = self.root / "mail" / name / "Maildir"
        return inbox / f".{folder.replace('/', '.')}" if folder else inbox

    def deliver(self, name: str, messages: Iterable[bytes], folder: str = "", *, seen: bool = False) -> None:
        """Put messages into a folder as a delivery agent does. seen: as if somebody had read them already."""
        for raw in messages:
            file_name = f"{int(time.time())}.M{next(self._numbers)}P{os.getpid()}.test"
            draft = self.maildir(name, folder) / "tmp" / file_name
            draft.write_bytes(raw)
            self._hand_over(draft)
            draft.rename(self.maildir(name, folder) / (f"cur/{file_name}:2,S" if seen else f"new/{file_name}"))

    def doveadm(self, *arguments: str) -> str:
        """Run doveadm against this server; returns what it prints."""
        command = ["doveadm", "-c", str(self.root / "dovecot.conf"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def start(self) -> None:
        """Start the server, or start it again on the same ports. Returns when it answers."""
        self.process = subprocess.Popen(
            [_program("dovecot"), "-F", "-c", str(self.root / "dovecot.conf")], stdin=subprocess.DEVNULL
        )
        _await(self)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)

    def _hand_over(self, path: Path) -> None:
        if os.geteuid() == 0:
            uid, gid = _mail_account()
            for each in (path, *path.rglob("*")):
                os.chown(each, uid, gid)


def start_dovecot(*, ssl: bool = True, connections: int = 20, extra: str = "", introspection_url: str = "") -> Dovecot:
    """Start a server of its own.

    extra: further lines for its configuration. introspection_url: where it asks about access tokens (RFC 7662), which
    it accepts then by XOAUTH2.
    """
    root = Path(tempfile.mkdtemp(prefix="dc-"))
    root.chmod(0o755)
    server = Dovecot(root, free_port(), free_port())
    for name in ("run", "state", "mail", "users"):
        (root / name).mkdir()
    _make_certificate(root)
    if introspection_url:
        (root / "oauth2.conf").write_text(_INTROSPECTION.format(url=introspection_url))
        extra += _OAUTH.format(root=root)
    root_run = os.geteuid() == 0
    me, my_group = getpass.getuser(), grp.getgrgid(os.getegid()).gr_name
    uid, gid = _mail_account()
    (root / "dovecot.conf").write_text(
        _CONFIG.format(
            root=root,
            ssl="yes" if ssl else "no",
            connections=connections,
            internal="dovecot" if root_run else me,
            internal_group="dovecot" if root_run else my_group,
            login="dovenull" if root_run else me,
            extra=extra,
            uid=uid,
            gid=gid,
            port=server.port,
            tls_port=server.tls_port if ssl else 0,
        )
    )
    if root_run:
        os.chown(root / "mail", uid, gid)
    server.start()
    return server


def dovecot_installed() -> bool:
    return _program("dovecot") != ""


def _program(name: str) -> str:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or ""


def _mail_account() -> tuple[int, int]:
    """Who owns the mail: the present user; root hands it to an account without rights, as Dovecot wants."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid
    return os.geteuid(), os.getegid()


def _make_certificate(root: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(root / "key.pem"), "-out", str(root / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(server: Dovecot) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection((server.host, server.port), 5) as probe:
                if probe.recv(4) == b"* OK":
                    return
        except OSError:
            pass
        assert server.process is not None
        if server.process.poll() is not None or time.monotonic() > deadline:
            log = server.root / "log"
            raise RuntimeError(f"Dovecot did not start:\n{log.read_text() if log.exists() else ''}")
        time.sleep(0.05)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """A running Dovecot; the test is skipped, saying how to install it, where there is none."""
    if not dovecot_installed():
        pytest.skip(HOW_TO_INSTALL)
    server = start_dovecot()
    yield server
    server.stop()
    shutil.rmtree(server.root)
