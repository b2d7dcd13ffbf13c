"""Invented numbers of real shapes, check digits included, so that the ordinary checks accept them."""

from __future__ import annotations

import random


def number_like(shape: str, chance: random.Random) -> str:
    """Fill a shape: `#` becomes a digit, `@` an upper-case hexadecimal digit."""
    fill = {"#": "0123456789", "@": "0123456789ABCDEF"}
    return "".join(chance.choice(fill[sign]) if sign in fill else sign for sign in shape.strip())


def with_check_digit(number: str, scheme: str) -> str:
    """Complete a number: `s10:GB` (UPU S10), `ups` (1Z…, weighted mod 10), `fedex12`, `gs1`; "" leaves it."""
    if scheme.startswith("s10:"):
        total = sum(int(digit) * weight for digit, weight in zip(number[-8:], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
        check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
        return f"{number}{check}{scheme[4:]}"
    if scheme == "ups":
        values = [int(sign) if sign.isdigit() else (ord(sign) - 3) % 10 for sign in number[2:]]
        total = sum(value * (2 if index % 2 else 1) for index, value in enumerate(values))
        return f"{number}{-total % 10}"
    if scheme == "fedex12":
        total = sum(int(digit) * (3, 1, 7)[index % 3] for index, digit in enumerate(number))
        return f"{number}{total % 11 % 10}"
    if scheme == "gs1":
        total = sum(int(digit) * (1 if index % 2 else 3) for index, digit in enumerate(reversed(number)))
        return f"{number}{-total % 10}"
    return number
