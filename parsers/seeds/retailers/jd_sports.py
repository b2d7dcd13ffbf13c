"""JD Sports."""

from parsers.seeds.authoring import retailer, statuses

DEFINITIONS = (
    retailer(
        "jd-sports",
        "JD Sports",
        domains=["jdsports.com", "jd-sports.com.au"],
        order_pattern=r"[0-9]{11}",
        phrases=statuses(
            cancelled=["had to cancel your order"],
            shipped=["we've got the scoop"],
            ordered=["thank you for your order"],
        ),
        language="en",
    ),
)
