"""What applying mails costs: statements by the batch, not by the mail, and only the component is touched."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order, OrderContribution
from orders.store import mail_json, part_json
from tracking.keys import order_part_keys
from tracking.services import apply_mails, withdraw_mails
from tracking.tests.saying import carrier, confirmation, day, line, says, shipping, the_order


def batch(first: int, count: int):
    mails = []
    for number in range(first, first + count):
        order, tracking = f"63270{number:05}", f"36ABC5{number:06}"
        mails += [
            confirmation(order, line("Cup", 2, "5.00"), total=f"{number}.00"),
            shipping(order, tracking, at=day(1)),
            carrier(tracking, "delivered", at=day(2)),
        ]
    return mails


def statements(member, mails) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        apply_mails(member=member, mails=mails)
    return len(queries)


def test_a_batch_of_fifty_mails_takes_as_many_statements_as_one_of_six(member):
    says(member, *batch(0, 1))
    few, many = statements(member, batch(10, 2)), statements(member, batch(100, 17))
    assert many <= few <= 60
    assert statements(member, batch(100, 17)) <= 60


def test_one_more_mail_touches_only_what_it_speaks_of_among_twenty_thousand(member):
    known = [
        confirmation(f"9{number:08}", line("Cup"), total=f"{number % 2000}.00", at=day(-number % 300))
        for number in range(20_000)
    ]
    OrderContribution.objects.bulk_create(
        OrderContribution(
            member=member,
            sha256=facts.mail.sha256,
            position=0,
            keys=order_part_keys(facts.orders[0], facts.mail.sha256, facts.mail.sent_at),
            mail=mail_json(facts.mail),
            part=part_json(facts.orders[0]),
        )
        for facts in known
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_ordercontribution")
    assert statements(member, [known[7], shipping("900000007", "36ABC5051234")]) <= 60
    assert the_order(member).status == "shipped"
    # An order without a number looks only at its shop's orders of its own weeks.
    says(member, confirmation("", line("Jug"), total="7.00", at=day(-7), name="nameless"))
    assert Order.objects.of(member).count() <= 12
    withdraw_mails(member=member, sha256s=[known[7].mail.sha256])


def test_orders_of_one_total_do_not_grow_together(member):
    says(member, *(confirmation(f"9000000{number:02}", total="20.00") for number in range(40)))
    with CaptureQueriesContext(connection) as queries:
        says(member, shipping("900000005", "36ABC5051234"))
    assert not [query["sql"] for query in queries if "900000006" in query["sql"]]


def test_short_numbers_of_a_thousand_shops_are_joined_by_number_only(member):
    says(member, *(confirmation("1001", shop=f"shop {number}") for number in range(50)))
    with CaptureQueriesContext(connection) as queries:
        says(member, confirmation("1002", shop="shop 7"))
    assert not [query["sql"] for query in queries if "shop 8:1001" in query["sql"]]
