"""score_mail: figures that mean what docs/labels.md says."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from emailsync.models import StoredEmail
from emailsync.scoring.compare import compare, is_noise
from emailsync.tests.factories import make_mail
from emailsync.tests.shop_mails import order_mail, shipped_mail

pytestmark = pytest.mark.django_db

_LINE = {"title": "Blue Lamp", "sku": None, "quantity": 2, "unit_price": "4.00", "line_total": "8.00"}
_ORDER: dict[str, Any] = {
    "order_number": "A100123",
    "total": "8.00",
    "currency": "EUR",
    "eta_from": None,
    "eta_to": None,
}
_PARCEL = {
    "tracking_number": "1Z999AA10123456784",
    "status": "shipped",
    "eta_from": "2026-03-04",
    "eta_to": "2026-03-06",
    "order_numbers": [],
}


def said(*, orders=(), shipments=(), **fields):
    return {"state": "parsed", "kind": "shipping", "status": None, "orders": orders, "shipments": shipments} | fields


def scores(label, read):
    return {score.field: score for score in compare({"kind": "shipping", "expected": "matched"} | label, read)}


def test_a_surplus_number_counts_against_precision_and_a_lost_one_against_recall():
    order = _ORDER | {"lines": []}
    read = said(orders=[order, order | {"order_number": "B2"}], shipments=[_PARCEL])
    found = scores({"order_numbers": ["A-100123", "C3"], "tracking": []}, read)
    assert (found["order_number"].right, found["order_number"].surplus, found["order_number"].lost) == (1, 1, 1)
    assert (found["tracking"].right, found["tracking"].surplus) == (0, 1)


def test_a_day_is_right_if_it_begins_or_ends_the_range_that_was_read():
    assert scores({"eta": "2026-03-06"}, said(shipments=[_PARCEL]))["eta"].exact
    assert not scores({"eta": "2026-03-05"}, said(shipments=[_PARCEL]))["eta"].exact
    assert not scores({}, said(shipments=[_PARCEL]))["eta"].exact
    assert "eta" not in scores({"eta_text": "soon"}, said(shipments=[_PARCEL]))


def test_lines_are_compared_without_case_and_invisible_characters_and_an_advert_is_surplus():
    order = _ORDER | {"lines": [_LINE, _LINE | {"title": "Red Lamp", "quantity": 1}]}
    found = scores({"items": [{"name": "BLUE\u200b  lamp", "quantity": 2, "unit_price": "4.00"}]}, said(orders=[order]))
    assert (found["title"].right, found["title"].surplus) == (1, 1)
    assert (found["quantity"].right, found["quantity"].surplus) == (1, 1)


def test_the_price_of_a_line_is_compared_with_the_price_of_a_line():
    order = _ORDER | {"lines": [_LINE]}
    assert scores({"items": [{"name": "Blue Lamp", "line_total": "8.00"}]}, said(orders=[order]))["unit_price"].exact
    assert scores({"items": [{"name": "Blue Lamp", "unit_price": "4.00"}]}, said(orders=[order]))["unit_price"].exact
    assert not scores({"items": [{"name": "Blue Lamp", "unit_price": "8.00"}]}, said(orders=[order]))[
        "unit_price"
    ].exact


def test_sums_count_for_mails_about_one_order_only():
    label = {"kind": "invoice", "total": "8.00", "currency": "EUR"}
    order = _ORDER | {"lines": []}
    assert scores(label, said(orders=[order]))["total"].exact
    assert "total" not in scores(label | {"order_numbers": ["A1", "A2"]}, said(orders=[order]))


def test_what_is_held_back_is_no_noise():
    order = _ORDER | {"lines": []}
    assert is_noise(said(orders=[order]))
    assert is_noise(said(shipments=[_PARCEL], state="deferred"))
    assert not is_noise(said(orders=[order], state="held"))
    assert not is_noise(said())


def label(folder: Path, name: str, raw: bytes | None, **fields) -> None:
    if raw is not None:
        (folder / f"{name}.eml").write_bytes(raw)
    (folder / f"{name}.json").write_text(json.dumps({"author": "Shop", "expected": "matched"} | fields))


def test_every_figure_of_a_folder_is_counted(tmp_path):
    lamp = {"name": "Blue Lamp", "quantity": 2}
    label(tmp_path, "order", order_mail(), kind="order_confirmation", order_numbers=["A100123"], items=[lamp])
    label(tmp_path, "wrong", shipped_mail(), kind="delivered", author="Other")
    label(tmp_path, "advert", order_mail("B2003"), kind="not_relevant", expected="ignored")
    label(tmp_path, "silent", make_mail(), kind="not_relevant", expected="ignored")
    label(tmp_path, "unclear", make_mail(), kind="invoice", ambiguous=True)
    label(tmp_path, "gone", None, kind="invoice")
    out = StringIO()
    call_command("score_mail", str(tmp_path), "--json", stdout=out)
    figures = json.loads(out.getvalue())
    fields = figures.pop("fields")
    assert figures == {
        "messages": 6,
        "missing": 1,
        "ambiguous": 1,
        "matched": 2,
        "exact": 1,
        "ignored": 2,
        "noise": 1,
        "authors": {"Other": "0/1", "Shop": "2/3"},
    }
    assert fields["kind"] == {"p": 0.5, "r": 0.5, "f1": 0.5, "n": 2}
    assert fields["title"]["n"] == 1
    assert not StoredEmail.objects.exists()


def test_people_are_told_which_mails_are_wrong_and_in_what(tmp_path):
    label(tmp_path, "wrong", shipped_mail(), kind="delivered")
    label(tmp_path, "gone", None, kind="invoice")
    out = StringIO()
    call_command("score_mail", str(tmp_path), stdout=out)
    assert "wrong: kind" in out.getvalue()
    assert "gone: the mail is missing" in out.getvalue()


@pytest.mark.parametrize("text", ["[]", "{", '{"kind": "invoice"}'])
def test_a_broken_label_is_named(tmp_path, text):
    (tmp_path / "a.eml").write_bytes(make_mail())
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(CommandError, match=r"a\.json") as caught:
        call_command("score_mail", str(tmp_path))
    assert caught.value.returncode == 1


def test_a_folder_without_labels_is_wrong_use(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(CommandError) as caught:
            call_command("score_mail", str(folder))
        assert caught.value.returncode == 2


def test_labelled_real_mails_are_read_as_well_as_flux_promises(shared):
    out = StringIO()
    call_command("score_mail", str(shared / "emails"), "--json", stdout=out)
    figures = json.loads(out.getvalue())
    fields = {name: field["f1"] for name, field in figures["fields"].items()}
    assert min(fields["order_number"], fields["tracking"]) >= 0.98
    assert min(fields["kind"], fields["status"], fields["total"], fields["currency"]) >= 0.97
    assert min(fields["title"], fields["quantity"], fields["unit_price"], fields["eta"]) >= 0.93
    assert figures["exact"] / figures["matched"] >= 0.88
    assert figures["noise"] == 0
