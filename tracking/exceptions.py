"""What can go wrong with parcels; none of it is worth a retry."""


class TrackingError(Exception):
    """Base of the family; its text may be shown to people."""


class LinkRefused(TrackingError):
    """A parcel cannot be linked to that order."""
