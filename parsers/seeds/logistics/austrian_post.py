"""Österreichische Post."""

from parsers.seeds.authoring import carrier, statuses

DEFINITIONS = (
    carrier(
        "austrian-post",
        "Österreichische Post",
        domains=["post.at"],
        addresses=["meinesendung@post.at"],
        phrases=statuses(
            delivered=["ihre sendung wurde zugestellt"],
            out_for_delivery=["sendung ist in zustellung"],
        ),
        language="de",
        dayfirst=True,
    ),
)
