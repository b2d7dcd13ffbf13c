"""YunExpress: known by its domains and numbers only; its words are not known."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "yunexpress",
        "YunExpress",
        domains=["yunexpress.com", "yuntrack.com"],
    ),
)
