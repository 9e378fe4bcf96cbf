"""Releases of a store's articles that others can build on: Parquet, JSON Lines, a card and a manifest.

The way of a row: `gather` (one article a page, with its versions) -> `decide` (duplicates and split) -> `finish`
(rights, the row's digest) -> `write`. Between the steps lie sorted files, so that memory does not grow with the store.
"""
