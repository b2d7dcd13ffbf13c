"""Check digits of carriers' numbers. Each function says whether `check` is right for `serial`.

Sources: UPU S10-12 for S10; GS1 General Specifications 7.9 for mod 10 with weights 3 and 1; ISO/IEC 7064 for
MOD 37,36; ISO/IEC 7812-1 annex B for Luhn; the carriers' label guides as collected in tracking_number_data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_S10_SPECIAL = {10: 0, 11: 5}


def _digit(sign: str) -> int:
    """A digit's value; a letter counts (code - 3) mod 10 in the mod 10 schemes that allow letters."""
    return int(sign) if sign.isdigit() else (ord(sign) - 3) % 10


def mod10(serial: str, check: str, rule: Mapping[str, Any]) -> bool:
    """Weighted sum modulo 10; `reverse` counts positions from the right."""
    signs = serial[::-1] if rule.get("reverse") else serial
    weights = (rule.get("evens_multiplier", 1), rule.get("odds_multiplier", 1))
    total = sum(_digit(sign) * weights[index % 2] for index, sign in enumerate(signs))
    return check.isdigit() and -total % 10 == int(check)


def mod7(serial: str, check: str, rule: Mapping[str, Any]) -> bool:
    """The serial number modulo 7."""
    return serial.isdigit() and check.isdigit() and int(serial) % 7 == int(check)


def luhn(serial: str, check: str, rule: Mapping[str, Any]) -> bool:
    """Every second digit from the right doubled, digits summed."""
    total = sum(
        sum(divmod(int(sign) * 2, 10)) if index % 2 == 0 else int(sign) for index, sign in enumerate(serial[::-1])
    )
    return check.isdigit() and -total % 10 == int(check)


def s10(serial: str, check: str, rule: Mapping[str, Any]) -> bool:
    """UPU S10: 11 minus the weighted sum modulo 11, where 10 becomes 0 and 11 becomes 5."""
    weights: Sequence[int] = rule["weightings"]
    total = sum(int(sign) * weight for sign, weight in zip(serial, weights, strict=True))
    rest = 11 - total % 11
    return check.isdigit() and _S10_SPECIAL.get(rest, rest) == int(check)


def weighted(serial: str, check: str, rule: Mapping[str, Any]) -> bool:
    """Weighted sum modulo one number, then modulo another (FedEx: 11, then 10)."""
    total = sum(int(sign) * weight for sign, weight in zip(serial, rule["weightings"], strict=True))
    return check.isdigit() and total % rule["modulo1"] % rule["modulo2"] == int(check)


def mod_37_36(serial: str, check: str, rule: Mapping[str, Any]) -> bool:
    """ISO/IEC 7064 MOD 37,36 over digits and letters."""
    alphabet: str = rule["alphabet"]
    modulus = rule["modulo"]
    product = modulus
    for sign in serial:
        product = (product + alphabet.index(sign)) % modulus or modulus
        product = product * 2 % (modulus + 1)
    return alphabet[(modulus + 1 - product) % modulus] == check


SCHEMES: dict[str, Callable[[str, str, Mapping[str, Any]], bool]] = {
    "mod10": mod10,
    "mod7": mod7,
    "luhn": luhn,
    "s10": s10,
    "sum_product_with_weightings_and_modulo": weighted,
    "mod_37_36": mod_37_36,
}
