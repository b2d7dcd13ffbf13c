"""Australia Post: the shop stands inside the subject, links are click redirects without the number, and the footer of
mail on the way speaks of Safe Drop.
"""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "australia-post",
        "Australia Post",
        domains=["auspost.com.au", "australiapost.com.au"],
        addresses=["noreply@notifications.auspost.com.au"],
        phrases=statuses(
            returned=["return to sender"],
            exception=["we missed you"],
            ready_for_pickup=["ready to collect", "ready for collection"],
            delivered=["your shipment has been delivered", "delivered to"],
            out_for_delivery=["is coming today", "on board for delivery"],
            in_transit=["we've got it", "it's on its way", "is on its way"],
            label_created=["is being prepared"],
        ),
        ignore_phrases=(
            "safe drop is only available",
            "track your delivery",
        ),
        language="en",
        dayfirst=True,
        proven=True,
    ),
)
