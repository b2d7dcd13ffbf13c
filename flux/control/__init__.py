"""The control centre: the admin site of Flux, its first page and its navigation."""
