"""What can go wrong with accounts; none of it is worth a retry."""


class AccountsError(Exception):
    """Base of the family; its text may be shown to people."""


class SetupDone(AccountsError):
    """The first admin exists."""


class LinkUnusable(AccountsError):
    """A sign-in link is spent, expired or unknown."""


class NoAdminLeft(AccountsError):
    """Nobody could administer this Flux any more."""
