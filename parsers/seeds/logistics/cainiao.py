"""Cainiao: AliExpress sends some of its mail, under its name."""

from parsers.seeds.authoring import carrier

DEFINITIONS = (
    carrier(
        "cainiao",
        "Cainiao",
        domains=["cainiao.com"],
    ),
    carrier(
        "cainiao-aliexpress",
        "Cainiao",
        domains=["aliexpress.com"],
        author="cainiao",
        named=r"(?i)\bcainiao\b",
    ),
)
