"""Rules N1, N2 and what keeps components small: no key of nothing, none that is too long for an index."""

import pytest

from tracking.keys import order_number_key, order_part_keys, shipment_part_keys, short_forms, tracking_key
from tracking.tests.saying import START, digest, order_part, parcel_part


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("#1001", "1001"),
        (" ab 12 ", "AB12"),
        ("112-1234567-1234567", "11212345671234567"),
        ("11212345671234567", "11212345671234567"),
        ("112‑1234567‑1234567", "11212345671234567"),
        ("632700001-A", "632700001"),
        ("632700001/1", "632700001"),
        ("B-77-ABC", "B77ABC"),
        ("#", ""),
    ],
)
def test_n1_order_numbers_are_compared_without_marks_hyphens_and_split_suffix(printed, key):
    assert order_number_key(printed) == key


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("36abc 5051-234", "36ABC5051234"),
        ("ppxnrswokcwpd", "PPXNRSWOKCWPD"),
        ("420941089400111899223197428497", "9400111899223197428497"),
        ("(01)99312650999998(91)36ABC505123401000935002", "36ABC505123401000935002"),
        ("]C101993126509999989136ABC505123401000935002", "36ABC505123401000935002"),
        (" - ", ""),
    ],
)
def test_n2_tracking_numbers_are_compared_without_separators_barcode_frame_and_routing(printed, key):
    assert tracking_key(printed) == key


def test_r14_short_forms_of_documented_numbers_only():
    assert short_forms("36ABC505123401000935002") == ["36ABC5051234"]
    assert short_forms("ABCD12345678EXP00001") == ["ABCD12345678"]
    assert short_forms("CP0000E00000012") == ["CP0000E000000"]
    assert short_forms("123456789012345678901") == []
    assert short_forms("997053600001") == []


def test_nothing_is_no_key():
    assert order_part_keys(order_part("#", total="5.00", shop=""), "ab", None) == ["m:ab"]
    assert shipment_part_keys(parcel_part(" - ", aliases=("",), orders=("#", ""))) == []


def test_keys_of_endless_numbers_fit_an_index_and_stay_apart():
    one, other = "9" * 5000, "9" * 4999 + "8"
    keys = [
        *order_part_keys(order_part(one, shop="s" * 300, total="1.00"), digest("x"), START),
        *shipment_part_keys(parcel_part(one, shop="s" * 300, orders=(one,), parcel_key=one)),
    ]
    assert max(map(len, keys)) <= 220
    assert not {key for key in shipment_part_keys(parcel_part(other)) if key in keys}
