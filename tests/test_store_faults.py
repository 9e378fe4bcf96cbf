"""A store on S3 that is away, slow, refusing or lying: the crawl goes on, and nothing goes before it is verified.

A proxy that breaks things stands before the real server. The short forms run in CI; `make prove` adds whole crawls.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

import archive.leases
import archive.s3
import crawler.uploads
from archive.blobs import open_blobs
from archive.errors import ChecksumMismatch, StoreNotUsable
from archive.leases import Held, Lease
from archive.s3 import S3Blobs
from crawler.demo.server import DemoSites
from crawler.publish import Publisher
from crawler.uploads import Uploads, pause_after
from tests import commands, warcs
from tests.faultproxy import FaultProxy
from tests.smalldisk import wait_until
from tests.test_end_to_end import ON_TOPIC, QUICK, crawl_args, fetch_store, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.s3server import S3Server

pytestmark = [pytest.mark.xdist_group("store-faults"), pytest.mark.timeout(900)]
_MIB = 1024**2
KEY = "warc/2026/11/kakehashi-20261122T000000000Z-00000-20261122T000000Zaaaaaa.warc.gz"


@pytest.fixture
def proxy(s3_server: S3Server, s3_store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    """A proxy before the server, which this process uses; botocore tries twice instead of five times."""
    monkeypatch.setattr(archive.s3, "_ATTEMPTS", 2)
    monkeypatch.setattr(crawler.uploads, "_FIRST_PAUSE_S", 0.05)
    with FaultProxy(s3_server.endpoint) as running:
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.endpoint)
        yield running


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """A spool with one finished WARC of 11 MB."""
    path = tmp_path / "spool" / KEY
    path.parent.mkdir(parents=True)
    path.write_bytes(os.urandom(11 * _MIB))
    return tmp_path / "spool"


def straight(server: S3Server, url: str, monkeypatch: pytest.MonkeyPatch) -> S3Blobs:
    """The store without the proxy."""
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", server.endpoint)
        return S3Blobs(url)


def uploads_of(url: str, spool: Path, patience_s: float = 60) -> Uploads:
    """An uploading thread for a spool."""
    return Uploads(spool, open_blobs(url), lambda: open_blobs(url), patience_s=patience_s)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("error", {"status": 503, "code": "SlowDown", "times": 7}),
        pytest.param("error", {"status": 500, "code": "InternalError", "times": 5}, marks=pytest.mark.long),
        pytest.param("error", {"status": 403, "code": "ExpiredToken", "times": 3}, marks=pytest.mark.long),
        ("cut", {"match": "PUT .*partNumber=2", "after": 3 * _MIB, "times": 5}),
        pytest.param("cut", {"match": "POST .*uploadId=", "after": 10, "times": 3}, marks=pytest.mark.long),
        ("damage", {"match": "PUT .*partNumber=2", "times": 3}),
        pytest.param("lose", {"match": "PUT .*partNumber=1", "times": 3}, marks=pytest.mark.long),
        ("lose", {"match": "POST .*uploadId=", "times": 3}),
    ],
    ids=lambda value: value if isinstance(value, str) else value.get("code", value.get("match", "")),
)
def test_a_file_goes_up_in_the_end_and_only_then_goes_from_the_spool(
    *, proxy: FaultProxy, s3_server: S3Server, s3_store_url: str, spool: Path, kind: str, facts: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Refused, cut, damaged or unanswered in the middle of an upload in parts: tried again until it is there, verified."""
    monkeypatch.setattr(archive.s3, "_PART_BYTES", 5 * _MIB)
    data = (spool / KEY).read_bytes()
    fault = proxy.play(kind, **facts)
    uploads = uploads_of(s3_store_url, spool)
    uploads.add([KEY])

    assert uploads.drain() is None
    store = straight(s3_server, s3_store_url, monkeypatch)
    assert fault.played == fault.times
    assert sha256(store.get(KEY)) == sha256(data)
    assert not (spool / KEY).exists()
    assert (0, 0) == uploads.left()


def test_a_store_that_stored_other_bytes_is_found_out(
    proxy: FaultProxy, s3_server: S3Server, s3_store_url: str, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that change on the way are refused, the local file stays, and no blob of another content remains."""
    proxy.play("damage", "PUT .*warc.gz", times=100)

    with pytest.raises((ChecksumMismatch, StoreNotUsable)):
        open_blobs(s3_store_url).put_file(KEY, spool / KEY)
    assert (spool / KEY).stat().st_size == 11 * _MIB
    assert straight(s3_server, s3_store_url, monkeypatch).stat(KEY) is None


def test_uploads_resume_by_themselves_when_the_store_is_back(
    proxy: FaultProxy, s3_server: S3Server, s3_store_url: str, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the store is away files wait; nobody has to ask again."""
    proxy.down()
    uploads = uploads_of(s3_store_url, spool)
    uploads.add([KEY])
    wait_until(lambda: uploads.trouble is not None)
    assert (1, 11 * _MIB) == uploads.left()
    proxy.up()
    wait_until(lambda: uploads.left() == (0, 0))

    assert straight(s3_server, s3_store_url, monkeypatch).stat(KEY).size == 11 * _MIB


def test_the_end_of_a_run_is_not_put_off_for_ever(proxy: FaultProxy, s3_store_url: str, spool: Path) -> None:
    """After the patience one line says what waits where; the files are untouched."""
    proxy.down()
    publisher = Publisher(open_blobs(s3_store_url), spool, patience_s=0.5)
    publisher.put_report("20261122T000000Zaaaaaa", b"{}\n")

    with pytest.raises(StoreNotUsable) as error:
        publisher.wait()

    line = str(error.value)
    assert "\n" not in line
    assert s3_store_url in line
    assert f"2 files with {sum(path.stat().st_size for path in spool.rglob('*.json'))} bytes wait in {spool}" in line
    assert not publisher.is_done


def test_uploads_that_nobody_will_finish_are_aborted_and_those_of_the_living_are_not(
    proxy: FaultProxy, s3_store_url: str, spool: Path
) -> None:
    """Of the uploads in parts, those of this spool's dead runs go at once, others when they are a day old."""
    blobs = open_blobs(s3_store_url)
    assert isinstance(blobs, S3Blobs)
    client, bucket, prefix = blobs._client, blobs._bucket, blobs._prefix
    other = KEY.replace("aaaaaa", "bbbbbb")
    for key in (KEY, other):
        client.create_multipart_upload(Bucket=bucket, Key=prefix + key)
    client.create_multipart_upload(Bucket=bucket, Key="elsewhere/" + KEY)

    def unfinished() -> list[str]:
        found = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
        return sorted(item["Key"] for item in found if item["Key"].endswith(".warc.gz"))

    try:
        Publisher(blobs, spool).upload_leftovers(lambda _: False)
        assert sorted([prefix + other, "elsewhere/" + KEY]) == unfinished()
        assert blobs.abort_stale(dt.datetime.now(dt.UTC) - dt.timedelta(days=1)) == 0
        assert blobs.abort_stale(dt.datetime.now(dt.UTC) + dt.timedelta(days=1)) == 1
        assert ["elsewhere/" + KEY] == unfinished()
    finally:
        for item in client.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
            client.abort_multipart_upload(Bucket=bucket, Key=item["Key"], UploadId=item["UploadId"])


def test_pauses_grow_to_a_limit_and_are_spread() -> None:
    """Doubling from one second to thirty, each between half of that and all of it."""
    assert [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0] == [pause_after(count, lambda: 0.0) for count in range(1, 8)]
    assert [1.0, 30.0] == [pause_after(count, lambda: 1.0) for count in (1, 500)]


# Leases


def test_leases_hold_where_conditional_writes_are_not_kept(
    proxy: FaultProxy, s3_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that does not know `If-None-Match` is found out when the store is opened; one holder at a time still."""
    monkeypatch.setattr(archive.leases, "_SETTLE_S", 0.05)
    proxy.play("error", "if-none-match", times=100, status=501, code="NotImplemented")
    blobs = open_blobs(s3_store_url)
    blobs.check_usable(write=True)
    now = dt.datetime.now(dt.UTC)

    assert not blobs.has_conditional_writes
    Lease(blobs, "timesca", "first").take(now)
    with pytest.raises(Held):
        Lease(blobs, "timesca", "second").take(now)
    assert not blobs.put_bytes("state/leases/timesca.json", b"", if_absent=True)


def test_conditional_writes_are_found_where_they_are_kept(proxy: FaultProxy, s3_store_url: str) -> None:
    """The probe says yes for the real server, and leaves nothing behind."""
    blobs = open_blobs(s3_store_url)
    blobs.check_usable(write=True)

    assert blobs.has_conditional_writes
    assert [] == list(blobs.list())


_HOLDER = """
import datetime as dt, sys, time
from archive.blobs import open_blobs
from archive.leases import Lease
lease = Lease(open_blobs(sys.argv[1]), "demo-agency", "dead", ttl=dt.timedelta(seconds=float(sys.argv[2])), host="elsewhere")
lease.take(dt.datetime.now(dt.UTC))
print("held", flush=True)
time.sleep(1000)
"""


@pytest.mark.long  # in CI: the same with a clock in the hand, in tests/archive/test_leases.py
def test_a_holder_elsewhere_that_is_killed_holds_no_longer_than_its_lease(tmp_path: Path) -> None:
    """Exit 5 as long as the lease lasts, though its process is gone; then the source is free."""
    ttl_s = archive.leases.TTL.total_seconds()
    with DemoSites(ports="free") as sites:
        (tmp_path / "sources").mkdir()
        sites.write_sources(tmp_path / "sources")
        store = tmp_path / "data"
        holder = subprocess.Popen([sys.executable, "-c", _HOLDER, store, str(ttl_s)], stdout=subprocess.PIPE)
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        ends = time.time() + ttl_s
        holder.kill()
        holder.wait()
        crawl = [*crawl_args(sites, tmp_path / "sources", store), *QUICK, "--limit", "1", "demo-agency"]
        early = commands.run(*crawl)
        asked = len(sites.served)
        time.sleep(max(0.0, ends - time.time()))
        late = commands.run(*crawl)

    assert early.code == 5, early.err
    assert "run dead on elsewhere" in early.err
    assert asked == 0
    assert late.code == 0, late.err


# Whole crawls


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[DemoSites]:
    """The demo sites, and the folder of their source files."""
    with DemoSites(ports="free", chunked=True) as running:
        (tmp_path / "sources").mkdir()
        running.write_sources(tmp_path / "sources")
        yield running


def the_line(done: commands.Done) -> str:
    """The one line of an unusable store, at the end."""
    (line,) = [line for line in done.err.splitlines() if line.startswith("kakehashi: ")]
    assert line == done.err.splitlines()[-1]
    assert "Traceback" not in done.err
    return line


def check_stored(url: str, copy: Path, monkeypatch: pytest.MonkeyPatch, server: S3Server) -> None:
    """Every article is there once, in whole files, and `verify` finds nothing."""
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)
    folder = fetch_store(url, copy)
    articles = warcs.lines(folder, "articles")
    verified = commands.run("verify", "--store", url, env=server.environ)
    assert sorted(ON_TOPIC) == sorted({path_of(item["url"]) for item in articles})
    assert len(articles) == len({item["provenance"]["payload_digest"] for item in articles})
    assert [] == warcs.torn(folder)
    assert verified.code == 0, verified.out


def files_in(spool: Path) -> dict[str, bytes]:
    """What waits in a spool, its state aside."""
    found = {path.relative_to(spool).as_posix(): path for path in spool.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if "/state/" not in f"/{name}"}


def test_a_store_that_is_away_from_the_start_costs_nothing(
    sites: DemoSites, proxy: FaultProxy, s3_server: S3Server, s3_store_url: str, tmp_path: Path
) -> None:
    """Exit 4 with one line; no site is asked, and what waits in the spool is not touched."""
    spool = tmp_path / "spool"
    waiting = spool / "old" / "warc" / "x.warc.gz"
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(b"precious")
    proxy.down()
    environ = {**s3_server.environ, "AWS_ENDPOINT_URL": proxy.endpoint}
    done = commands.run(*crawl_args(sites, tmp_path / "sources", s3_store_url), "--spool", spool, env=environ)

    assert done.code == 4
    assert f"no answer from {proxy.endpoint}" in the_line(done)
    assert [] == list(sites.served)
    assert {"old/warc/x.warc.gz": b"precious"} == files_in(spool)


def test_a_store_that_goes_away_stops_no_crawl(
    *, sites: DemoSites, proxy: FaultProxy, s3_server: S3Server, s3_store_url: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """All is fetched into the spool; exit 4 says how much waits; the same command uploads it and ends whole."""
    spool = tmp_path / "spool"
    environ = {**s3_server.environ, "AWS_ENDPOINT_URL": proxy.endpoint}
    args = (*crawl_args(sites, tmp_path / "sources", s3_store_url), *QUICK, "--spool", spool)
    process = commands.start(*args, "--upload-patience", "2", env=environ)
    wait_until(lambda: len(sites.served) > 5)
    proxy.down()
    err = process.communicate(timeout=200)[1].decode()
    waiting = files_in(spool)
    done = commands.Done(process.returncode, "", err)

    assert done.code == 4, err
    size = sum(map(len, waiting.values()))
    assert f"{len(waiting)} files with {size} bytes wait in {next(spool.iterdir())}" in the_line(done)
    assert set(ON_TOPIC) <= {item.target for item in sites.served}
    assert any(name.endswith(".warc.gz") for name in waiting)

    proxy.up()
    again = commands.run(*args, env=environ)
    assert again.code == 0, again.err
    assert {} == files_in(spool)
    check_stored(s3_store_url, tmp_path / "copy", monkeypatch, s3_server)


@pytest.mark.long
def test_a_store_that_comes_back_while_the_crawl_goes_on(
    *, sites: DemoSites, proxy: FaultProxy, s3_server: S3Server, s3_store_url: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Away, then slow, then refusing: the uploads end by themselves, in the same run, with exit 0."""
    spool = tmp_path / "spool"
    environ = {**s3_server.environ, "AWS_ENDPOINT_URL": proxy.endpoint}
    args = (*crawl_args(sites, tmp_path / "sources", s3_store_url), *QUICK, "--spool", spool)
    process = commands.start(*args, "--upload-patience", "150", env=environ)
    wait_until(lambda: len(sites.served) > 5)
    proxy.down()
    wait_until(lambda: any(spool.rglob("*.warc.gz")))
    proxy.play("error", "PUT .*warc.gz", times=8)
    proxy.play("error", "PUT .*warc.gz", times=2, status=403, code="ExpiredToken")
    proxy.bytes_a_second = 50_000
    proxy.up()
    err = process.communicate(timeout=300)[1].decode()

    assert process.returncode == 0, err
    assert "the store takes files again" in err
    assert {} == files_in(spool)
    check_stored(s3_store_url, tmp_path / "copy", monkeypatch, s3_server)


@pytest.mark.long
def test_a_spool_that_is_full_stops_the_crawl_and_loses_nothing(
    *, sites: DemoSites, proxy: FaultProxy, s3_server: S3Server, s3_store_url: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Exit 4 and no more requests when more waits than the limit lets; the same command goes on when the store is back."""
    spool = tmp_path / "spool"
    environ = {**s3_server.environ, "AWS_ENDPOINT_URL": proxy.endpoint}
    args = (*crawl_args(sites, tmp_path / "sources", s3_store_url), "--robots", "ignore", "--spool", spool)
    slowly = (*args, "--delay", "0.5", "--spool-limit", "60K", "--upload-patience", "1")
    process = commands.start(*slowly, env=environ)
    wait_until(lambda: len(sites.served) > 5)
    proxy.down()
    err = process.communicate(timeout=300)[1].decode()
    done = commands.Done(process.returncode, "", err)

    assert done.code == 4, err
    assert "whose limit is 61440" in the_line(done)
    assert not set(ON_TOPIC) <= {item.target for item in sites.served}
    kept = {record.get("WARC-Record-ID") for record in warcs.records(next(spool.iterdir()))}
    assert kept

    proxy.up()
    again = commands.run(*args, "--delay", "0.01", "--concurrency", "2", env=environ)
    assert again.code == 0, again.err
    check_stored(s3_store_url, tmp_path / "copy", monkeypatch, s3_server)
    assert set() == kept - {record.get("WARC-Record-ID") for record in warcs.records(tmp_path / "copy")}
