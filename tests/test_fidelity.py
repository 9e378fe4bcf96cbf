"""The comparison with other archivers can tell right from wrong, and its table is of the cases that there are."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys

import pytest

from benchmarks.fidelity.marks import NAMES, Kept, judge
from benchmarks.fidelity.table import Outcome, Result, format_table, totals
from tests.commands import ROOT, clean_environ
from tests.wirecases import every_case
from tests.wireserver import cases, page

CASES = cases()
ASKED = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def sha1(payload: bytes, encoding: str = "base32") -> str:
    digest = hashlib.sha1(payload).digest()
    return f"sha1:{base64.b32encode(digest).decode() if encoding == 'base32' else digest.hex()}"


def kept(response: bytes, digest: str | None = None, truncated: str | None = None, request: bytes = ASKED) -> Kept:
    return Kept(response=response, payload_digest=digest, truncated=truncated, requests=(request,))


def wrong(name: str, record: Kept | None) -> list[str]:
    return judge(CASES[f"/case/{name}"], record, [ASKED]).wrong


def message(name: str) -> bytes:
    return CASES[f"/case/{name}"].message


@pytest.mark.parametrize("encoding", ["base32", "hex"])
def test_what_is_exact_has_every_mark(encoding: str) -> None:
    """The digest is that of the body without its chunks, however it is written down."""
    exact = kept(message("chunked"), sha1(page("chunked"), encoding))

    assert wrong("chunked", exact) == []
    assert wrong("short", kept(message("short"), sha1(page("short")), "disconnect")) == []


def test_each_fault_costs_its_own_mark() -> None:
    """A digest over the framing, a rebuilt message, another request, and flags that are missing or untrue."""
    chunked, plain = message("chunked"), message("plain")
    framed = chunked.partition(b"\r\n\r\n")[2]
    digest = sha1(page("plain"))
    rebuilt = b"HTTP/1.0 200\r\nContent-Type: text/html\r\n\r\n" + page("plain")

    assert wrong("chunked", kept(chunked, sha1(framed))) == ["digest"]
    assert wrong("plain", kept(rebuilt, digest)) == ["wire", "head"]
    assert wrong("plain", kept(plain[:-1], sha1(page("plain")[:-1]))) == ["wire", "payload", "digest"]
    assert wrong("plain", kept(plain, digest, request=b"GET / HTTP/1.0\r\n\r\n")) == ["request"]
    assert wrong("plain", kept(plain, digest, "length")) == ["flag"]
    assert wrong("short", kept(message("short"), sha1(page("short")))) == ["flag"]
    assert wrong("short", kept(message("short"), sha1(page("short")), "length")) == ["flag"]
    assert wrong("short", None) == list(NAMES)


def test_what_a_limit_cut_is_exact_only_if_it_is_marked() -> None:
    """And whoever has no limit is right to take it whole."""
    whole = message("too-large")
    body = whole.partition(b"\r\n\r\n")[2]
    cut = len(whole) - len(body) + 1000

    assert wrong("too-large", kept(whole, sha1(body))) == []
    assert wrong("too-large", kept(whole[:cut], sha1(body[:1000]), "length")) == []
    assert wrong("too-large", kept(whole[:cut], sha1(body[:1000]))) == ["flag"]


def test_the_table_counts_what_can_be_judged() -> None:
    """A mark that nothing can be said about is in neither number; a case without a record says so."""
    marks = {name: judge(CASES[f"/case/{name}"], None, []) for name in ("plain", "short")}
    outcome = Outcome(marks=marks, missing=frozenset(marks))
    table = format_table([Result(name="peer", version="1", outcomes={"http": outcome})])

    assert totals(outcome)["wire"] == (0, 2)
    assert totals(outcome)["flag"] == (0, 1)
    assert "| http | cut answer is marked as cut | 0 of 1 |" in table
    assert "| `plain` | no record |" in table


def test_the_document_has_a_line_for_each_case() -> None:
    """After a new case: python -m benchmarks.fidelity --write."""
    text = (ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([^`]+)` \|", text.split("<!-- table: begin -->")[1], re.MULTILINE)

    assert [path.rpartition("/")[2] for path, case in every_case().items() if case.has_record] == listed


def run(*args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.fidelity", *args],
        cwd=ROOT, env=clean_environ(**environ), capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip


def test_a_peer_that_is_not_there_is_one_line_and_no_table() -> None:
    """Half a table is not printed."""
    done = run("--peers", "kakehashi,wget", "--cases", "plain", PATH=os.devnull)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "wget is not installed: apt-get install wget\n"


def test_a_short_run_finds_ours_exact() -> None:
    """The whole command over a few cases, with a cut one among them."""
    done = run("--peers", "kakehashi", "--cases", "plain,gzip-chunked,hints,short", "--protocols", "http", "--json")

    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)
    assert result["wrong"] == {}
    assert {name: tuple(of) for name, of in result["totals"].items()} == {
        "wire": (4, 4), "head": (4, 4), "payload": (4, 4), "digest": (4, 4), "request": (4, 4), "flag": (1, 1),
    }  # fmt: skip
