"""One open WARC at a time: `.open` until closed, rolled by size and age, its index and manifest beside it.

The order is the one that loses nothing: record flushed, then known; file synced, then renamed, then indexed.
The clock comes in as a function, so that tests fix it.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from archive.capture import RENDERED, Earlier, Exchange, Location, Rendered, Stored
from archive.cdxj import CdxEntry
from archive.closed import ClosedWarc, describe, index_text, write_manifest
from archive.dates import to_milliseconds
from archive.digests import sha1_label
from archive.durable import AppendingFile, make_folder, sync, write_atomically
from archive.layout import OPEN_SUFFIX, OWN_PREFIX, Stem, cdxj_key, warc_key
from archive.locks import try_lock
from archive.methods import encoded_body, method_of
from archive.records import RecordWriter, inspect
from archive.revisits import find_original
from archive.uri import target_uri
from archive.validators import validators_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEFAULT_MAX_BYTES = 1024**3
DEFAULT_MAX_AGE = dt.timedelta(minutes=15)
_SYNC_EVERY = dt.timedelta(seconds=1)


class WarcWriter:
    """Writes exchanges under `folder`, whose keys are the store's.

    `find_earlier(url, payload_digest)` gives the record that a revisit may refer to, None when the payload is new. A
    304 that answers the condition of its request is a revisit of `Exchange.revalidates`; any other is a response.
    `on_closed` is called with each finished file. Errors of the file system come through as `OSError`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        run: str,
        now: Callable[[], dt.datetime],
        info: tuple[tuple[str, str], ...],
        find_earlier: Callable[[str, str], Earlier | None],
        on_closed: Callable[[ClosedWarc], None],
        max_bytes: int = DEFAULT_MAX_BYTES,
        max_age: dt.timedelta = DEFAULT_MAX_AGE,
        prefix: str = OWN_PREFIX,
    ) -> None:
        self._folder = folder
        self._run = run
        self._now = now
        self._info = info
        self._find_earlier = find_earlier
        self._on_closed = on_closed
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._prefix = prefix
        self._serial = 0
        self._open: _OpenWarc | None = None

    def write(self, exchange: Exchange) -> Stored:
        """Write response (or revisit), request and metadata; back when the system has all of them.

        Raises `OSError` when the disk takes no more, `ValueError` when the response is shorter than it says; the file
        then ends where it ended before.
        """
        current = self._current()
        stored = current.write(exchange, self._find_earlier)
        current.sync_if_due(self._now())
        return stored

    def write_rendered(self, rendered: Rendered) -> Stored:
        """Write a page that a browser made, and its metadata. Raises `OSError` as `write` does."""
        current = self._current()
        stored = current.write_rendered(rendered)
        current.sync_if_due(self._now())
        return stored

    def roll_if_due(self) -> None:
        """Close the open file when it is too large or too old, else sync it; the next write opens another."""
        if self._open is None:
            return
        now = self._now()
        if self._open.is_due(now, self._max_bytes, self._max_age):
            self.close()
        else:
            self._open.sync_if_due(now)

    def close(self) -> None:
        """Close the open file, if any: sync, rename, index, manifest, then `on_closed`."""
        if self._open is not None:
            current, self._open = self._open, None
            self._on_closed(current.close(self._folder))

    def abandon(self) -> None:
        """Let go of the open file as it lies, `.open`: a disk that took no record will take no index either."""
        if self._open is not None:
            current, self._open = self._open, None
            current.abandon()

    def _current(self) -> _OpenWarc:
        self.roll_if_due()
        if self._open is None:
            stem = Stem(began_at=self._now(), serial=self._serial, run=self._run, prefix=self._prefix)
            self._open = _OpenWarc(self._folder, stem, self._info)
            self._serial += 1
        return self._open


class _OpenWarc:
    def __init__(self, folder: Path, stem: Stem, info: tuple[tuple[str, str], ...]) -> None:
        self.stem = stem
        self._key = warc_key(stem)
        self._final = folder / self._key
        self._path = self._final.with_name(self._final.name + OPEN_SUFFIX)
        make_folder(self._path.parent)
        self._file = AppendingFile(self._path)
        try_lock(self._file)  # as long as it is ours, no other run takes it for abandoned
        self._writer = RecordWriter(self._file)
        self._entries: list[CdxEntry] = []
        self._records = 1
        self._synced_at = stem.began_at
        self._is_synced = False
        try:
            self._writer.write_warcinfo(filename=self._final.name, when=stem.began_at, fields=list(info))
        except BaseException:
            self._file.close()
            self._path.unlink()
            raise

    def write(self, exchange: Exchange, find_earlier: Callable[[str, str], Earlier | None]) -> Stored:
        return self._whole(lambda: self._write(exchange, find_earlier))

    def _write(self, exchange: Exchange, find_earlier: Callable[[str, str], Earlier | None]) -> Stored:
        payload = inspect(exchange.response, exchange.response_length)
        method = method_of(exchange.request)
        earlier = find_original(exchange, payload, find_earlier) if method == "GET" else None
        offset = self._file.tell()
        digest = payload.payload_digest
        if earlier is None:
            record_id = self._writer.write_response(exchange, payload)
        elif payload.size:
            record_id = self._writer.write_revisit(exchange, payload, earlier)
        else:
            record_id = self._writer.write_not_modified(exchange, payload, earlier)
            digest = earlier.payload_digest
        length = self._file.tell() - offset
        self._writer.write_request(exchange, record_id)
        self._writer.write_metadata(exchange, record_id)
        self._records += 3
        stored = Stored(
            url=target_uri(exchange.url),
            captured_at=to_milliseconds(exchange.began_at),
            location=Location(warc=self._key, offset=offset, length=length),
            record_id=record_id,
            payload_digest=digest,
            status=payload.head.status,
            mime=payload.head.mime,
            truncated=exchange.truncated,
            refers_to=earlier,
            validators=validators_of(payload.head.status, payload.head.headers),
            method=method,
        )
        self._entries.append(with_request(_entry(stored, self._final.name), exchange.request))
        return stored

    def write_rendered(self, rendered: Rendered) -> Stored:
        return self._whole(lambda: self._write_rendered(rendered))

    def _whole(self, write: Callable[[], Stored]) -> Stored:
        offset = self._file.tell()
        self._is_synced = False
        try:
            return write()
        except BaseException:
            # Behind a torn record nothing could be read: what was written of this exchange goes.
            self._file.cut_back(offset)
            raise

    def _write_rendered(self, rendered: Rendered) -> Stored:
        offset, digest = self._file.tell(), sha1_label(rendered.html)
        record_id = self._writer.write_rendered(rendered, digest)
        length = self._file.tell() - offset
        self._writer.write_metadata_of(rendered, record_id)
        self._records += 2
        stored = Stored(
            url=target_uri(RENDERED + rendered.url),
            captured_at=to_milliseconds(rendered.rendered_at),
            location=Location(warc=self._key, offset=offset, length=length),
            record_id=record_id,
            payload_digest=digest,
            status=200,
            mime="text/html",
            truncated=None,
        )
        self._entries.append(_entry(stored, self._final.name))
        return stored

    def sync_if_due(self, now: dt.datetime) -> None:
        # A clock that was set back must not put the next sync off.
        if not self._is_synced and abs(now - self._synced_at) >= _SYNC_EVERY:
            self._file.sync()
            self._synced_at, self._is_synced = now, True

    def is_due(self, now: dt.datetime, max_bytes: int, max_age: dt.timedelta) -> bool:
        return self._file.tell() >= max_bytes or now - self.stem.began_at >= max_age

    def abandon(self) -> None:
        with suppress(OSError):
            self._file.close()

    def close(self, folder: Path) -> ClosedWarc:
        self._file.sync()
        self._path.rename(self._final)
        self._file.close()
        sync(self._final.parent)
        index = index_text(self._entries).encode("ascii")
        try:
            write_atomically(folder / cdxj_key(self.stem), index)
            closed = describe(self.stem, self._final, self._records)
            write_manifest(folder, closed)
        except OSError:
            self._take_back(folder)
            raise
        return replace(closed, entries=tuple(self._entries), index_size=len(index))

    def _take_back(self, folder: Path) -> None:
        """Without index and manifest it is not finished: it lies `.open` again, as what the next run closes."""
        with suppress(OSError):
            (folder / cdxj_key(self.stem)).unlink(missing_ok=True)
        with suppress(OSError):
            self._final.rename(self._path)


def _entry(stored: Stored, filename: str) -> CdxEntry:
    return CdxEntry(
        url=stored.url,
        captured_at=stored.captured_at,
        status=stored.status,
        mime="warc/revisit" if stored.is_revisit else stored.mime,
        payload_digest=stored.payload_digest,
        location=Location(warc=filename, offset=stored.location.offset, length=stored.location.length),
        record_id=stored.record_id,
        truncated=stored.truncated,
        validators=stored.validators,
    )


def with_request(entry: CdxEntry, request: bytes) -> CdxEntry:
    """The entry, filed under the method and body of its request too where that was no GET."""
    method = method_of(request)
    return entry if method == "GET" else replace(entry, method=method, request_body=encoded_body(request))
