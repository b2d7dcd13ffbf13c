"""PostgreSQL without installing it: the server of a wheel, kept in Flux's data directory.

One detached keeper process runs the server. It starts with its first user and stops after its last: every process that
wants the database holds a shared lock for as long as it lives, so a `kill -9` of any of them is noticed too.
"""

from flux.embedded.client import connection_settings

__all__ = ["connection_settings"]
