"""Running what a definition says: its mappings, row scopes and transforms, compiled once, run on every mail it claims.

`compile` turns a definition into finders and steps and refuses what is wrong in it; `run` resolves the chains of one
mail; `assemble` makes orders and parcels of the values; `layering` puts them over what words and markup say.
"""
