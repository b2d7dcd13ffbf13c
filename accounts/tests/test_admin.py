"""Members in the admin: what acts do, and that rank cannot be taken or lent."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.exceptions import NoAdminLeft
from accounts.models import SignInLink, User
from accounts.services import set_active

LIST = reverse("admin:accounts_user_changelist")


@pytest.fixture
def boss(db: None, client: Client) -> User:
    boss = User.objects.create_superuser("boss")
    client.force_login(boss)
    return boss


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada", email="ada@example.org")


@pytest.fixture
def helper(db: None) -> Client:
    """A browser of staff who may change members but are no super admins."""
    sam = User.objects.create_user("sam", is_staff=True)
    codes = ["add_user", "change_user", "view_user", "change_group", "view_group"]
    sam.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(sam)
    return client


def page(name: str, member: User) -> str:
    return reverse(f"admin:accounts_user_{name}", args=[member.pk])


def form_of(member: User, **changed: str) -> dict[str, str]:
    names = ("username", "first_name", "last_name", "email", "time_zone", "locale", "currency", "theme")
    return {name: getattr(member, name) for name in names} | changed


def signed_in(member: User) -> Client:
    client = Client()
    client.force_login(member)
    assert client.get("/orders/").status_code == 200
    return client


def test_a_member_is_made_with_a_password_and_without_rights(boss: User, client: Client) -> None:
    form = {
        "username": "noor", "usable_password": "true", "password1": "salt marsh 58!", "password2": "salt marsh 58!",
    }  # fmt: skip
    assert client.post(reverse("admin:accounts_user_add"), form).status_code == 302
    noor = User.objects.get(username="noor")
    assert noor.check_password("salt marsh 58!")
    assert (noor.is_staff, noor.is_superuser, noor.is_active) == (False, False, True)


def test_keeping_a_member_out_ends_their_sessions_and_is_undone(boss: User, ada: User, client: Client) -> None:
    device = signed_in(ada)
    client.post(page("deactivate", ada))
    ada.refresh_from_db()
    assert not ada.is_active
    assert device.get("/orders/").status_code == 302
    assert LogEntry.objects.get().user == boss
    client.post(page("activate", ada))
    ada.refresh_from_db()
    assert ada.is_active
    assert device.get("/orders/").status_code == 302, "the old session does not come back"


def test_signing_out_everywhere_leaves_others_signed_in(boss: User, ada: User, client: Client) -> None:
    devices = [signed_in(ada), signed_in(ada)]
    client.post(page("sign_out", ada))
    assert [device.get("/orders/").status_code for device in devices] == [302, 302]
    assert client.get("/orders/").status_code == 200


def test_ticked_members_are_kept_out_but_never_oneself(boss: User, ada: User, client: Client) -> None:
    client.post(LIST, {"action": "keep_out", "_selected_action": [boss.pk, ada.pk]})
    assert list(User.objects.filter(is_active=True)) == [boss]
    assert client.post(page("deactivate", boss)).status_code == 403
    client.post(LIST, {"action": "let_in", "_selected_action": [ada.pk]})
    assert User.objects.filter(is_active=True).count() == 2


def test_the_last_admin_stays_one(boss: User, client: Client) -> None:
    with pytest.raises(NoAdminLeft):
        set_active(member_ids=[boss.pk], active=False)
    answer = client.post(page("change", boss), form_of(boss))
    assert b"One admin has to stay" in answer.content
    boss.refresh_from_db()
    assert boss.is_superuser


def test_a_sign_in_link_is_made_on_asking_and_lets_in_once(boss: User, ada: User, client: Client) -> None:
    assert client.get(page("make_sign_in_link", ada)).status_code == 200
    assert not SignInLink.objects.exists()
    answer = client.post(page("make_sign_in_link", ada))
    url = answer.context["link"]
    assert url in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    path = "/accounts/" + url.partition("/accounts/")[2]
    assert Client().post(path)["Location"] == "/"
    assert Client().post(path)["Location"] == reverse("account_login")


def test_staff_change_members_but_nobody_of_rank(boss: User, ada: User, helper: Client) -> None:
    assert helper.post(page("change", ada), form_of(ada, first_name="Ada")).status_code == 302
    ada.refresh_from_db()
    assert ada.first_name == "Ada"
    assert helper.post(page("change", boss), form_of(boss, email="eve@example.org")).status_code == 403
    for name in ("make_sign_in_link", "sign_out", "deactivate"):
        assert helper.post(page(name, boss)).status_code == 403, name
    password = reverse("admin:auth_user_password_change", args=[boss.pk])
    assert helper.get(password).status_code == 403
    helper.post(LIST, {"action": "keep_out", "_selected_action": [boss.pk, ada.pk]})
    assert set(User.objects.filter(is_active=False)) == {ada}
    assert not SignInLink.objects.exists()


def test_staff_cannot_give_rights_to_anybody(boss: User, ada: User, helper: Client) -> None:
    may = [str(Permission.objects.get(codename="delete_user").pk)]
    wanted = form_of(ada) | {"is_staff": "on", "is_superuser": "on", "user_permissions": may}
    helper.post(page("change", ada), wanted)
    ada.refresh_from_db()
    assert (ada.is_staff, ada.is_superuser, ada.user_permissions.count()) == (False, False, 0)
    group = Group.objects.create(name="Friends")
    assert helper.get(reverse("admin:auth_group_change", args=[group.pk])).status_code == 403
    assert helper.get(reverse("admin:auth_group_changelist")).status_code == 403


def test_a_super_admin_gives_rank_and_only_the_command_deletes(boss: User, ada: User, client: Client) -> None:
    client.post(page("change", ada), form_of(ada, is_staff="on"))
    ada.refresh_from_db()
    assert ada.is_staff
    assert client.post(page("delete", ada), {"post": "yes"}).status_code == 403
