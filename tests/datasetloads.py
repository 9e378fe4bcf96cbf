"""Loads the release at a path in each library, without a hint, and prints what it found. Run by `datasettools`."""

import json
import sys

import datasets
import duckdb
import mlcroissant
import polars as pl
import pyarrow.parquet

folder = sys.argv[1]
default = datasets.load_dataset(folder)
croissant = mlcroissant.Dataset(jsonld=f"{folder}/croissant.json")
found = {
    "datasets": sorted(row["id"] for split in default.values() for row in split),
    "splits": {name: len(split) for name, split in default.items()},
    "duckdb": [row[0] for row in duckdb.sql(f"select id from '{folder}/data/**/*.parquet' order by id").fetchall()],
    "duckdb_jsonl": [
        row[0] for row in duckdb.sql(f"select id from '{folder}/jsonl/**/*.jsonl' order by id").fetchall()
    ],
    "polars": sorted(pl.read_parquet(f"{folder}/data/**/*.parquet")["id"].to_list()),
    "pyarrow": sorted(pyarrow.parquet.read_table(f"{folder}/data")["id"].to_pylist()),
    "versions": pl.read_parquet(f"{folder}/versions").height,
    "croissant": sorted(row["articles/id"].decode() for row in croissant.records("articles")),
    "errors": sorted(croissant.metadata.issues.errors),
    "warnings": sorted(croissant.metadata.issues.warnings),
}
if found["versions"]:
    found["datasets_versions"] = len(datasets.load_dataset(folder, "versions")["train"])
sys.stdout.write(json.dumps(found) + "\n")
