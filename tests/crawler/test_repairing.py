"""`kakehashi verify --repair`: what can be derived again is, byte for byte; what cannot is said and left as it is."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import signal
import time
from typing import TYPE_CHECKING

import pytest

from archive.blobs import LocalBlobs
from archive.leases import Leases
from archive.live import STORE_LEASE
from archive.s3 import S3Blobs
from crawler.__main__ import main
from crawler.exits import Exit
from tests import commands

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.crawler.conftest import Crawled

pytestmark = pytest.mark.xdist_group("crawled")


@pytest.fixture
def repair(crawled: Crawled, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """Runs `verify` over the copy of the store; back come exit code and lines of stdout."""

    def run(*arguments: str, store: object = crawled.store) -> tuple[int, list[str]]:
        code = main(["verify", "--store", str(store), "--only-sources", str(crawled.sources), *arguments])
        return code, capsys.readouterr().out.splitlines()

    return run


def digests(store: Path) -> dict[str, str]:
    """Every file of a store that is no cache, by its bytes."""
    blobs = LocalBlobs(store)
    keys = [info.key for info in blobs.list() if not info.key.startswith("state/")]
    return {key: hashlib.sha256(blobs.get(key)).hexdigest() for key in keys}


def damage_all(crawled: Crawled) -> None:
    """Everything that can be derived again is damaged in some way: missing, cut, flipped, pointing elsewhere."""
    first, second = [info.key for info in LocalBlobs(crawled.store).list("cdxj/")]
    (crawled.store / first).unlink()
    index = crawled.store / second
    index.write_text(index.read_text().replace('"offset": "', '"offset": "1', 1))
    manifest_of(crawled).unlink()
    articles = crawled.store / crawled.key("articles/0001/")
    lines = articles.read_bytes().splitlines(keepends=True)
    articles.write_bytes(b"".join([lines[0], b"nonsense\n", *lines[2:-1], lines[-1][:-20]]))
    (crawled.store / crawled.key("dropped/0001/")).unlink()
    (crawled.store / crawled.key("text/")).write_bytes(b"\x1f\x8b")
    (crawled.store / crawled.key("links/0001/")).write_text("{}\n")
    (crawled.store / "cdxj" / ".abc.tmp").write_bytes(b"half of")


def manifest_of(crawled: Crawled) -> Path:
    keys = [info.key for info in LocalBlobs(crawled.store).list("manifest/") if "/runs/" not in info.key]
    return crawled.store / keys[-1]


def test_what_can_be_derived_is_made_again_byte_for_byte(
    crawled: Crawled, repair: Callable[..., tuple[int, list[str]]]
) -> None:
    """The store is then the one that the crawl left, and a second repair finds nothing to do."""
    before = digests(crawled.store)
    damage_all(crawled)
    assert digests(crawled.store) != before

    code, lines = repair("--repair")

    assert code == Exit.DONE, lines
    assert lines[-1].endswith("; all mended")
    assert {line.split(":")[0] for line in lines[:-1]} == {"mended"}
    assert digests(crawled.store) == before
    assert not list(crawled.store.rglob("*.tmp"))
    code, lines = repair("--repair", "--deep", "--json")
    assert (code, len(lines), json.loads(lines[0])["left"]) == (Exit.DONE, 1, 0)


def test_what_cannot_be_mended_is_said_and_stays(
    crawled: Crawled, repair: Callable[..., tuple[int, list[str]]]
) -> None:
    """A damaged record, a manifest that says otherwise, a ledger that does not add up: nothing of it is touched."""
    warc = crawled.store / crawled.key("warc/")
    data = bytearray(warc.read_bytes())
    data[len(data) // 2] ^= 1
    warc.write_bytes(data)
    (ledger, *_) = (crawled.store / "runs").glob("*.json")
    ledger.write_text(ledger.read_text().replace('"announced": ', '"announced": 1', 1))
    manifest_of(crawled).unlink()
    index = crawled.store / crawled.key("cdxj/")
    lines_before = index.read_bytes().splitlines()
    index.write_bytes(b"")
    evidence = {path: path.read_bytes() for path in (warc, ledger)}

    code, lines = repair("--repair")
    again, after = repair()

    assert (code, again) == (Exit.FAILURES, Exit.FAILURES)
    left = [line for line in lines[:-1] if not line.startswith("mended: ")]
    assert sorted(left) == sorted(after[:-1])
    assert {line.split(":")[0] for line in left} >= {"damaged", "checksum", "ledger", "missing"}
    assert f"missing: {manifest_of_key(warc, crawled)}: is not there" in "\n".join(left)
    assert {path: path.read_bytes() for path in evidence} == evidence
    kept = index.read_bytes().splitlines()
    assert len(lines_before) - 1 <= len(kept)
    assert set(kept) <= set(lines_before) | {line for line in kept if b"recordId" not in line}


def manifest_of_key(warc: Path, crawled: Crawled) -> str:
    key = warc.relative_to(crawled.store).as_posix()
    return key.replace("warc/", "manifest/", 1).replace(".warc.gz", ".json")


def test_a_manifest_that_says_otherwise_is_never_written_anew(
    crawled: Crawled, repair: Callable[..., tuple[int, list[str]]]
) -> None:
    """Also where the index is missing, which is made again beside it, and also by the next crawl."""
    manifest = manifest_of(crawled)
    manifest.write_text(manifest.read_text().replace('"size": ', '"size": 1', 1))
    said = manifest.read_bytes()
    (crawled.store / crawled.key("cdxj/")).unlink()

    code, lines = repair("--repair")

    assert code == Exit.FAILURES
    assert any(line.startswith("mended: cdxj/") for line in lines)
    assert manifest.read_bytes() == said


def test_an_article_whose_record_is_lost_is_kept(
    crawled: Crawled, repair: Callable[..., tuple[int, list[str]]]
) -> None:
    """The line is all that is left of it."""
    path = crawled.store / crawled.key("articles/0001/")
    lines = path.read_bytes().splitlines(keepends=True)
    place = json.loads(lines[0])["provenance"]
    warc = crawled.store / place["warc"]
    data = bytearray(warc.read_bytes())
    data[place["offset"] + place["length"] // 2] ^= 1
    warc.write_bytes(data)
    path.write_bytes(b"".join([lines[0], *lines[2:]]))

    repair("--repair")

    assert path.read_bytes() == b"".join(lines)


def test_a_store_in_use_is_exit_5(
    crawled: Crawled, repair: Callable[..., tuple[int, list[str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """By a run, or by another repair; nothing is changed, and a run does not begin while one repairs."""
    (crawled.store / crawled.key("dropped/0001/")).unlink()
    before = digests(crawled.store)
    now = dt.datetime.now(dt.UTC)
    for name in ("demo-agency", STORE_LEASE):
        leases = Leases(LocalBlobs(crawled.store), "20261122T000000Zother")
        leases.take([name], now)
        assert main(["verify", "--store", str(crawled.store), "--repair"]) == Exit.HELD
        assert "20261122T000000Zother" in capsys.readouterr().err
        assert digests(crawled.store) == before
        leases.release()
    leases.take([STORE_LEASE], now)
    assert main(["capture", "http://127.0.0.1:9/", "--store", str(crawled.store)]) == Exit.HELD
    leases.release()
    assert repair("--repair")[0] == Exit.DONE


def test_a_repair_that_is_interrupted_anywhere_is_finished_by_the_next(
    crawled: Crawled,
    repair: Callable[..., tuple[int, list[str]]],
    monkeypatch: pytest.MonkeyPatch,
    *,
    proves: bool,
) -> None:
    """Each write in turn does not happen: nothing is left half done, and the next repair ends as one that ran through."""
    before = digests(crawled.store)
    write = LocalBlobs.put_bytes
    for stop_at in range(1, 9) if proves else (3,):
        damage_all(crawled)
        count = 0

        def failing(store: LocalBlobs, key: str, data: bytes, *, if_absent: bool = False, at: int = stop_at) -> bool:
            nonlocal count
            count += not key.startswith("state/")
            if count == at and not key.startswith("state/"):
                raise KeyboardInterrupt
            return write(store, key, data, if_absent=if_absent)

        monkeypatch.setattr(LocalBlobs, "put_bytes", failing)
        code, _ = repair("--repair")
        monkeypatch.setattr(LocalBlobs, "put_bytes", write)
        assert code in (Exit.INTERRUPTED, Exit.DONE)
        assert repair("--repair")[0] == Exit.DONE
        assert digests(crawled.store) == before


def test_a_repair_that_is_killed_is_finished_by_the_next(
    crawled: Crawled, repair: Callable[..., tuple[int, list[str]]], *, proves: bool
) -> None:
    """SIGKILL at any instant; the store is then as the crawl left it."""
    chance = random.Random(20261122)
    before = digests(crawled.store)
    for _ in range(20 if proves else 1):
        damage_all(crawled)
        arguments = ("verify", "--repair", "--store", crawled.store, "--only-sources", crawled.sources)
        process = commands.start(*arguments, new_session=True)
        time.sleep(chance.uniform(0.5, 4.0))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert repair("--repair")[0] == Exit.DONE
        assert digests(crawled.store) == before
    assert not [path for path in crawled.store.rglob("*.tmp") if path.is_file()]


def test_a_store_on_s3_is_repaired_alike(
    crawled: Crawled,
    repair: Callable[..., tuple[int, list[str]]],
    s3_store_url: str,
    tmp_path: Path,
) -> None:
    """Without a file of it on this disk."""
    before = digests(crawled.store)
    damage_all(crawled)
    store = S3Blobs(s3_store_url)
    for info in LocalBlobs(crawled.store).list():
        if not info.key.startswith("state/"):
            store.put_file(info.key, crawled.store / info.key)

    code, lines = repair("--repair", "--spool", str(tmp_path / "spool"), store=s3_store_url)

    assert code == Exit.DONE, lines
    after = {info.key: hashlib.sha256(store.get(info.key)).hexdigest() for info in store.list()}
    assert {key: value for key, value in after.items() if not key.startswith("state/")} == before
    assert not [path for path in (tmp_path / "spool").rglob("*.warc.gz") if path.is_file()]
