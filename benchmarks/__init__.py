"""How fast Flux is, as ratios against a plain way of doing the same, measured in one run: `make bench`."""
