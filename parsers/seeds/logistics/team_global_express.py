"""Team Global Express, once Toll: the link to the details holds the number and the status as parameters."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "team-global-express",
        "Team Global Express",
        domains=["teamglobalexp.com", "mytge.com", "myteamge.com", "tollgroup.com", "toll.com.au"],
        addresses=["myteamge@teamglobalexp.com"],
        phrases=statuses(
            returned=["status=returned"],
            exception=["status=attempted", "status=carded"],
            ready_for_pickup=["status=awaitingcollection"],
            delivered=["status=delivered", "has been delivered"],
            out_for_delivery=["status=outfordelivery"],
            in_transit=["status=intransit"],
        ),
        language="en",
        dayfirst=True,
    ),
)
