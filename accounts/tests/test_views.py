"""Getting in, and a member's own settings."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.guessing import guess_locale
from accounts.models import SignInLink, User

PASSWORD = "marram grass 71"


@pytest.fixture
def member(db: None, client: Client) -> User:
    member = User.objects.create_user("mara", password=PASSWORD)
    client.force_login(member)
    return member


def test_the_first_visitor_becomes_the_admin_and_the_second_does_not(db: None, client: Client) -> None:
    form = {"username": "ada", "email": "", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(reverse("accounts:setup"), form, headers={"Accept-Language": "en-AU,en;q=0.8"})
    assert answer["Location"] == "/"
    ada = User.objects.get()
    assert (ada.is_superuser, ada.is_staff, ada.locale, ada.currency) == (True, True, "en-AU", "AUD")
    late = Client()
    assert late.get(reverse("accounts:setup"))["Location"] == reverse("account_login")
    late.post(reverse("accounts:setup"), form | {"username": "eve"})
    assert not User.objects.filter(username="eve").exists()


def test_the_first_visitor_is_led_to_making_the_first_account(db: None, client: Client) -> None:
    answer = client.get("/", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("accounts:setup")
    User.objects.create_user("mara")
    assert reverse("accounts:setup") in client.get(reverse("account_login")).content.decode()
    User.objects.create_superuser("ada", password=PASSWORD)
    assert reverse("accounts:setup") not in client.get(reverse("account_login")).content.decode()


def test_a_weak_password_is_refused_at_its_field(db: None, client: Client) -> None:
    form = {"username": "ada", "email": "", "password1": "12345", "password2": "12345"}
    answer = client.post(reverse("accounts:setup"), form)
    assert answer.status_code == 200
    assert b"too short" in answer.content
    assert not User.objects.exists()


def test_a_one_time_link_is_spent_by_its_button_not_by_a_preview(db: None, client: Client) -> None:
    token = SignInLink.objects.issue(User.objects.create_user("leo"))
    url = reverse("accounts:sign-in-link", args=[token])
    assert client.get(url).status_code == 200
    assert client.post(url)["Location"] == "/"
    assert client.get("/").status_code == 200
    second = Client()
    assert second.post(url)["Location"] == reverse("account_login")
    assert second.get("/").status_code == 302


def test_signing_in_with_a_wrong_password_says_so_and_keeps_the_name(db: None, client: Client) -> None:
    User.objects.create_user("mara", password=PASSWORD)
    answer = client.post(reverse("account_login"), {"login": "mara", "password": "wrong"})
    assert b"not correct" in answer.content
    assert b'value="mara"' in answer.content
    assert client.post(reverse("account_login"), {"login": "mara", "password": PASSWORD})["Location"] == "/"


def test_nobody_signs_up_by_themselves(db: None, client: Client) -> None:
    assert b"No open sign-up" in client.get(reverse("account_signup")).content
    client.post(reverse("account_signup"), {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


def test_a_profile_is_saved_and_a_made_up_zone_is_refused(member: User, client: Client) -> None:
    url = reverse("accounts:profile")
    form = {
        "first_name": "Mara", "email": "", "time_zone": "Australia/Melbourne", "locale": "de-DE", "currency": "EUR",
        "theme": "dark",
    }  # fmt: skip
    assert client.post(url, form).status_code == 302
    member.refresh_from_db()
    assert (member.time_zone, member.locale, member.currency, member.theme) == (
        "Australia/Melbourne", "de-DE", "EUR", "dark",
    )  # fmt: skip
    assert client.post(url, form | {"time_zone": "Mars/Olympus"}).status_code == 200
    member.refresh_from_db()
    assert member.time_zone == "Australia/Melbourne"


def test_rights_are_no_part_of_the_profile(member: User, client: Client) -> None:
    client.post(reverse("accounts:profile"), {"is_superuser": "on", "is_staff": "on", "username": "root"})
    member.refresh_from_db()
    assert (member.is_superuser, member.is_staff, member.username) == (False, False, "mara")


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/orders/?q=1", "/orders/?q=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_the_theme_is_kept_and_the_way_back_stays_in_flux(
    member: User, client: Client, target: str, leads_to: str
) -> None:
    answer = client.post(reverse("accounts:theme"), {"theme": "dark", "next": target})
    assert answer["Location"] == leads_to
    assert b'data-theme="dark"' in client.get("/").content


def test_a_theme_or_zone_that_is_none_is_a_bad_request(member: User, client: Client) -> None:
    assert client.post(reverse("accounts:theme"), {"theme": "pink"}).status_code == 400
    assert client.post(reverse("accounts:time-zone"), {"time_zone": "../etc"}).status_code == 400


def test_a_new_password_keeps_this_device_and_signs_out_the_others(member: User, client: Client) -> None:
    other = Client()
    other.force_login(member)
    form = {"old_password": PASSWORD, "new_password1": "salt marsh 58!", "new_password2": "salt marsh 58!"}
    client.post(reverse("accounts:password"), form)
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_a_member_who_came_by_a_link_sets_a_first_password_without_an_old_one(db: None, client: Client) -> None:
    leo = User.objects.create_user("leo")
    client.force_login(leo)
    form = {"new_password1": "salt marsh 58!", "new_password2": "salt marsh 58!"}
    client.post(reverse("accounts:password"), form)
    leo.refresh_from_db()
    assert leo.check_password("salt marsh 58!")


@pytest.mark.parametrize(
    ("header", "locale", "currency"),
    [
        ("de-CH,de;q=0.9", "de-CH", "CHF"),
        ("en,en-US;q=0.8", "en-US", "USD"),
        ("fr", "en-GB", "GBP"),
        ("*", "en-GB", "GBP"),
        ("\x00,;;q=", "en-GB", "GBP"),
    ],
)
def test_a_newcomer_is_written_to_by_the_country_of_the_browser(header: str, locale: str, currency: str) -> None:
    user = User()
    guess_locale(user, header)
    assert (user.locale, user.currency) == (locale, currency)
