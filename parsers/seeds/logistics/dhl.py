"""DHL Express: one subject for every stage, so the status stands in the body."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "dhl",
        "DHL Express",
        domains=["dhl.com", "dhl.com.au"],
        addresses=["noreply.odd@dhl.com", "donotreply_odd@dhl.com", "support@dhl.com", "pl.no.reply@dhl.com"],
        phrases=statuses(
            exception=["delivery attempted"],
            ready_for_pickup=["ready for collection"],
            delivered=["has been delivered", "została doręczona"],
            out_for_delivery=[
                "scheduled for delivery today",
                "shipment is out with courier for delivery",
                "zostanie dziś do państwa doręczona",
            ],
            in_transit=["shipment is on the way", "clearance event"],
        ),
        proven=True,
    ),
)
