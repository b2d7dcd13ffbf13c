"""Rules R1-R4 and N4: what an order is, from all that its mails say and people typed."""

from decimal import Decimal

import pytest

from orders.facts import Fact, SourceKind
from orders.models import Order, OrderContribution
from tracking.facts import MailFacts
from tracking.models import Shipment
from tracking.services import withdraw_mails
from tracking.tests.saying import carrier, confirmation, day, digest, line, mail, order_part, says, shipping, the_order


def test_r1_the_same_number_of_one_shop_is_one_order_and_of_another_shop_another(member):
    says(member, confirmation("#632700001"), confirmation("632700001", at=day(1)))
    says(member, confirmation("632700001", shop="target"))
    assert list(Order.objects.of(member).order_by("key").values_list("retailer__key", "number_key")) == [
        ("kmart", "632700001"),
        ("target", "632700001"),
    ]


def test_e10_short_shopify_numbers_of_two_shops_are_two_orders(member):
    says(member, confirmation("1001", shop="alpha"), confirmation("1001", shop="beta"))
    says(member, shipping("1001", "36ABC5051234", shop="beta"))
    assert Order.objects.of(member).count() == 2
    assert the_order(member, retailer__key="beta").status == "shipped"
    assert the_order(member, retailer__key="alpha").status == "confirmed"


def test_n4_the_name_of_the_shop_is_what_its_mails_call_it_and_a_seller_stays_beside_it(member):
    says(member, confirmation("A100", shop="etsy", seller="Clay & Co"))
    order = the_order(member)
    assert (order.retailer.key, order.retailer_name, order.seller) == ("etsy", "Etsy", "Clay & Co")


def test_r2_the_highest_kind_of_source_gives_the_value_whenever_it_comes(member):
    says(member, confirmation("A100", kind="invoice", at=day(-1), total="9.00"))
    assert the_order(member).total == Decimal("9.00")
    says(member, confirmation("A100", at=day(2), total="8.00"))
    order = the_order(member)
    assert order.total == Decimal("8.00")
    assert [one["value"] for one in order.history["total"]] == ["9.00"]


def test_r2_inside_one_kind_the_earliest_mail_stands_unless_one_announces_a_change(member):
    says(member, confirmation("A100", at=day(1), total="9.00"), confirmation("A100", at=day(0), total="8.00"))
    assert the_order(member).total == Decimal("8.00")
    says(member, confirmation("A100", at=day(0.5), total="7.00", announces_change=True))
    says(member, confirmation("A100", at=day(0.2), total="6.00", announces_change=True))
    assert the_order(member).total == Decimal("7.00")


def test_r2_of_mails_sent_at_once_the_smallest_hash_stands(member):
    one, other = confirmation("A100", name="a", total="1.00"), confirmation("A100", name="b", total="2.00")
    says(member, one, other)
    assert the_order(member).total == Decimal("1.00" if digest("a") < digest("b") else "2.00")


def test_r2_an_unsure_value_stands_only_where_there_is_no_sure_one(member):
    says(member, confirmation("A100", total=Fact("5.00", 0.59)))
    assert the_order(member).total == Decimal("5.00")
    says(member, confirmation("A100", kind="invoice", at=day(3), total=Fact("6.00", 0.6)))
    assert the_order(member).total == Decimal("6.00")


def test_r2_what_was_induced_never_stands_before_what_a_definition_read(member):
    says(member, confirmation("A100", at=day(-5), total="5.00", source_kind=SourceKind.INDUCED))
    says(member, shipping("A100", "36ABC5051234", at=day(1)))
    says(member, confirmation("A100", kind="invoice", at=day(4), total="6.00"))
    assert the_order(member).total == Decimal("6.00")


def test_r3_items_meet_by_sku_then_title_and_price_then_title(member):
    says(
        member,
        confirmation(
            "A100",
            line("Red Lamp", 1, "10.00"),
            line("Red Lamp", 1, "12.00"),
            line("Cup", 2, sku="C-1"),
        ),
        confirmation(
            "A100",
            line("Mug of porcelain", 2, "3.00", sku="C-1"),
            line("RED  LAMP", 1, "12.00", image="https://x/12"),
            line("red lamp", 1, "10.00", image="https://x/10"),
            kind="invoice",
            at=day(1),
        ),
    )
    lines = the_order(member).lines
    assert list(lines.values_list("title", "unit_price", "image")) == [
        ("Red Lamp", Decimal("10.00"), "https://x/10"),
        ("Red Lamp", Decimal("12.00"), "https://x/12"),
        ("Cup", Decimal("3.00"), ""),
    ]
    assert lines.get(title="Cup").line_total == Decimal("6.00")


def test_r3_items_without_titles_meet_by_their_place(member):
    prices = [{"unit_price": Fact("3.00", 0.9)}, {"unit_price": Fact("4.00", 0.9)}]
    says(member, confirmation("A100", line("Cup"), line("Jug")))
    says(member, confirmation("A100", *prices, kind="invoice", at=day(1)))
    assert list(the_order(member).lines.values_list("title", "unit_price")) == [
        ("Cup", Decimal("3.00")),
        ("Jug", Decimal("4.00")),
    ]


@pytest.mark.parametrize(("identity", "titles"), [("", ["Cup"]), ("I3", ["Cup", "Gift wrap"])])
def test_r3_an_invoice_adds_items_only_if_its_own_sums_agree(member, identity, titles):
    says(member, confirmation("A100", line("Cup")))
    invoice = confirmation("A100", line("Cup"), line("Gift wrap"), kind="invoice", at=day(1), identity=identity)
    says(member, invoice)
    assert list(the_order(member).lines.values_list("title", flat=True)) == titles


def test_r3_where_no_confirmation_names_items_those_of_all_parcels_are_the_orders(member):
    says(member, confirmation("A100", total="9.00"))
    says(member, shipping("A100", "36ABC5051234", line("Cup"), at=day(1)))
    says(member, shipping("A100", "36ABC5051235", line("Jug"), at=day(2)))
    assert list(the_order(member).lines.values_list("title", flat=True)) == ["Cup", "Jug"]


def test_r3_titles_that_only_differ_far_behind_are_two_lines(member):
    long = "Trading card game booster display box with thirty-six packs of the newest series in the language of "
    says(member, confirmation("A100", line(long + "England"), line(long + "France")))
    assert the_order(member).lines.count() == 2


def test_r4_the_same_mail_again_changes_nothing_and_replaces_only_its_own_words(member):
    first = confirmation("A100", line("Cup", 2, "3.00"), total="6.00")
    says(member, first, first)
    says(member, first)
    assert OrderContribution.objects.of(member).count() == 1
    better = MailFacts(first.mail, (order_part("A100", line("Cup", 3, "3.00"), total="9.00"),))
    says(member, better)
    order = the_order(member)
    assert (order.total, order.lines.get().quantity, order.source_emails) == (
        Decimal("9.00"),
        3,
        [first.mail.sha256],
    )


def test_e8_an_invoice_fills_what_is_missing_and_keeps_what_is_there(member):
    says(member, confirmation("A100", line("Trading Card Box", 1, "256.99")))
    says(
        member,
        confirmation(
            "A100",
            line("TRADING CARD BOX", 1, "255.00"),
            kind="invoice",
            at=day(1),
            total="289.91",
            shipping="32.92",
            identity="I3",
        ),
    )
    order = the_order(member)
    assert (order.total, order.shipping) == (Decimal("289.91"), Decimal("32.92"))
    assert list(order.lines.values_list("title", "unit_price")) == [("Trading Card Box", Decimal("256.99"))]


def cancelling(number, *lines, at, name="cancel"):
    return MailFacts(mail(name, "cancelled", at), (order_part(number, *lines),))


def refunding(number, *lines, at=None, name="refund", amount=None):
    return MailFacts(mail(name, "refund", at or day(5)), (order_part(number, *lines, refund=amount),))


def test_e9_a_cancellation_after_shipping_counts_on_its_line(member):
    says(member, confirmation("A100", line("Cup", 3, "5.00"), total="15.00"), shipping("A100", "36ABC5051234"))
    assert the_order(member).status == "shipped"
    says(member, cancelling("A100", line("Cup", 1), at=day(2)))
    order = the_order(member)
    assert order.lines.get().cancelled_quantity == 1
    assert (order.status, order.is_partially_cancelled, order.expected_refund) == ("shipped", True, Decimal("5.00"))
    says(member, refunding("A100", line("Cup", 1), amount="2.00"))
    assert the_order(member).expected_refund == Decimal("3.00")
    says(member, cancelling("A100", line("Cup", 9), at=day(3), name="rest"))
    assert the_order(member).lines.get().cancelled_quantity == 3
    assert the_order(member).status == "cancelled"


def test_a_cancellation_without_items_is_of_the_whole_order(member):
    says(member, confirmation("A100", line("Cup", 3)), cancelling("A100", at=day(1)))
    assert the_order(member).status == "cancelled"


def test_refunds_count_once_and_only_a_full_one_makes_the_order_refunded(member):
    says(member, confirmation("A100", line("Cup", 3, "5.00"), total="15.00"))
    says(member, refunding("A100", amount="5.00"), refunding("A100", amount="5.00", name="reminder"))
    assert (the_order(member).refunded, the_order(member).status) == (Decimal("5.00"), "confirmed")
    says(member, refunding("A100", amount="10.00", at=day(6), name="rest"))
    assert (the_order(member).refunded, the_order(member).status) == (Decimal("15.00"), "refunded")


def test_a_refund_of_some_items_of_an_order_without_a_total_is_not_a_full_one(member):
    says(member, confirmation("A100", line("Cup", 3)), refunding("A100", line("Cup", 1), amount="5.00"))
    assert the_order(member).status == "confirmed"


def test_r13_an_order_without_a_number_is_kept_by_its_mail_and_joined_when_the_number_comes(member):
    nameless = confirmation("", line("Cup", 1), total="20.00", currency="AUD", name="nameless")
    says(member, nameless)
    order = the_order(member)
    assert (order.number, order.key) == ("", f"mail:{digest('nameless')}")
    numbered = confirmation("A100", total="20.00", at=day(1), kind="invoice")
    says(member, numbered)
    joined = the_order(member)
    assert (joined.pk, joined.number, joined.currency) == (order.pk, "A100", "AUD")
    withdraw_mails(member=member, sha256s=[nameless.mail.sha256])
    assert the_order(member).source_emails == [numbered.mail.sha256]
    says(member, nameless)
    withdraw_mails(member=member, sha256s=[numbered.mail.sha256])
    assert the_order(member).key == f"mail:{digest('nameless')}"


def test_r13_orders_without_a_number_do_not_join_where_two_could(member):
    says(member, confirmation("", total="20.00", name="one"), confirmation("", total="20.00", name="two", at=day(1)))
    says(member, confirmation("A100", total="20.00", at=day(1), kind="invoice"))
    assert Order.objects.of(member).count() == 3


def test_r13_an_order_without_a_number_joins_none_of_another_season(member):
    says(member, confirmation("", total="20.00", name="one"), confirmation("A100", total="20.00", at=day(90)))
    assert Order.objects.of(member).count() == 2


def test_unit_price_and_line_total_come_from_each_other_where_that_is_exact(member):
    says(
        member,
        confirmation(
            "A100",
            line("Cup", 3, "5.00"),
            line("Jug", 2, line_total="9.00"),
            line("Pan", 3, line_total="10.00"),
            line("Pot", None, line_total="4.00"),
        ),
    )
    assert list(the_order(member).lines.values_list("unit_price", "line_total")) == [
        (Decimal("5.00"), Decimal("15.00")),
        (Decimal("4.50"), Decimal("9.00")),
        (None, Decimal("10.00")),
        (None, Decimal("4.00")),
    ]


def test_values_that_no_column_holds_do_not_stop_the_others(member):
    says(
        member,
        confirmation("9" * 400, line("x" * 900, 10**12, "1" * 20), total="9" * 30, shop="s" * 120, seller="y" * 400),
    )
    order = the_order(member)
    assert (order.total, order.lines.get().quantity, order.lines.get().unit_price) == (None, None, None)
    says(member, carrier("7" * 400, name="long"))
    assert Shipment.objects.of(member).get().tracking_number == "7" * 60
    withdraw_mails(member=member, sha256s=[order.source_emails[0], digest("long")])
    assert not Order.objects.exists()
    assert not Shipment.objects.exists()
