"""archive.sieve: what is wanted of a WARC, out of its bytes as they come."""

from __future__ import annotations

import gzip
import io
import itertools
import zlib

import pytest

from archive.sieve import Sieve
from tests import foreign


def record(number: int, size: int = 400) -> bytes:
    fields = [("WARC-Target-URI", f"http://{'ab'[number % 2]}.example/{number}"), ("WARC-Record-ID", foreign.new_id())]
    return foreign.record("response", fields, bytes(itertools.islice(itertools.cycle(range(256)), size)))


INFO = foreign.record("warcinfo", [("WARC-Record-ID", foreign.new_id())], b"software: x\r\n")
MEMBERS = [gzip.compress(item, mtime=0) for item in (INFO, *map(record, range(20)))]
WHOLE = b"".join(MEMBERS)
KEPT = b"".join([MEMBERS[0], *MEMBERS[1::2]])


def wants(fields: object) -> bool:
    return "//a.example/" in fields["warc-target-uri"]  # type: ignore[index]


def sieved(data: bytes, step: int) -> tuple[Sieve, bytes]:
    out = io.BytesIO()
    sieve = Sieve(out, wants)
    for begin in range(0, len(data), step):
        sieve.feed(data[begin : begin + step])
    sieve.end()
    return sieve, out.getvalue()


@pytest.mark.parametrize("step", [1, 7, 1000, 10**6])
def test_members_are_kept_byte_for_byte_whatever_the_parts(step: int) -> None:
    """With the places that they have in the original."""
    sieve, kept = sieved(WHOLE, step)

    assert kept == KEPT
    assert b"".join(WHOLE[begin : begin + length] for begin, length in sieve.pieces) == KEPT
    assert (sieve.matched, sieve.kinds, sieve.faults) == (10, {"warcinfo": 1, "response": 20}, [])
    assert sieve.boundary == len(WHOLE)
    assert sieve.kept_bytes == len(KEPT)


def test_it_goes_on_at_the_boundary_of_any_byte() -> None:
    """What was fed before and behind gives the same as all at once, wherever the one stopped."""
    for cut in range(0, len(WHOLE), 97):
        out = io.BytesIO()
        first = Sieve(out, wants)
        first.feed(WHOLE[:cut])
        out.truncate(first.kept_bytes)
        out.seek(first.kept_bytes)
        again = Sieve(
            out, wants, begins_at=first.boundary, kept_bytes=first.kept_bytes, pieces=first.pieces,
            kinds=first.kinds, matched=first.matched, faults=first.faults,
        )  # fmt: skip
        again.feed(WHOLE[first.boundary :])
        again.end()

        assert out.getvalue() == KEPT
        assert (again.matched, again.kinds.total(), again.faults) == (10, 21, [])


@pytest.mark.parametrize("step", [50, 10**6])
def test_a_file_that_ends_within_a_record(step: int) -> None:
    """The record is a fault, and none of it is kept."""
    sieve, kept = sieved(WHOLE[: len(WHOLE) - len(MEMBERS[-1]) - 5], step)

    assert kept == KEPT[: -len(MEMBERS[-2])]
    assert len(sieve.faults) == 1
    assert "ends within" in sieve.faults[0]


@pytest.mark.parametrize("step", [150, 10**6])
@pytest.mark.parametrize("damage", ["bytes", "checksum", "plain", "no-record"])
def test_damage_costs_its_own_record(damage: str, step: int) -> None:
    """The next member that holds a record is found again."""
    made = list(MEMBERS)
    if damage == "bytes":
        made[5] = made[5][:40] + bytes(60) + made[5][100:]
    elif damage == "checksum":
        made[5] = made[5][:-8] + bytes(4) + made[5][-4:]
    elif damage == "plain":
        made[5] = gzip.decompress(made[5])
    else:
        made[5] = gzip.compress(b"x" * 100)
    sieve, kept = sieved(b"".join(made), step)

    assert kept == KEPT.replace(MEMBERS[5], b"")
    assert len(sieve.faults) == 1
    assert f"at byte {len(b''.join(made[:5]))}:" in sieve.faults[0]


def test_what_is_no_warc_at_all_keeps_nothing() -> None:
    """Not compressed, many records in a member, a header without end."""
    assert sieved(gzip.decompress(WHOLE), 100)[1] == b""
    one, _ = sieved(gzip.compress(gzip.decompress(WHOLE)), 100)
    assert "more than one record" in one.faults[0]
    assert "without a WARC record" in sieved(gzip.compress(b"WARC/1.0\r\n" + b"x: y\r\n" * 50_000), 100)[0].faults[0]


def test_memory_is_bounded_whatever_a_record_holds() -> None:
    """A member that unpacks to 80 MB is passed over in pieces, and one that is kept goes on as it comes."""
    import tracemalloc

    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    size = 80 * 1024 * 1024
    head = f"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://b.example/\r\nContent-Length: {size}\r\n\r\n"
    parts = [packer.compress(head.encode())]
    parts += [packer.compress(bytes(1024 * 1024)) for _ in range(80)]
    data = b"".join([*parts, packer.compress(b"\r\n\r\n"), packer.flush(), MEMBERS[1]])
    tracemalloc.start()
    sieve, kept = sieved(data, 10**6)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert kept == MEMBERS[1]
    assert sieve.kinds == {"resource": 1, "response": 1}
    assert peak < 16 * 1024 * 1024
