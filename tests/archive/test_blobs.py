"""Both stores keep the same promises: whole or not at all, verified, in order, and one clear line when unusable."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import pickle
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

import archive.blobs
import archive.keys
import archive.s3
from archive.blobs import BlobInfo, BlobStore, LocalBlobs, open_blobs
from archive.errors import ArchiveError, BlobNotFound, ChecksumMismatch, Malformed, StoreNotUsable
from archive.s3 import S3Blobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.s3server import S3Server

REPOSITORY = Path(archive.blobs.__file__).parents[1]
KEY = "warc/2026/11/kakehashi-00000.warc.gz"
UNICODE_KEYS = ["記事/日本語 と 空白.json", "қазақша/мақала+1%2F.json", "a&b/<c>'\"?#;=.txt", "emoji/😀", "é/e\u0301"]
BAD_KEYS = [
    "",
    "/a",
    "a/",
    "a//b",
    "../a",
    "a/../b",
    "./a",
    "a\\b",
    "a\nb",
    "a\0b",
    "a\udce9",
    "x" * 256,
    "x/" * 451 + "x",
]


@pytest.fixture
def local(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "data")


@pytest.fixture
def s3(s3_store_url: str) -> S3Blobs:
    return S3Blobs(s3_store_url)


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest) -> BlobStore:
    found: BlobStore = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.warc.gz"
    path.write_bytes(os.urandom(100_000))
    return path


def keys_of(store: BlobStore, prefix: str = "") -> list[str]:
    return [blob.key for blob in store.list(prefix)]


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def assert_one_line(error: pytest.ExceptionInfo[StoreNotUsable], url: str, expected: str) -> None:
    line = str(error.value)

    assert line.startswith(f"store {url} is not usable: ")
    assert expected in line
    assert "\n" not in line


class Stub:
    """A boto3 client with some methods exchanged."""

    def __init__(self, client: Any, **methods: Callable[..., Any]) -> None:
        self._client = client
        self._methods = methods

    def __getattr__(self, name: str) -> Any:
        return self._methods.get(name) or getattr(self._client, name)


# Round trips


def test_what_is_put_comes_back(store: BlobStore, source: Path, tmp_path: Path) -> None:
    data = source.read_bytes()

    assert store.put_file(KEY, source) == BlobInfo(KEY, len(data))
    assert store.stat(KEY) == BlobInfo(KEY, len(data))
    assert store.get(KEY) == data
    store.download(KEY, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == data
    assert source.read_bytes() == data


def test_bytes_are_replaced_by_later_ones(store: BlobStore) -> None:
    assert store.put_bytes("a", b"first, and longer")
    assert store.put_bytes("a", b"second")

    assert store.get("a") == b"second"
    assert list(store.list()) == [BlobInfo("a", 6)]


def test_an_empty_blob_is_a_blob(store: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert store.put_file("empty", tmp_path / "empty") == BlobInfo("empty", 0)
    assert store.get("empty") == b""
    assert store.get_range("empty", 0, 10) == b""
    with store.open("empty") as stream:
        assert stream.read() == b""


@pytest.mark.parametrize("key", UNICODE_KEYS)
def test_keys_in_any_script_come_back_as_they_were(store: BlobStore, key: str) -> None:
    store.put_bytes(key, key.encode())

    assert store.get(key) == key.encode()
    assert keys_of(store) == [key]


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="/\\"), min_size=1)
keys = st.lists(names.filter(lambda name: name not in {".", ".."} and len(name.encode()) < 200), min_size=1, max_size=4)


@given(parts=keys, data=st.binary(max_size=2000), offset=st.integers(0, 2100), length=st.integers(0, 2100))
def test_any_key_and_any_bytes_round_trip(parts: list[str], data: bytes, offset: int, length: int) -> None:
    key = "/".join(parts)
    with tempfile.TemporaryDirectory() as folder:
        store = LocalBlobs(Path(folder))
        if key.endswith((".open", ".tmp")):
            return
        store.put_bytes(key, data)

        assert store.get(key) == data
        assert store.get_range(key, offset, length) == data[offset : offset + length]
        assert list(store.list()) == [BlobInfo(key, len(data))]


@given(st.sets(st.text("ab-./0", min_size=1, max_size=5).filter(lambda key: archive.keys.problem_of(key) is None)))
def test_listing_is_ordered_by_key_whatever_the_folders_are(wanted: set[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = LocalBlobs(Path(folder))
        kept = {key for key in wanted if not any(other.startswith(key + "/") for other in wanted)}
        for key in kept:
            store.put_bytes(key, b"")

        assert keys_of(store) == sorted(kept, key=str.encode)
        assert keys_of(store, "a") == sorted(key for key in kept if key.startswith("a"))


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_some_store_could_not_hold_is_refused_by_both(store: BlobStore, source: Path, key: str) -> None:
    for call in (store.get, store.stat, store.delete, store.open):
        with pytest.raises(Malformed):
            call(key)
    with pytest.raises(Malformed):
        store.put_bytes(key, b"")
    with pytest.raises(Malformed):
        store.put_file(key, source)


def test_a_blob_cannot_have_the_name_of_an_unfinished_file(store: BlobStore) -> None:
    for key in ("warc/x.warc.gz.open", "warc/.x.tmp"):
        with pytest.raises(Malformed, match="unfinished"):
            store.put_bytes(key, b"")


# Parts of a blob


def test_a_range_ends_where_the_blob_ends(store: BlobStore) -> None:
    store.put_bytes("a", b"0123456789")

    assert store.get_range("a", 2, 3) == b"234"
    assert store.get_range("a", 0, 0) == b""
    assert store.get_range("a", 8, 100) == b"89"
    assert store.get_range("a", 10, 1) == b""
    assert store.get_range("a", 500, 1) == b""
    with pytest.raises(ValueError, match="negative"):
        store.get_range("a", -1, 1)


def test_a_stream_reads_lines_and_pieces_until_it_is_closed(store: BlobStore) -> None:
    store.put_bytes("a", b"one\ntwo\n" + b"x" * 1_000_000)

    stream = store.open("a")
    assert stream.readline() == b"one\n"
    assert stream.read(2) == b"tw"
    assert stream.readline() == b"o\n"
    assert len(stream.read()) == 1_000_000
    assert stream.read(1) == b""
    stream.close()
    assert stream.closed


@pytest.mark.parametrize("ask", ["get", "open", "get_range", "get_nothing", "download"])
def test_asking_for_an_absent_blob_names_its_key(store: BlobStore, tmp_path: Path, ask: str) -> None:
    calls: dict[str, Callable[[], Any]] = {
        "get": lambda: store.get(KEY),
        "open": lambda: store.open(KEY),
        "get_range": lambda: store.get_range(KEY, 0, 1),
        "get_nothing": lambda: store.get_range(KEY, 0, 0),
        "download": lambda: store.download(KEY, tmp_path / "copy"),
    }

    with pytest.raises(BlobNotFound) as error:
        calls[ask]()
    assert error.value.key == KEY
    assert files_below(tmp_path) == []


def test_a_folder_is_no_blob(store: BlobStore) -> None:
    store.put_bytes("a/b", b"")

    assert store.stat("a") is None
    store.delete("a")
    assert keys_of(store) == ["a/b"]
    with pytest.raises(BlobNotFound):
        store.get("a")


def test_deleting_twice_is_fine(store: BlobStore) -> None:
    store.put_bytes("a/b", b"")

    store.delete("a/b")
    store.delete("a/b")

    assert store.stat("a/b") is None
    assert keys_of(store) == []


# Listing


def test_listing_begins_anywhere_in_a_key(store: BlobStore) -> None:
    for key in ("warc/2026/11/a", "warc/2026/12/b", "warc/2027/01/c", "warcs/d", "cdxj/e"):
        store.put_bytes(key, b"x")

    assert keys_of(store, "warc/") == ["warc/2026/11/a", "warc/2026/12/b", "warc/2027/01/c"]
    assert keys_of(store, "warc/2026/1") == ["warc/2026/11/a", "warc/2026/12/b"]
    assert keys_of(store, "warc") == ["warc/2026/11/a", "warc/2026/12/b", "warc/2027/01/c", "warcs/d"]
    assert keys_of(store, "warc/2026/11/a") == ["warc/2026/11/a"]
    assert keys_of(store, "nothing/") == []
    assert next(store.list()) == BlobInfo("cdxj/e", 1)


def test_both_stores_list_in_the_order_of_bytes(store: BlobStore) -> None:
    wanted = ["B", "a-b", "a/b", "a/b-c", "a/c/d", "a0", "é", "￮", "😀"]
    for key in reversed(wanted):
        store.put_bytes(key, b"")

    assert keys_of(store) == wanted


@pytest.mark.parametrize("prefix", ["/", "..", "a//", "../a", "a\\"])
def test_a_prefix_cannot_lead_out_of_the_store(store: BlobStore, prefix: str) -> None:
    if prefix == "..":
        assert keys_of(store, prefix) == []
        return
    with pytest.raises(Malformed):
        store.list(prefix)


def test_listing_goes_on_after_a_page_of_1000(s3: S3Blobs) -> None:
    wanted = [f"flat/{number:04}" for number in range(1203)] + [f"tree/{number:02}/x" for number in range(20)]
    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(lambda key: s3.put_bytes(key, b"."), wanted))

    assert keys_of(s3) == wanted
    assert {blob.size for blob in s3.list()} == {1}


def test_another_prefix_of_the_bucket_is_another_store(s3_store_url: str) -> None:
    one, other = S3Blobs(s3_store_url + "/one/"), S3Blobs(s3_store_url + "/one-more")
    one.put_bytes("a", b"1")
    other.put_bytes("a", b"2")

    assert (one.get("a"), keys_of(one)) == (b"1", ["a"])
    assert (other.get("a"), keys_of(other)) == (b"2", ["a"])
    assert keys_of(S3Blobs(s3_store_url)) == ["one-more/a", "one/a"]


def test_local_listing_passes_over_what_is_no_finished_blob(local: LocalBlobs) -> None:
    local.put_bytes("warc/a.warc.gz", b"")
    for name in ("b.warc.gz.open", ".0123.tmp", "back\\slash"):
        (local.root / "warc" / name).touch()
    (local.root / "warc/dangling").symlink_to("nowhere")
    Path(os.fsdecode(os.fsencode(local.root) + b"/warc/\xff")).touch()

    assert keys_of(local) == ["warc/a.warc.gz"]


# Races and interruptions


def test_of_eight_writers_with_if_absent_one_wins(store: BlobStore) -> None:
    assert_one_winner(store, turns=50 if isinstance(store, LocalBlobs) else 2)


def test_one_writer_wins_without_hard_links_too(local: LocalBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", fail_with(errno.EPERM))
    assert_one_winner(local, turns=50)


def assert_one_winner(store: BlobStore, turns: int) -> None:
    for turn in range(turns):
        start = threading.Barrier(8)

        def write(writer: int, key: str = f"lease-{turn}", start: threading.Barrier = start) -> bool:
            start.wait()
            return store.put_bytes(key, b"writer %d" % writer, if_absent=True)

        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(write, range(8)))

        assert sum(won) == 1
        assert store.get(f"lease-{turn}") == b"writer %d" % won.index(True)
        assert not store.put_bytes(f"lease-{turn}", b"late", if_absent=True)
    assert len(keys_of(store)) == turns


def test_a_lost_race_leaves_no_file_behind(local: LocalBlobs, monkeypatch: pytest.MonkeyPatch) -> None:
    local.put_bytes("lease", b"first")
    monkeypatch.setattr(Path, "exists", lambda _: False)  # as seen by a writer a moment before

    assert not local.put_bytes("lease", b"second", if_absent=True)
    assert files_below(local.root) == ["lease"]
    assert local.get("lease") == b"first"


@pytest.mark.parametrize("if_absent", [False, True])
def test_a_kill_before_the_name_is_given_leaves_no_blob(local: LocalBlobs, if_absent: bool) -> None:
    local.put_bytes("other", b"")
    killed = (
        "import os, signal, sys; from pathlib import Path; from archive.blobs import LocalBlobs\n"
        "os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"LocalBlobs(Path(sys.argv[1])).put_bytes('blob', b'half', if_absent={if_absent})"
    )

    ended = subprocess.run([sys.executable, "-c", killed, local.root], cwd=REPOSITORY, check=False)

    assert ended.returncode == -9
    assert len(files_below(local.root)) == 2  # the temporary file is there,
    assert keys_of(local) == ["other"]  # but nobody meets it
    assert local.stat("blob") is None
    assert local.put_bytes("blob", b"whole", if_absent=True)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_put_keeps_what_was_there(
    local: LocalBlobs, source: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.put_bytes("a", b"before")
    monkeypatch.setattr(os, step, fail_with(KeyboardInterrupt))

    with pytest.raises(KeyboardInterrupt):
        local.put_file("a", source)

    assert files_below(local.root) == ["a"]
    assert local.get("a") == b"before"


def test_the_file_is_synced_before_it_gets_its_name_and_its_folder_after(
    local: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.put_bytes("warc/other", b"")
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def note_fsync(handle: int) -> None:
        steps.append("sync folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "sync file")
        fsync(handle)

    def note_replace(temporary: Path, target: Path) -> None:
        steps.append("rename")
        replace(temporary, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    local.put_bytes("warc/a", b"x")

    assert steps == ["sync file", "rename", "sync folder"]


def test_an_upload_that_breaks_off_leaves_no_blob(s3: S3Blobs, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive.s3, "_PART_BYTES", 5 * 1024**2)
    source.write_bytes(bytes(11 * 1024**2))

    def fail_third(params: dict[str, Any], **_: object) -> None:
        if params["PartNumber"] == 3:
            raise ReadTimeoutError(endpoint_url="http://127.0.0.1")

    s3._client.meta.events.register("before-parameter-build.s3.UploadPart", fail_third)

    with pytest.raises(StoreNotUsable):
        s3.put_file(KEY, source)

    assert s3.stat(KEY) is None
    assert keys_of(s3) == []
    assert "Uploads" not in s3._client.list_multipart_uploads(Bucket=s3._bucket, Prefix=s3._prefix)
    assert source.stat().st_size == 11 * 1024**2


def test_a_download_that_breaks_off_leaves_no_file(s3: S3Blobs, source: Path, tmp_path: Path) -> None:
    s3.put_file(KEY, source)
    s3._client = Stub(s3._client, download_fileobj=fail_with(ReadTimeoutError(endpoint_url="http://127.0.0.1")))

    with pytest.raises(StoreNotUsable):
        s3.download(KEY, tmp_path / "copy")

    assert files_below(tmp_path) == ["source.warc.gz"]


# Checksums


def test_a_copy_that_is_not_the_source_gets_no_name(
    local: LocalBlobs, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = archive.blobs._copy

    def copy_badly(file: Any, target: Path) -> tuple[int, str]:
        sent = copy(file, target)
        target.write_bytes(b"X" + target.read_bytes()[1:])
        return sent

    monkeypatch.setattr(archive.blobs, "_copy", copy_badly)

    with pytest.raises(ChecksumMismatch) as error:
        local.put_file(KEY, source)
    assert error.value.algorithm == "sha256"
    assert error.value.expected == hashlib.sha256(source.read_bytes()).hexdigest()
    assert error.value.computed != error.value.expected
    assert files_below(local.root) == []


@pytest.mark.parametrize("with_checksums", [True, False], ids=["checksums", "no-checksums"])
@pytest.mark.parametrize("part_bytes", [64 * 1024**2, 40_000], ids=["whole", "parts"])
@pytest.mark.parametrize(
    "damage", [lambda data: bytes([data[0] ^ 1]) + data[1:], lambda data: data[:-1]], ids=["changed", "cut"]
)
def test_an_upload_that_is_not_the_source_is_found_and_removed(
    *,
    s3: S3Blobs,
    source: Path,
    damage: Callable[[bytes], bytes],
    part_bytes: int,
    with_checksums: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive.s3, "_PART_BYTES", part_bytes)
    before = source.read_bytes()
    s3._client = damaging = Stub(s3._client, upload_file=upload_damaged(s3._client, damage))
    if not with_checksums:
        s3._client = Stub(damaging, head_object=head_without_checksum(s3._client))

    with pytest.raises(ChecksumMismatch) as error:
        s3.put_file(KEY, source)

    assert error.value.key == KEY
    assert error.value.computed not in {None, error.value.expected}
    assert s3.stat(KEY) is None
    assert source.read_bytes() == before


def test_a_server_without_checksums_is_read_back(s3: S3Blobs, source: Path) -> None:
    s3._client = Stub(s3._client, head_object=head_without_checksum(s3._client))

    assert s3.put_file(KEY, source).size == 100_000


def test_bytes_damaged_on_the_way_are_refused(s3: S3Blobs) -> None:
    def damage(request: Any, **_: object) -> None:
        request.body = io.BytesIO(b"X" + request.body.read()[1:])

    s3._client.meta.events.register("before-send.s3.PutObject", damage)

    with pytest.raises(ChecksumMismatch):
        s3.put_bytes("a", b"meant")
    assert s3.stat("a") is None


def test_a_damaged_download_is_found(s3: S3Blobs, source: Path, tmp_path: Path) -> None:
    s3.put_file(KEY, source)
    s3._client = Stub(s3._client, download_fileobj=lambda _b, _k, sink, **_: sink.write(bytes(100_000)))

    with pytest.raises(ChecksumMismatch, match="sha256"):
        s3.download(KEY, tmp_path / "copy")
    assert files_below(tmp_path) == ["source.warc.gz"]


def test_a_short_download_is_found(local: LocalBlobs, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local.put_file(KEY, source)
    monkeypatch.setattr(archive.blobs, "_copy", lambda _, target: (target.write_bytes(b"short"), ""))

    with pytest.raises(ChecksumMismatch, match="size should be 100000, is 5"):
        local.download(KEY, source.with_name("copy"))
    assert not source.with_name("copy").exists()


def test_large_files_go_in_verified_parts(s3: S3Blobs, source: Path, tmp_path: Path) -> None:
    block = os.urandom(1024**2)
    with source.open("wb") as file:
        for number in range(70):
            file.write(number.to_bytes(4, "big") + block)

    assert s3.put_file(KEY, source) == BlobInfo(KEY, source.stat().st_size)
    head = s3._head(KEY)
    assert head["ChecksumSHA256"].endswith("-2")
    assert head["Metadata"]["sha256"] == sha256_of(source)
    s3.download(KEY, tmp_path / "copy")
    assert sha256_of(tmp_path / "copy") == sha256_of(source)


def test_a_large_file_is_never_in_memory_as_a_whole(store: BlobStore, source: Path, tmp_path: Path) -> None:
    with source.open("wb") as file:
        file.truncate(80 * 1024**2)
    tracemalloc.start()

    store.put_file(KEY, source)
    with store.open(KEY) as stream, (tmp_path / "streamed").open("wb") as sink:
        shutil.copyfileobj(stream, sink)
    store.download(KEY, tmp_path / "copy")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 30 * 1024**2
    assert (tmp_path / "copy").stat().st_size == (tmp_path / "streamed").stat().st_size == 80 * 1024**2


def test_a_broken_stream_is_taken_up_where_it_stopped(s3: S3Blobs, source: Path) -> None:
    s3.put_file(KEY, source)
    client, data = s3._client, source.read_bytes()

    s3._client = Stub(client, get_object=get_breaking_off(client, times=3, after=20_000))
    with s3.open(KEY) as stream:
        assert stream.read() == data
    s3._client = Stub(client, get_object=get_breaking_off(client, times=1, after=20_000))
    assert s3.get(KEY) == data
    s3._client = Stub(client, get_object=get_breaking_off(client, times=2, after=20_000))
    assert s3.get_range(KEY, 1000, 80_000) == data[1000:81_000]


def test_a_stream_that_keeps_breaking_ends_with_one_clear_line(s3: S3Blobs, source: Path) -> None:
    s3.put_file(KEY, source)
    s3._client = Stub(s3._client, get_object=get_breaking_off(s3._client, times=99, after=0))

    with s3.open(KEY) as stream, pytest.raises(StoreNotUsable) as error:
        stream.read()
    assert_one_line(error, s3.url, "no answer")


def test_a_blob_that_changed_is_not_joined_with_its_former_self(s3: S3Blobs, source: Path) -> None:
    s3.put_file(KEY, source)
    client = s3._client
    s3._client = Stub(client, get_object=get_breaking_off(client, times=1, after=20_000))

    with s3.open(KEY) as stream:
        S3Blobs(s3.url).put_bytes(KEY, bytes(100_000))
        with pytest.raises(StoreNotUsable, match="PreconditionFailed"):
            stream.read()


# Unusable stores


def test_a_usable_store_passes_and_keeps_no_trace(store: BlobStore) -> None:
    store.check_usable(write=True)
    store.check_usable(write=False)

    assert keys_of(store) == []
    if isinstance(store, LocalBlobs):
        assert files_below(store.root) == []
    if isinstance(store, S3Blobs):
        assert "Contents" not in store._client.list_objects_v2(Bucket=store._bucket, Prefix=store._prefix)


def test_reading_needs_a_folder_that_exists(local: LocalBlobs) -> None:
    with pytest.raises(StoreNotUsable) as error:
        local.check_usable(write=False)

    assert_one_line(error, str(local.root), "does not exist")
    assert not local.root.exists()


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize("below", ["", "/data"])
def test_a_file_in_the_way_is_named(tmp_path: Path, write: bool, below: str) -> None:
    (tmp_path / "file").touch()
    store = open_blobs(f"{tmp_path}/file{below}")

    with pytest.raises(StoreNotUsable) as error:
        store.check_usable(write=write)
    assert_one_line(error, store.url, "a file is in the way")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no file system that refuses root, too")
def test_a_folder_that_refuses_even_root_is_found() -> None:
    with pytest.raises(StoreNotUsable) as error:
        open_blobs("/proc/kakehashi").check_usable(write=True)
    assert_one_line(error, "/proc/kakehashi", "was expected")

    with pytest.raises(StoreNotUsable) as error:
        open_blobs("/proc/self").check_usable(write=True)
    assert_one_line(error, "/proc/self", "was expected")


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "full"), (errno.EDQUOT, "quota"), (errno.EROFS, "read-only"), (errno.EACCES, "refused")],
)
@pytest.mark.parametrize("put", ["put_bytes", "put_file", "check_usable"])
def test_a_disk_that_takes_no_more_is_named(
    *, local: LocalBlobs, source: Path, code: int, words: str, put: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    local.put_bytes("a", b"before")
    monkeypatch.setattr(os, "fsync", fail_with(code))
    calls: dict[str, Callable[[], Any]] = {
        "put_bytes": lambda: local.put_bytes("a", b"after"),
        "put_file": lambda: local.put_file("a", source),
        "check_usable": lambda: local.check_usable(write=True),
    }

    with pytest.raises(StoreNotUsable) as error:
        calls[put]()

    assert_one_line(error, local.url, words)
    assert files_below(local.root) == ["a"]
    assert local.get("a") == b"before"


def test_a_full_disk_says_how_much_is_missing(local: LocalBlobs, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local.put_bytes("a", b"")
    monkeypatch.setattr(os, "fsync", fail_with(errno.ENOSPC))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**6, 10**6 - 30_000, 30_000))

    with pytest.raises(StoreNotUsable, match=r"\(70000 bytes more are needed\)") as error:
        local.put_file(KEY, source)
    assert error.value.missing_bytes == 70_000


def test_a_missing_source_is_not_the_stores_fault(store: BlobStore, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.put_file(KEY, tmp_path / "nowhere")


def test_a_target_that_cannot_be_written_is_not_the_stores_fault(store: BlobStore, tmp_path: Path) -> None:
    store.put_bytes("a", b"x")

    with pytest.raises(FileNotFoundError):
        store.download("a", tmp_path / "no/such/folder/copy")


@pytest.mark.parametrize("write", [True, False])
def test_a_missing_bucket_is_named_and_not_made(s3_store_url: str, s3_server: S3Server, write: bool) -> None:
    store = S3Blobs("s3://no-such-bucket/prefix")

    with pytest.raises(StoreNotUsable) as error:
        store.check_usable(write=write)

    assert_one_line(error, "s3://no-such-bucket/prefix", "bucket no-such-bucket does not exist")
    with pytest.raises(ClientError):
        s3_server._client().head_bucket(Bucket="no-such-bucket")
    with pytest.raises(StoreNotUsable):
        store.get("a")
    with pytest.raises(StoreNotUsable):
        keys_of(store)


def test_a_wrong_secret_is_named(s3_store_url: str, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    store = S3Blobs(s3_store_url)
    calls: list[Callable[[], Any]] = [
        lambda: store.check_usable(write=False),
        lambda: store.put_bytes("a", b""),
        lambda: store.put_file("a", source),
        lambda: store.get("a"),
        lambda: store.stat("a"),
        lambda: store.delete("a"),
        lambda: store.download("a", source.with_name("copy")),
    ]

    for call in calls:
        with pytest.raises(StoreNotUsable) as error:
            call()
        assert_one_line(error, s3_store_url, "credentials are refused")
        assert "wrong-secret" not in str(error.value)


def test_missing_credentials_are_named(s3_store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(StoreNotUsable) as error:
        S3Blobs(s3_store_url).check_usable(write=False)
    assert_one_line(error, s3_store_url, "no credentials; AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")


def test_an_endpoint_where_nobody_listens_is_named(s3_store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive.s3, "_ATTEMPTS", 1)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    with pytest.raises(StoreNotUsable) as error:
        S3Blobs(s3_store_url).check_usable(write=True)
    assert_one_line(error, s3_store_url, "no answer from http://127.0.0.1:1 (EndpointConnectionError)")


def test_an_endpoint_that_is_no_url_is_named(s3_store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")

    with pytest.raises(StoreNotUsable) as error:
        S3Blobs(s3_store_url)
    assert_one_line(error, s3_store_url, "nonsense")


# Locations


def test_a_location_opens_the_store_it_names(
    tmp_path: Path, s3_store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_blobs("./data")
    store.put_bytes("a", b"x")

    monkeypatch.chdir("/")
    for location in (str(tmp_path / "data"), f"file://{tmp_path}/d%61ta"):
        assert open_blobs(location).get("a") == b"x"
        assert open_blobs(location).url == location
    assert isinstance(store, LocalBlobs)
    assert (store.url, store.root, store.get("a")) == ("./data", tmp_path / "data", b"x")
    assert store.path("b/c") == tmp_path / "data/b/c"
    assert isinstance(open_blobs(s3_store_url), S3Blobs)
    assert open_blobs(s3_store_url).url == s3_store_url


@pytest.mark.parametrize("location", ["", "gs://bucket", "http://host/x", "file://host/x", "s3://", "s3://b/../c"])
def test_another_location_is_refused_with_what_was_expected(location: str) -> None:
    with pytest.raises(StoreNotUsable, match="expected"):
        open_blobs(location)


def test_boto3_is_loaded_only_for_s3() -> None:
    code = "import sys, archive.blobs as b; b.open_blobs('./data'); sys.exit('boto3' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode == 0


@pytest.mark.parametrize(
    "error",
    [
        StoreNotUsable("s3://b", "the disk is\nfull", 5),
        BlobNotFound(KEY),
        ChecksumMismatch(KEY, "sha256", "aa", "bb"),
        Malformed("x.warc.gz", 12, "no\nrecord"),
    ],
)
def test_errors_cross_process_borders_with_their_data(error: ArchiveError) -> None:
    copy = pickle.loads(pickle.dumps(error))

    assert (type(copy), copy.args, str(copy), vars(copy)) == (type(error), error.args, str(error), vars(error))
    assert "\n" not in str(error)


# What goes wrong, on purpose


def fail_with(cause: int | BaseException | type[BaseException]) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise OSError(cause, os.strerror(cause)) if isinstance(cause, int) else cause

    return fail


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def upload_damaged(client: Any, damage: Callable[[bytes], bytes]) -> Callable[..., Any]:
    def upload_file(path: str, *args: Any, **kwargs: Any) -> None:
        bad = Path(path).with_suffix(".damaged")
        bad.write_bytes(damage(Path(path).read_bytes()))
        client.upload_file(str(bad), *args, **kwargs)

    return upload_file


def head_without_checksum(client: Any) -> Callable[..., Any]:
    def head_object(**kwargs: Any) -> Any:
        head = client.head_object(**kwargs)
        return {name: value for name, value in head.items() if name != "ChecksumSHA256"}

    return head_object


class Breaking:
    """The body of an answer whose connection ends too early."""

    def __init__(self, body: Any, left: int) -> None:
        self._body = body
        self._left = left

    def read(self, size: int) -> bytes:
        if self._left <= 0:
            raise ReadTimeoutError(endpoint_url="http://127.0.0.1")
        data: bytes = self._body.read(min(size, self._left))
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._body.close()


def get_breaking_off(client: Any, *, times: int, after: int) -> Callable[..., Any]:
    left = [times]

    def get_object(**kwargs: Any) -> Any:
        answer = client.get_object(**kwargs)
        if left[0]:
            left[0] -= 1
            answer["Body"] = Breaking(answer["Body"], after)
        return answer

    return get_object
