"""Tracking numbers: whose they can be, by format and check digit. Pure Python."""
