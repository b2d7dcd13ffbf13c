"""Finish Line (US): one update may hold shipped and cancelled lines together."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "finish-line",
        "Finish Line",
        domains=["finishline.com"],
        order_pattern=r"[0-9]{8,12}",
        phrases=statuses(
            cancelled=["had to cancel your order"],
            shipped=["we've got the scoop"],
            ordered=["your order is official"],
        ),
        language="en",
        currency="USD",
        dayfirst=False,
    ),
)
