"""What can go wrong with orders; none of it is worth a retry."""


class OrdersError(Exception):
    """Base of the family; its text may be shown to people."""


class ValueRefused(OrdersError):
    """A typed value cannot be one of its field."""
