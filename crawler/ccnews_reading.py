"""CC-NEWS read for the hosts of a few sources: lists of months, then the files of the days, by ranges.

What is wanted of a file grows in the working folder, beside a note of how far it was read; when all of the file was
read, it is imported. So a run that was interrupted goes on behind the last whole record, and a file is read once for
the same hosts. One line a file is kept of those that were read; whoever loses it reads them again, and imports nothing
twice.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO

from archive.durable import make_folder, sync, write_atomically
from archive.sieve import Sieve
from crawler.ccnews import NoListError, hosts_of, in_range, list_url, months, read_list, wants_hosts
from crawler.ccnews_position import Position
from crawler.incoming import Incoming
from crawler.ranges import Ask

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from crawler.ccnews import NewsFile
    from crawler.ccnews_position import Home
    from crawler.ranges import Part, Reading
    from crawler.sources import Source

logger = logging.getLogger(__name__)
STATE_FOLDER = "state/backfill"
PART_BYTES = 8 * 1024 * 1024
"""How much of a file is asked for at once."""
_LIST_BYTES = 16 * 1024 * 1024
MAX_FAILURES_IN_A_ROW = 3
"""After so many files in a row that could not be read the server is not asked for more."""
# Connections that end before a byte came, one after the other.
_MAX_EMPTY = 3
_WHOSE = "Common Crawl CC-NEWS"


class _CannotBeReadError(Exception):
    """A file that the server does not give as it should; the message says what it did."""


class CcNewsReading:
    """The reading of CC-NEWS at `base` for `sources`, from `since` to `until`, of `limit` files at most (None: all).

    `found` are the files that `lists` found to be read.
    """

    def __init__(
        self,
        importer: Home,
        sources: Sequence[Source],
        *,
        base: str,
        since: dt.date,
        until: dt.date,
        limit: int | None = None,
    ) -> None:
        self._importer = importer
        self._sources = sources
        self.base = base
        self.found: list[NewsFile] = []
        self._since = since
        self._until = until
        self._limit = limit
        hosts = sorted(hosts_of(sources))
        self._hosts = hosts
        name = hashlib.sha256(json.dumps([base, hosts]).encode()).hexdigest()[:16]
        folder = importer.folder / STATE_FOLDER
        self._done_path = folder / f"ccnews-{name}.done"
        self._position_path = folder / f"ccnews-{name}.json"
        self._kept_path = folder / f"ccnews-{name}.warc.gz"
        self.requests = 0
        self.bytes = 0
        self.counts: Counter[str] = Counter()

    def steps(self) -> Reading:
        """What to ask for, and what to do with it; see `crawler.ranges`."""
        make_folder(self._done_path.parent)
        done = self._read_done()
        failures = 0
        for month in months(self._since, self._until):
            for file in (yield from self._listed(month)):
                if file.path in done:
                    self.counts["read_before"] += 1
                elif failures >= MAX_FAILURES_IN_A_ROW or self._is_full():
                    self.counts["deferred"] += 1
                elif (yield from self._read_or_refuse(file)):
                    failures = 0
                else:
                    failures += 1
        if failures >= MAX_FAILURES_IN_A_ROW:
            self._refuse_all()

    def _refuse_all(self) -> None:
        self._refuse(
            self.base,
            f"{MAX_FAILURES_IN_A_ROW} files in a row could not be read: the others are left to the next run",
        )

    def lists(self) -> Reading:
        """As `steps`, the lists alone: what is to be read is among `found` then."""
        make_folder(self._done_path.parent)
        done = self._read_done()
        for month in months(self._since, self._until):
            for file in (yield from self._listed(month)):
                if file.path in done:
                    self.counts["read_before"] += 1
                elif self._limit is not None and len(self.found) >= self._limit:
                    self.counts["deferred"] += 1
                else:
                    self.found.append(file)

    def one(self, file: NewsFile) -> Reading:
        """As `steps`, one file alone."""
        make_folder(self._done_path.parent)
        yield from self._read_or_refuse(file)

    def add(self, file: NewsFile, said: Mapping[str, int]) -> None:
        """Count what `as_json` said of one file, which was read elsewhere."""
        self.requests += said["requests"]
        self.bytes += said["bytes"]
        self.counts["read"] += said["files"]
        for name in ("failed", "records", "matched"):
            self.counts[name] += said[name]
        if said["files"]:
            self._note_done(file)

    def give_up(self, path: str, problem: str) -> None:
        """Note a file that could not be read elsewhere."""
        self.counts["failed"] += 1
        self._refuse(path, problem)

    def defer(self, count: int) -> None:
        """Note that so many files are left to the next run, since several in a row could not be read."""
        self.counts["deferred"] += count
        self._refuse_all()

    @property
    def names(self) -> list[str]:
        """The ids of the sources."""
        return [source.id for source in self._sources]

    @staticmethod
    def origin_of(file: NewsFile) -> str:
        """Whose records they are that come from a file."""
        return f"{_WHOSE}, {file.path}"

    def as_json(self) -> dict[str, int]:
        """What was read, as plain JSON values: files, requests, bytes, records, and how many of those were kept."""
        counts = {name: self.counts[name] for name in ("read_before", "failed", "deferred", "records", "matched")}
        return {"files": self.counts["read"], **counts, "requests": self.requests, "bytes": self.bytes}

    def _refuse(self, name: str, problem: str) -> None:
        """Note what could not be had, for each of the sources: nobody knows what it had of them."""
        self._importer.ledger.refuse(name, problem)
        for source in self._sources:
            self._importer.ledger.sources[source.id].problems.append({"url": name, "problem": problem})

    def _is_full(self) -> bool:
        return self._limit is not None and self.counts["read"] + self.counts["failed"] >= self._limit

    def _listed(self, month: dt.date) -> Generator[Ask, Part, list[NewsFile]]:
        url = list_url(self.base, month)
        part = yield self._ask(url, _LIST_BYTES)
        self.bytes += len(part.body)
        problem = part.problem
        if problem is None:
            try:
                files, odd = read_list(part.body)
            except NoListError as error:
                problem = str(error)
            else:
                if odd:
                    logger.warning("%s: %d lines name no WARC of CC-NEWS", url, odd)
                return list(in_range(files, self._since, self._until))
        self._refuse(url, f"expected the list of the files of {month:%Y-%m}, got {problem}")
        return []

    def _ask(self, url: str, length: int, begin: int | None = None) -> Ask:
        self._importer.look()
        self.requests += 1
        return Ask(url=url, length=length, begin=begin)

    def _read_or_refuse(self, file: NewsFile) -> Generator[Ask, Part, bool]:
        """Read a file and import what is wanted of it; False when it could not be read."""
        position = self._position_of(file)
        try:
            yield from self._read(file, position)
        except _CannotBeReadError as error:
            self._refuse(file.path, str(error))
            self.counts["failed"] += 1
            return False
        except GeneratorExit:
            self._importer.ledger.note({"name": file.path, "state": "partial", **self._how_far(position)})
            raise
        self._import(file, position)
        self.counts["read"] += 1
        self._note_done(file)
        return True

    def _how_far(self, position: Position) -> dict[str, Any]:
        return {"read": position.boundary, "size": position.size, "matched": position.matched}

    def _read(self, file: NewsFile, position: Position) -> Generator[Ask, Part, None]:
        with self._kept(position) as out:
            sieve = self._sieve(out, position)
            at = position.boundary
            empty = 0
            while position.size is None or at < position.size:
                part = yield self._ask(f"{self.base}/{file.path}", PART_BYTES, at)
                self._check(part, at, position)
                empty = 0 if part.body else empty + 1
                if empty >= _MAX_EMPTY:
                    raise _CannotBeReadError(f"expected the bytes from {at} on, got none")
                at += len(part.body)
                self.bytes += len(part.body)
                position.size, position.etag = part.size, part.etag
                sieve.feed(part.body)
                self._save(out, sieve, position)
            sieve.end()
            self._save(out, sieve, position)

    def _check(self, part: Part, at: int, position: Position) -> None:
        """Raise `_CannotBeReadError` for what is not the part that was asked for, of the file as it was before."""
        if part.problem is not None:
            raise _CannotBeReadError(part.problem)
        if part.status != 206 or part.begin != at or part.size is None:
            got = "the whole file" if part.status == 200 else f"status {part.status} from byte {part.begin}"
            raise _CannotBeReadError(f"expected the bytes from {at} on, got {got}")
        if position.size is not None and (part.size, part.etag) != (position.size, position.etag):
            self._forget()
            raise _CannotBeReadError(
                "the file has changed since its beginning was read: it is read anew by the next run"
            )

    def _sieve(self, out: BinaryIO, position: Position) -> Sieve:
        return Sieve(
            out,
            wants_hosts(self._sources),
            begins_at=position.boundary,
            kept_bytes=position.kept_bytes,
            pieces=position.pieces,
            kinds=position.kinds,
            matched=position.matched,
            faults=position.faults,
        )

    @contextmanager
    def _kept(self, position: Position) -> Iterator[BinaryIO]:
        """The file that what is wanted grows in, cut to what is known to be whole."""
        with self._kept_path.open("r+b" if self._kept_path.exists() else "x+b") as out:
            out.truncate(position.kept_bytes)
            out.seek(position.kept_bytes)
            yield out

    def _save(self, out: BinaryIO, sieve: Sieve, position: Position) -> None:
        """Note how far the file was read, once what is kept of it is on disk."""
        out.flush()
        if sieve.kept_bytes != position.kept_bytes:
            sync(self._kept_path)
        position.take(sieve)
        write_atomically(self._position_path, json.dumps(asdict(position)).encode())

    def _position_of(self, file: NewsFile) -> Position:
        """Where the last run stopped in this file, else its beginning."""
        try:
            said = json.loads(self._position_path.read_bytes())
            position = Position(**{**said, "pieces": [(int(begin), int(length)) for begin, length in said["pieces"]]})
            if position.path == file.path and self._kept_path.stat().st_size >= position.kept_bytes:
                return position
        except (OSError, ValueError, TypeError, KeyError):
            pass
        self._forget()
        return Position(path=file.path)

    def _forget(self) -> None:
        self._position_path.unlink(missing_ok=True)
        self._kept_path.unlink(missing_ok=True)

    def _import(self, file: NewsFile, position: Position) -> None:
        self.counts["records"] += position.records
        self.counts["matched"] += position.matched
        facts = {"of": f"{self.base}/{file.path}", "size": position.size, "etag": position.etag, "hosts": self._hosts}
        entry = {**self._how_far(position), "records_read": position.records}
        if position.matched:
            incoming = Incoming(name=file.path, open=lambda: self._kept_path.open("rb"))
            extract = {**facts, "pieces": [list(piece) for piece in position.pieces]}
            self._importer.import_extract(incoming, origin=self.origin_of(file), extract=extract)
        else:
            self._importer.ledger.note({"name": file.path, "state": "nothing", "size": position.size})
        self._importer.ledger.files[-1] |= {**entry, "damaged": bool(position.faults)}
        if position.faults:
            self._importer.ledger.files[-1]["faults_read"] = position.faults
        logger.info("%s: %d records read, %d of these sources", file.path, position.records, position.matched)

    def _read_done(self) -> set[str]:
        try:
            return set(self._done_path.read_text(encoding="utf-8").split())
        except (OSError, UnicodeDecodeError):
            return set()

    def _note_done(self, file: NewsFile) -> None:
        with self._done_path.open("a", encoding="utf-8") as lines:
            lines.write(f"{file.path}\n")
        self._forget()
