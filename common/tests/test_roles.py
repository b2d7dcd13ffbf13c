"""Two roles: the owner of the schema, and `flux_web`, which serves rows and can change nothing else."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import User
from flux.members import export_member
from flux.testing.purchases import buy, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_web() -> Iterator[None]:
    """Run the test as the role that serves members."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE flux_web")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def scalar(statement: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_the_web_role_owns_nothing_and_has_no_special_rights():
    flags = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = 'flux_web'"
    assert scalar(flags) is False
    owned = "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = 'flux_web')"
    assert scalar(owned) == 0
    assert scalar("SELECT tableowner FROM pg_tables WHERE tablename = 'orders_order'") != "flux_web"


def test_the_web_role_may_serve_every_table():
    missing = """SELECT coalesce(string_agg(relname, ', '), '') FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND NOT (
            has_table_privilege('flux_web', oid, 'SELECT') AND has_table_privilege('flux_web', oid, 'INSERT')
            AND has_table_privilege('flux_web', oid, 'UPDATE') AND has_table_privilege('flux_web', oid, 'DELETE'))"""
    assert scalar(missing) == ""


def test_the_web_role_serves_members(as_web):
    member = User.objects.create_user("mara")
    order = buy(member)
    send(member, order, status="delivered")
    assert export_member(member)["orders"][0]["status"] == "delivered"
    order.delete()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE stray (id int)",
        "DROP TABLE orders_order CASCADE",
        "ALTER TABLE orders_order ADD COLUMN stray int",
        "TRUNCATE orders_order CASCADE",
        "CREATE INDEX stray ON orders_order (key)",
        "ALTER TABLE orders_order DISABLE TRIGGER ALL",
        "CREATE ROLE stray",
    ],
)
def test_the_web_role_cannot_change_the_schema(as_web, statement):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
