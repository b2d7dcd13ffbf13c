"""What all tests share."""

from flux.testing.dovecot import dovecot

__all__ = ["dovecot"]
