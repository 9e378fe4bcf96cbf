"""`croissant.json`: the release in the words of Croissant 1.0, for tools that load datasets by it. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases", "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/",

    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
    "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet", "format": "cr:format",
    "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key",
    "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation", "recordSet": "cr:recordSet",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace",
    "samplingRate": "cr:samplingRate", "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source",
    "subField": "cr:subField", "transform": "cr:transform", "wd": "https://www.wikidata.org/wiki/",
}  # fmt: skip
_KINDS = {
    "string": "sc:Text", "int32": "sc:Integer", "int64": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean",
    "timestamp[ms, tz=UTC]": "sc:Date", "list<element: string>": "sc:Text", "list<item: string>": "sc:Text",
}  # fmt: skip


def croissant(
    *,
    name: str,
    description: str,
    day: str,
    version: str,
    cite_as: str,
    files: Sequence[dict[str, Any]],
    tables: Sequence[tuple[str, str, Sequence[tuple[str, str]]]],
) -> str:
    """The metadata as text.

    `files` are the entries of a manifest, `tables` name, folder and columns (name and Arrow type) of each record set.
    `day` is that of the last capture. Columns that hold structures are left to the tables themselves.
    """
    objects = [_object(item) for item in files if item["path"].endswith(".parquet")]
    return json.dumps(
        {
            "@context": _CONTEXT, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0",
            "name": name, "description": description, "datePublished": day, "version": version, "citeAs": cite_as,
            "license": "per record: the columns rights and reservations", "url": f"urn:dataset:{name}",
            "isLiveDataset": False, "distribution": [*objects, *(_set(table) for table in tables)],
            "recordSet": [_records(table) for table in tables],
        },
        indent=1, ensure_ascii=False,
    ) + "\n"  # fmt: skip


def _object(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject", "@id": item["path"], "name": item["path"], "contentUrl": item["path"],
        "contentSize": f"{item['size']} B", "encodingFormat": "application/x-parquet", "sha256": item["sha256"],
    }  # fmt: skip


def _set(table: tuple[str, str, Sequence[tuple[str, str]]]) -> dict[str, Any]:
    name, folder, _ = table
    return {
        "@type": "cr:FileSet", "@id": f"{name}-files", "name": f"{name}-files",
        "description": f"The Parquet files of {folder}/.", "encodingFormat": "application/x-parquet",
        "includes": f"{folder}/**/*.parquet",
    }  # fmt: skip


def _records(table: tuple[str, str, Sequence[tuple[str, str]]]) -> dict[str, Any]:
    name, _, columns = table
    fields = [_field(name, column, kind) for column, kind in columns if kind in _KINDS]
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "field": fields}


def _field(table: str, column: str, kind: str) -> dict[str, Any]:
    field = {
        "@type": "cr:Field", "@id": f"{table}/{column}", "name": column, "dataType": _KINDS[kind],
        "source": {"fileSet": {"@id": f"{table}-files"}, "extract": {"column": column}},
    }  # fmt: skip
    return {**field, "repeated": True} if kind.startswith("list<") else field
