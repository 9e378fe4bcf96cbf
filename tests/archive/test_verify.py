"""A clean archive has no fault; whatever is changed in it is found and named exactly."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from archive.blobs import BlobStore, LocalBlobs
from archive.capture import Earlier
from archive.faults import CheckedWarc, Fault, Kind
from archive.s3 import S3Blobs
from archive.verify import verify_archive
from tests.archive.samples import CHUNKED, PAGE, exchange, open_writer, write_warc

if TYPE_CHECKING:
    from pathlib import Path

    from archive.closed import ClosedWarc

NAME = "kakehashi-20261121T093000123Z-00000-testrun"
WARC = f"warc/2026/11/{NAME}.warc.gz"
INDEX = f"cdxj/{NAME}.cdxj"
MANIFEST = f"manifest/2026/11/{NAME}.json"


@pytest.fixture
def closed(tmp_path: Path) -> ClosedWarc:
    found: list[ClosedWarc] = []
    known: list[Earlier] = []
    writer = open_writer(tmp_path, found, find_earlier=lambda url, _: known[0] if "d.example" in url else None)
    for item in (
        exchange(),
        exchange(CHUNKED, url="https://b.example/"),
        exchange(b"HTTP/1.1 204 No Content\r\n\r\n", url="https://c.example/é"),
        exchange(PAGE, url="https://d.example/"),
    ):
        stored = writer.write(item)
        known.append(
            Earlier(
                record_id=stored.record_id,
                url=stored.url,
                captured_at=stored.captured_at,
                payload_digest=stored.payload_digest,
            )
        )
    writer.close()
    return found[0]


def faults_of(store: BlobStore) -> list[Fault]:
    return [item for item in verify_archive(store) if isinstance(item, Fault)]


def faults_in(folder: Path) -> list[tuple[str, str, int | None]]:
    return [(fault.kind.value, fault.key, fault.offset) for fault in faults_of(LocalBlobs(folder))]


def problems_in(folder: Path, kind: Kind) -> list[str]:
    return [fault.problem for fault in faults_of(LocalBlobs(folder)) if fault.kind is kind]


def test_a_clean_archive_has_no_fault(tmp_path: Path, closed: ClosedWarc) -> None:
    """And every WARC is told with its captures, facts included."""
    (warc,) = verify_archive(LocalBlobs(tmp_path))

    assert isinstance(warc, CheckedWarc)
    assert (warc.key, warc.records, warc.broken_at) == (WARC, closed.records, None)
    assert [(offset, seen.length, seen.url) for offset, seen in warc.captures.items()] == [
        (entry.location.offset, entry.location.length, entry.url) for entry in closed.entries
    ]
    assert [seen.kind for seen in warc.captures.values()] == ["response", "response", "response", "revisit"]
    assert {seen.facts for seen in warc.captures.values()} == {exchange().facts}


def test_a_store_on_s3_is_verified_alike(tmp_path: Path, closed: ClosedWarc, s3_store_url: str) -> None:
    """Streamed, with the same faults."""
    store = S3Blobs(s3_store_url)
    for key in (WARC, INDEX, MANIFEST):
        store.put_file(key, tmp_path / key)
    assert faults_of(store) == []

    store.put_bytes(INDEX, b"")
    assert [(fault.kind, fault.key) for fault in faults_of(store)] == [
        (Kind.INDEX, INDEX)
    ] * closed.records.__floordiv__(3)


def test_a_flipped_bit_is_found_wherever_it_is(tmp_path: Path, closed: ClosedWarc) -> None:
    """By the manifest always; by the record's checksum or digest where the bit has a meaning."""
    data = closed.path.read_bytes()

    for position in range(0, len(data), 11):
        flipped = bytearray(data)
        flipped[position] ^= 1 << position % 8
        closed.path.write_bytes(flipped)
        assert ("checksum", WARC, None) in faults_in(tmp_path)


def test_damage_is_named_at_its_record_and_what_is_behind_is_not_blamed(tmp_path: Path, closed: ClosedWarc) -> None:
    """The index lines of records that cannot be reached are not called wrong."""
    data = bytearray(closed.path.read_bytes())
    place = closed.entries[1].location
    data[place.offset + 60] ^= 1
    closed.path.write_bytes(data)

    assert faults_in(tmp_path) == [("damaged", WARC, place.offset), ("checksum", WARC, None)]


def test_a_truncated_tail_is_found(tmp_path: Path, closed: ClosedWarc) -> None:
    """With the sizes."""
    data = closed.path.read_bytes()
    closed.path.write_bytes(data[:-10])

    found = faults_of(LocalBlobs(tmp_path))

    assert [(fault.kind, fault.key) for fault in found] == [(Kind.DAMAGED, WARC), (Kind.CHECKSUM, WARC)]
    assert found[0].problem == "the file is cut inside this record"
    assert found[1].problem == f"has {len(data) - 10} bytes, {MANIFEST} says {len(data)}"


def rewrite(path: Path, old: bytes, new: bytes) -> None:
    """Replace bytes inside every record, and pack the records again: the checksums of gzip then hold."""
    import gzip

    from tests.archive.samples import members_of

    data = path.read_bytes()
    parts = [gzip.decompress(data[at : at + size]) for at, size in members_of(path)]
    path.write_bytes(b"".join(gzip.compress(part.replace(old, new)) for part in parts))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"Tashkent and Tokyo", b"Tashkent and Kyoto", ["block digest", "payload digest"]),
        (b"6\r\n world", b"6\r\n_world", ["block digest", "payload digest"]),
        (b"X-Trailer: 1", b"X-Trailer: 2", ["block digest"]),
        (b"GET /a", b"GET /b", ["block digest"] * 4),
    ],
)
def test_changed_bytes_are_found_by_their_digests(
    tmp_path: Path, closed: ClosedWarc, old: bytes, new: bytes, expected: list[str]
) -> None:
    """The record, and which digest."""
    rewrite(closed.path, old, new)

    found = problems_in(tmp_path, Kind.DIGEST)

    assert [problem.split(": ")[1].split(" is ")[0] for problem in found] == expected


def test_a_digest_over_the_chunk_framing_is_let_pass(tmp_path: Path, closed: ClosedWarc) -> None:
    """As warcio takes it: the bytes are those that were meant."""
    from archive.digests import sha1_label

    framed = CHUNKED[CHUNKED.index(b"\r\n\r\n") + 4 :]
    rewrite(closed.path, sha1_label(b"hello world").encode(), sha1_label(framed).encode())

    assert problems_in(tmp_path, Kind.DIGEST) == []


def test_a_missing_warc_is_named_once(tmp_path: Path, closed: ClosedWarc) -> None:
    """Its index is not blamed as well."""
    closed.path.unlink()

    assert faults_in(tmp_path) == [("missing", WARC, None)]


@pytest.mark.parametrize("key", [INDEX, MANIFEST])
def test_a_missing_index_or_manifest_is_named(tmp_path: Path, closed: ClosedWarc, key: str) -> None:
    """In the other direction."""
    (tmp_path / key).unlink()

    assert faults_in(tmp_path) == [("missing", key, None)]


def test_an_index_without_its_warc_is_named(tmp_path: Path, closed: ClosedWarc) -> None:
    """Where no manifest speaks of it either."""
    closed.path.unlink()
    (tmp_path / MANIFEST).unlink()

    assert faults_in(tmp_path) == [("missing", INDEX, None)]


@pytest.mark.parametrize(("field", "value"), [("sha256", "0" * 64), ("size", 5)])
def test_a_manifest_that_says_otherwise_is_found(tmp_path: Path, closed: ClosedWarc, field: str, value: object) -> None:
    """With what it says and what is."""
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    manifest["files"][0][field] = value
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))

    assert faults_in(tmp_path) == [("checksum", WARC, None)]
    assert f"{MANIFEST} says {value}" in problems_in(tmp_path, Kind.CHECKSUM)[0]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"files": [{}]}', '{"files": 5}', "[" * 100_000, "\xff"])
def test_a_manifest_that_is_none_is_named(tmp_path: Path, closed: ClosedWarc, text: str) -> None:
    """Then nothing vouches for the WARC."""
    (tmp_path / MANIFEST).write_text(text, encoding="latin-1")

    assert ("manifest", MANIFEST, None) in faults_in(tmp_path)


def test_a_manifest_may_name_other_files(tmp_path: Path, closed: ClosedWarc) -> None:
    """They are compared too."""
    (tmp_path / "manifest" / "extra.json").write_text(
        json.dumps(
            {
                "files": [
                    {"key": "notes/a.txt", "size": 1, "sha256": "0" * 64},
                    {"key": "b", "size": 0, "sha256": "0" * 64},
                ]
            }
        )
    )
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("a")

    assert faults_in(tmp_path) == [("missing", "b", None), ("checksum", "notes/a.txt", None)]


def change_line(folder: Path, url: str, /, **fields: object) -> int:
    """Change the line of a URL; back comes where it begins in the file."""
    path, position, lines = folder / INDEX, 0, []
    found = -1
    for line in path.read_text().splitlines(keepends=True):
        key, time, raw = line.split(" ", 2)
        if json.loads(raw)["url"] == url:
            found = position
            line = f"{key} {time} {json.dumps({**json.loads(raw), **fields})}\n"  # noqa: PLW2901
        position += len(line)
        lines.append(line)
    path.write_text("".join(lines))
    return found


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"length": "5"}, "says length 5"),
        ({"url": "https://example.org/A"}, "says url 'https://example.org/A'"),
        ({"digest": "sha1:WRONG"}, "says digest sha1:WRONG"),
        ({"recordId": "<urn:uuid:2>"}, "says record id '<urn:uuid:2>'"),
        ({"captured": "2026-11-21T09:30:00.124Z"}, "says time '2026-11-21T09:30:00.124Z'"),
        ({"filename": "other.warc.gz"}, "points into other.warc.gz"),
        ({"offset": "x"}, "not a CDXJ line"),
    ],
)
def test_an_index_line_that_says_otherwise_is_named(
    tmp_path: Path, closed: ClosedWarc, fields: dict[str, object], problem: str
) -> None:
    """By its place in the index, with what the record has."""
    position = change_line(tmp_path, "https://example.org/a", **fields)

    found = [fault for fault in faults_of(LocalBlobs(tmp_path)) if fault.offset is not None]

    assert [(fault.kind, fault.key, fault.offset) for fault in found] == [(Kind.INDEX, INDEX, position)]
    assert found[0].problem.startswith(problem)


def test_an_index_line_that_points_elsewhere_leaves_a_capture_without_one(tmp_path: Path, closed: ClosedWarc) -> None:
    """Both are named."""
    place = closed.entries[0].location
    position = change_line(tmp_path, "https://example.org/a", offset=str(place.offset + 1))

    assert faults_in(tmp_path) == [("index", INDEX, position), ("index", INDEX, None)]
    assert problems_in(tmp_path, Kind.INDEX) == [
        f"points to byte {place.offset + 1} of {NAME}.warc.gz, where no capture begins (https://example.org/a)",
        f"has no line for the response of https://example.org/a at byte {place.offset} of {WARC}",
    ]


def test_an_index_out_of_order_is_named(tmp_path: Path, closed: ClosedWarc) -> None:
    """Readers search it by halves."""
    path = tmp_path / INDEX
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[1:], lines[0]]))

    assert problems_in(tmp_path, Kind.INDEX) == ["is not in the order of its bytes: readers will miss it"]


def test_a_line_under_a_wrong_key_is_named(tmp_path: Path, closed: ClosedWarc) -> None:
    """Nobody would find it there."""
    path = tmp_path / INDEX
    path.write_text(path.read_text().replace("org,example)/a 2026", "org,example)/ 2026"))

    assert problems_in(tmp_path, Kind.INDEX) == [
        "is filed under ('org,example)/', '20261121093000'), expected ('org,example)/a', '20261121093000')"
    ]


@pytest.mark.parametrize("is_live", [True, False])
def test_an_unfinished_file_is_a_note_while_its_run_goes_on(
    tmp_path: Path, closed: ClosedWarc, *, is_live: bool
) -> None:
    """One of a run that died is a fault: its records are in no index."""
    open_writer(tmp_path / "other", []).write(exchange())
    key = f"{WARC.replace('00000', '00001')}.open"
    (tmp_path / "other" / f"{WARC}.open").rename(tmp_path / key)
    (tmp_path / "warc" / ".x.tmp").touch()

    found = list(verify_archive(LocalBlobs(tmp_path), live={"testrun"} if is_live else set()))
    said = [(fault.kind, fault.key, fault.is_wrong) for fault in found if isinstance(fault, Fault)]

    if is_live:
        assert said == [(Kind.UNFINISHED, key, False)]
    else:
        assert said == [(Kind.LEFTOVER, "warc/.x.tmp", False), (Kind.LEFTOVER, key, True)]


def test_verifying_a_large_warc_holds_no_record_in_memory(tmp_path: Path) -> None:
    """60 MB in one response."""
    write_warc(tmp_path, exchange(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(60 * 1024**2)))
    tracemalloc.start()

    assert faults_in(tmp_path) == []
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 10 * 1024**2


def test_an_empty_folder_has_no_fault(tmp_path: Path) -> None:
    """Nothing is promised, nothing is missing."""
    assert faults_in(tmp_path) == []


def test_a_manifest_that_names_a_file_of_an_impossible_year_is_read(tmp_path: Path, closed: ClosedWarc) -> None:
    """A flipped bit makes 2026 the year 26, which no name can hold: a fault, and no error."""
    path = tmp_path / MANIFEST
    path.write_text(path.read_text().replace("kakehashi-2026", "kakehashi-0026"))

    assert {fault.kind for fault in faults_of(LocalBlobs(tmp_path))} == {Kind.MISSING}
