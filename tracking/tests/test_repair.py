"""The repair says and does what is left to mend, once."""

from io import StringIO

from django.core.management import call_command

from tracking.models import Carrier, Shipment, ShipmentContribution, ShipmentOrder
from tracking.services import set_status
from tracking.tests.saying import carrier, confirmation, day, says, shipping, the_order, the_parcel

SHORT = "36ABC5051234"
FULL = "36ABC505123401000935002"


def repaired(*options: str) -> list[str]:
    out = StringIO()
    call_command("repair_tracking", *options, stdout=out)
    return out.getvalue().splitlines()


def test_carriers_under_another_name_become_one(member):
    says(member, carrier(SHORT))
    Shipment.objects.update(carrier=Carrier.objects.create(key="auspost", name="AusPost"))
    assert repaired("--dry-run") == [
        "carrier AusPost: now Australia Post (1 parcels)",
        f"mara: {SHORT} belongs to no order (kept)",
    ]
    assert Carrier.objects.filter(key="auspost").exists()
    repaired()
    assert the_parcel(member).carrier.key == "australia-post"
    assert not Carrier.objects.filter(key="auspost").exists()


def test_short_and_full_numbers_that_lie_apart_are_merged(member):
    says(member, carrier(SHORT), carrier(FULL, at=day(1)))
    lone = Shipment.objects.create(member=member, key=f"k:{SHORT}x", tracking_number="stray", number_key="STRAY")
    ShipmentContribution.objects.filter(keys__contains=[f"k:{FULL}"]).update(shipment=lone)
    assert repaired("--member", "mara")[0] == "mara: stray [] -> merged away"
    assert the_parcel(member).tracking_number == FULL


def test_what_can_be_linked_is_linked(member):
    says(member, confirmation("A100"), shipping("A100", SHORT))
    ShipmentOrder.objects.all().delete()
    assert repaired() == [f"mara: {SHORT} [] -> {SHORT} ['Kmart A100']"]
    assert the_order(member).shipment_links.count() == 1


def test_keys_by_older_rules_are_brought_up_to_date(member):
    says(member, confirmation("A-100"), shipping("A-100", SHORT))
    ShipmentContribution.objects.update(keys=["o:kmart:A-100", f"k:{SHORT}"])
    repaired()
    assert "o:kmart:A100" in ShipmentContribution.objects.get().keys


def test_empty_parcels_go_if_nobody_touched_them_for_a_month(member):
    says(member, shipping("A100", parcel_key="S1", at=day(-100)), shipping("B200", parcel_key="S2", at=day(-100)))
    says(member, confirmation("C300"), shipping("C300", parcel_key="S3", at=day(-100)))
    set_status(shipment=the_parcel(member, key="p:S2"), status="delivered")
    lines = ["mara: removed an empty parcel last heard of 2026-01-30"]
    assert repaired("--dry-run") == lines
    assert Shipment.objects.count() == 3
    assert repaired() == lines
    assert set(Shipment.objects.values_list("key", flat=True)) == {"p:S2", "p:S3"}
    assert repaired() == []


def test_parcels_with_a_number_and_no_order_are_listed_and_kept(member):
    says(member, carrier(SHORT, at=day(-100)))
    assert repaired() == repaired() == [f"mara: {SHORT} belongs to no order (kept)"]
    assert Shipment.objects.count() == 1
