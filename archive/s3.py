"""The blob store on S3 and on servers that speak it; the only importer of boto3 and botocore.

Endpoint, region and credentials come from where boto3 always looks (environment, ~/.aws, instance role), so that no
setting can be read in two ways. No exception of boto3 leaves this module: `_asking` maps each to the room's own.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from archive.durable import PROBE, probe_name, replacing
from archive.errors import BlobNotFound, ChecksumMismatch, Malformed, StoreNotUsable
from archive.fingerprint import fingerprint
from archive.keys import BlobInfo, check_key, check_new_key, check_prefix, check_range, check_size, walk
from archive.s3_errors import LOST_RACE, Asked, code_of, to_archive_error
from archive.s3_stream import RemoteFile

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from archive.fingerprint import Fingerprint

_ATTEMPTS = 5
_CONNECT_TIMEOUT_S = 10
_READ_TIMEOUT_S = 60
_PART_BYTES = 64 * 1024**2  # with S3's limit of 10,000 parts, files up to 640 GB
_TRANSFER_THREADS = 4  # for downloads; each may hold some MB
_STREAM_BUFFER_BYTES = 256 * 1024
_NO_SUCH_CALL = {400, 405, 501}


class S3Blobs:
    """The store under `s3://bucket/prefix`. Raises `StoreNotUsable` for a location of another form."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.has_conditional_writes = True  # until a probe shows that it is not so
        self._bucket, self._prefix = _parse_location(url)
        self._client = self._connect()

    def put_file(self, key: str, path: Path) -> BlobInfo:
        """As `BlobStore.put_file`; in parts above 64 MB. A blob that turns out wrong is removed from the bucket."""
        name = self._name(check_new_key(key))
        sent = fingerprint(path, part_bytes=_PART_BYTES)
        extra = {"ChecksumAlgorithm": "SHA256", "Metadata": {"sha256": sent.sha256}}
        with self._asking(key):
            # In the caller's own thread: other threads would keep a process from ending until S3 answers.
            config = _transfer_config(use_threads=False)
            self._client.upload_file(str(path), self._bucket, name, ExtraArgs=extra, Config=config)
        try:
            self._verify(key, sent)
        except ChecksumMismatch:
            with suppress(StoreNotUsable):
                self.delete(key)
            raise
        return BlobInfo(key, sent.size)

    def put_bytes(self, key: str, data: bytes, *, if_absent: bool = False) -> bool:
        """As `BlobStore.put_bytes`; the server checks the SHA-256 that is sent along.

        Where the server keeps no conditional writes, `if_absent` looks first: two writers may then both get True.
        """
        name = self._name(check_new_key(key))
        if if_absent and not self.has_conditional_writes:
            if self.stat(key) is not None:
                return False
            if_absent = False
        with self._asking(key):
            return self._put(name, data, if_absent=if_absent)

    def _put(self, name: str, data: bytes, *, if_absent: bool) -> bool:
        condition = {"IfNoneMatch": "*"} if if_absent else {}
        try:
            self._client.put_object(Bucket=self._bucket, Key=name, Body=data, ChecksumAlgorithm="SHA256", **condition)
        except ClientError as error:
            if if_absent and code_of(error) in LOST_RACE:
                return False
            raise
        return True

    def get(self, key: str) -> bytes:
        """As `BlobStore.get`."""
        with self.open(key) as blob:
            return blob.read()

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """As `BlobStore.get_range`."""
        check_range(offset, length)
        if length == 0:  # cannot be said in a Range header
            return self._nothing_of(key)
        with self._asking(key):
            try:
                with self._stream(key, offset, offset + length - 1) as part:
                    return part.read()
            except ClientError as error:
                if code_of(error) == "InvalidRange":  # all of it lies behind the end
                    return b""
                raise

    def open(self, key: str) -> BinaryIO:
        """As `BlobStore.open`; a connection that breaks is taken up again where it stopped."""
        with self._asking(key):
            return self._stream(key)

    def download(self, key: str, path: Path) -> None:
        """As `BlobStore.download`; also compared with the SHA-256 that `put_file` left."""
        with replacing(path) as temporary:
            with self._asking(key), temporary.open("xb") as sink:
                head = self._head(key)
                self._client.download_fileobj(self._bucket, self._name(key), sink, Config=_transfer_config())
            check_size(key, head["ContentLength"], temporary.stat().st_size)
            expected = head["Metadata"].get("sha256", "")
            if _HEX_SHA256.match(expected):
                with temporary.open("rb") as copy:
                    _check_sha256(key, expected, hashlib.file_digest(copy, "sha256").hexdigest())

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """As `BlobStore.list`; one request for each folder and each 1,000 blobs in it."""
        return walk(check_prefix(prefix), self._level)

    def list_unfinished(self, prefix: str = "") -> Iterator[BlobInfo]:
        """As `BlobStore.list_unfinished`: nothing, since an object appears whole."""
        check_prefix(prefix)
        return iter(())

    def stat(self, key: str) -> BlobInfo | None:
        """As `BlobStore.stat`. The answer has no body, so a missing bucket looks like a missing blob."""
        try:
            with self._asking(key):
                return BlobInfo(key, self._head(key)["ContentLength"])
        except BlobNotFound:
            return None

    def delete(self, key: str) -> None:
        """As `BlobStore.delete`."""
        with suppress(BlobNotFound), self._asking(key):
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def abort_stale(self, before: dt.datetime, keys: Collection[str] = ()) -> int:
        """As `BlobStore.abort_stale`: ends the uploads in parts that nobody will complete."""
        stale = 0
        with self._asking(None):
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for upload in page.get("Uploads", []):
                    key = upload["Key"].removeprefix(self._prefix)
                    if upload["Key"].startswith(self._prefix) and (upload["Initiated"] < before or key in keys):
                        self._abort(upload["Key"], upload["UploadId"])
                        stale += 1
        return stale

    def _abort(self, name: str, upload: str) -> None:
        try:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=name, UploadId=upload)
        except ClientError as error:
            if code_of(error) != "NoSuchUpload":  # another run was first
                raise

    def check_usable(self, *, write: bool) -> None:
        """As `BlobStore.check_usable`. Lists first: some servers make a missing bucket when something is put.

        With `write` it also finds out whether the server keeps conditional writes: `has_conditional_writes`.
        """
        with self._asking(None):
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
            if write:
                probe = {"Bucket": self._bucket, "Key": self._prefix + probe_name()}
                self._put(probe["Key"], PROBE, if_absent=False)
                self._client.get_object(**probe)["Body"].read()
                self.has_conditional_writes = self._refuses_a_second(probe["Key"])
                self._client.delete_object(**probe)

    def _refuses_a_second(self, name: str) -> bool:
        """True when the server does not write over what is there, once it was asked not to."""
        try:
            return not self._put(name, PROBE, if_absent=True)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _NO_SUCH_CALL:
                return False
            raise

    def _connect(self) -> Any:
        # With an endpoint of one's own, botocore puts the bucket in the path by itself.
        config = Config(
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            connect_timeout=_CONNECT_TIMEOUT_S,
            read_timeout=_READ_TIMEOUT_S,
            max_pool_connections=32,
            tcp_keepalive=True,
        )
        try:
            # A session of its own, since boto3's shared one is not safe between threads.
            return boto3.session.Session().client("s3", config=config)
        except (BotoCoreError, ValueError) as error:  # ValueError: an endpoint that is no URL
            raise StoreNotUsable(self.url, f"the AWS settings cannot be used: {error}") from error

    def _name(self, key: str) -> str:
        return self._prefix + check_key(key)

    def _head(self, key: str) -> Any:
        return self._client.head_object(Bucket=self._bucket, Key=self._name(key), ChecksumMode="ENABLED")

    def _stream(self, key: str, first: int = 0, last: int | None = None) -> BinaryIO:
        name, end = self._name(key), "" if last is None else str(last)

        def fetch(position: int, etag: str | None) -> Any:
            conditions = {"IfMatch": etag} if etag else {}  # bytes of two versions must never be joined
            if first + position or end:
                conditions["Range"] = f"bytes={first + position}-{end}"
            return self._client.get_object(Bucket=self._bucket, Key=name, **conditions)

        return io.BufferedReader(RemoteFile(fetch, lambda: self._asking(key)), _STREAM_BUFFER_BYTES)

    def _nothing_of(self, key: str) -> bytes:
        if self.stat(key) is None:
            raise BlobNotFound(key)
        return b""

    def _level(self, prefix: str) -> set[BlobInfo | str]:
        pages = self._client.get_paginator("list_objects_v2")
        found: set[BlobInfo | str] = set()
        with self._asking(None):
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix, Delimiter="/"):
                found.update(self._blob(item) for item in page.get("Contents", []) if not item["Key"].endswith("/"))
                found.update(item["Prefix"].removeprefix(self._prefix) for item in page.get("CommonPrefixes", []))
        return found

    def _blob(self, item: dict[str, Any]) -> BlobInfo:
        return BlobInfo(item["Key"].removeprefix(self._prefix), item["Size"])

    def _verify(self, key: str, sent: Fingerprint) -> None:
        with self._asking(key):
            head = self._head(key)
        check_size(key, sent.size, head["ContentLength"])
        stored = head.get("ChecksumSHA256")
        if stored is None:  # a server without checksums: only reading back tells
            with self.open(key) as blob:
                _check_sha256(key, sent.sha256, hashlib.file_digest(blob, "sha256").hexdigest())  # type: ignore[arg-type]
        elif "-" in stored:
            _check_sha256(key, sent.sha256_of_parts, stored)
        else:
            _check_sha256(key, sent.sha256, base64.b64decode(stored).hex())

    @contextmanager
    def _asking(self, key: str | None) -> Iterator[None]:
        """Map every error of boto3; `key` is None where the question is about the whole store."""
        try:
            yield
        except (Boto3Error, ClientError, BotoCoreError) as error:
            asked = Asked(store=self.url, bucket=self._bucket, endpoint=self._client.meta.endpoint_url, key=key)
            raise to_archive_error(error, asked) from error


_HEX_SHA256 = re.compile(r"[0-9a-f]{64}$")


def _check_sha256(key: str, expected: str, computed: str) -> None:
    if expected != computed:
        raise ChecksumMismatch(key, "sha256", expected, computed)


def _transfer_config(*, use_threads: bool = True) -> TransferConfig:
    return TransferConfig(
        multipart_threshold=_PART_BYTES,
        multipart_chunksize=_PART_BYTES,
        max_concurrency=_TRANSFER_THREADS,
        use_threads=use_threads,
    )


def _parse_location(url: str) -> tuple[str, str]:
    bucket, _, prefix = url.partition("://")[2].partition("/")
    prefix = prefix.strip("/")
    try:
        return check_key(bucket), prefix and check_key(prefix) + "/"
    except Malformed:
        raise StoreNotUsable(url, "expected s3://bucket/prefix") from None
