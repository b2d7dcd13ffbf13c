"""What members are told: once, as new until it was seen, unsolved until it is solved."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Notice, User
from accounts.notices import mark_seen, solve, tell

PAGE = "/accounts/notifications/"
SEEN = "/accounts/notifications/seen/"


@pytest.fixture
def member(db: None, client: Client) -> User:
    member = User.objects.create_user("mara")
    client.force_login(member)
    return member


def told(member: User, number: int = 1, **fields: Any) -> Notice:
    tell(member_id=member.pk, key=f"problem:{number}", title=f"Problem {number}", **fields)
    return Notice.objects.of(member).latest("pk")


def page(client: Client, url: str = PAGE) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def bell(body: str) -> bool:
    """Whether the bell says that something is new."""
    return '<span class="sr"> new</span>' in body


def test_a_problem_is_told_once_until_it_is_solved_and_again_when_it_comes_back(member: User) -> None:
    told(member)
    told(member)
    assert Notice.objects.count() == 1
    assert solve(keys=["problem:1"]) == 1
    assert solve(keys=["problem:1"]) == 0
    told(member)
    assert Notice.objects.of(member).filter(solved_at=None).count() == 1
    assert Notice.objects.count() == 2


def test_the_bell_counts_what_is_new_on_every_page_until_it_was_looked_at(member: User, client: Client) -> None:
    told(member)
    assert bell(page(client, "/orders/"))
    first = page(client)
    assert '<span class="fresh">New</span>' in first
    assert not bell(first), "what is being looked at is not counted"
    again = page(client)
    assert "Problem 1" in again
    assert '<span class="fresh">New</span>' not in again
    assert not bell(page(client, "/orders/"))


def test_asking_for_the_head_of_the_page_marks_nothing_as_seen(member: User, client: Client) -> None:
    notice = told(member)
    client.head(PAGE)
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_a_notice_says_what_is_wrong_and_leads_to_where_it_is_mended(member: User, client: Client) -> None:
    told(member, text="The sign-in was refused.", url=reverse("emailsync:mailboxes"))
    body = page(client)
    assert "The sign-in was refused." in body
    assert f'<a class="goes" href="{reverse("emailsync:mailboxes")}">Problem 1</a>' in body
    assert "Not solved yet" in body
    solve(keys=["problem:1"])
    assert "Not solved yet" not in page(client)


def test_an_outcome_is_told_with_nothing_to_solve(member: User, client: Client) -> None:
    notice = told(member, outcome=True)
    assert notice.is_outcome
    body = page(client)
    assert "Problem 1" in body
    assert "olved" not in body.split('class="list notices"')[1].split("</ul>")[0]
    assert "Nothing is unsolved" in page(client, f"{PAGE}?view=unsolved")
    other = told(member, 2)
    solve(keys=["problem:2"])
    other.refresh_from_db()
    assert not other.is_outcome


def test_what_is_told_is_text_and_not_markup(member: User, client: Client) -> None:
    tell(member_id=member.pk, key="k", title="<b>bold</b>", text="<script>x</script>")
    body = page(client)
    assert "&lt;b&gt;bold" in body
    assert "<script>x" not in body


def test_only_what_the_page_shows_is_seen_and_the_rest_lies_on_the_next(member: User, client: Client) -> None:
    for number in range(30):
        told(member, number)
    body = page(client, f"{PAGE}?size=25")
    assert "Problem 29" in body
    assert "Problem 4<" not in body
    assert Notice.objects.of(member).filter(seen_at=None).count() == 5
    assert bell(body)
    assert "Mark all as seen" in body
    older = page(client, PAGE + body.split('rel="next"')[0].rsplit('href="', 1)[1].rstrip('" ').replace("&amp;", "&"))
    assert "Problem 4<" in older
    assert "Mark all as seen" not in older


def test_all_can_be_marked_as_seen_and_only_the_own_ones_are(member: User, client: Client) -> None:
    other = told(User.objects.create_user("bo"))
    for number in range(3):
        told(member, number)
    assert client.get(SEEN).status_code == 405
    client.post(SEEN)
    assert not Notice.objects.of(member).filter(seen_at=None).exists()
    other.refresh_from_db()
    assert other.seen_at is None
    assert mark_seen(member_id=member.pk, notice_ids=[other.pk]) == 0


def test_unsolved_ones_have_a_view_of_their_own_and_an_empty_view_says_so(member: User, client: Client) -> None:
    assert "No notifications yet" in page(client)
    told(member, 1)
    told(member, 2)
    solve(keys=["problem:1"])
    body = page(client, f"{PAGE}?view=unsolved")
    assert "Problem 2" in body
    assert "Problem 1" not in body
    solve(keys=["problem:2"])
    assert "Nothing is unsolved" in page(client, f"{PAGE}?view=unsolved")


def test_the_page_needs_few_queries_however_much_was_told(
    member: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        told(member, number)
    with django_assert_max_num_queries(14):
        page(client)
