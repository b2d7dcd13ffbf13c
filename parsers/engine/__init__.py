"""The reading engine: bytes of one e-mail in, what it says of orders and parcels out.

Pure Python: no Django, no database, no network, no clock. Everything that a reading depends on is an argument, so the
same bytes under the same definitions always give the same result.
"""
