"""What the store holds is asked for only if it has changed, and a 304 is archived as what it is."""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import NotConfigured
from scrapy.utils.misc import build_from_crawler
from scrapy.utils.test import get_crawler

from archive.capture import Earlier, Validators
from archive.records import NOT_MODIFIED_PROFILE
from crawler.clock import utc_now
from crawler.conditional import EVERY_NTH, TRUSTED, TRUSTED_ENTRY, ConditionalMiddleware, is_trusted
from crawler.run import Run
from crawler.visits import EARLIER_KEY, META_KEY, Role, Visit
from tests import commands, warcs
from tests.archive.samples import BEGAN, exchange, open_writer
from tests.wireserver import Case, WireServer, head, page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archive.closed import ClosedWarc

pytestmark = pytest.mark.xdist_group("conditional")
FEED = '[[entries]]\ntype = "feed"\nurl = "{base}/feed"\n'
DATE = b"Sat, 21 Nov 2026 09:30:00 GMT"
OFF_TOPIC = b"""<!doctype html><html lang="en"><head><title>Cheese in Normandy</title></head><body><article>
<h1>Cheese in Normandy</h1><p>The dairies of Normandy made more cheese this spring than in any year before, said their
guild on Monday, and the price of milk went up by a tenth since the meadows were dry.</p>
<p>In the villages along the coast the fairs begin in June, with music, cider and a prize for the largest wheel.</p>
</article></body></html>"""


def known_by(body: bytes, *fields: bytes) -> Case:
    """A page with these validators, and the 304 to whoever names them."""
    unmodified = b"\r\n".join([b"HTTP/1.1 304 nOt MoDiFied", b"x-a:  1", *fields, b"", b""])
    return Case(message=with_length(body, *fields), unmodified=unmodified)


def feed_of(base: str, *paths: str) -> bytes:
    """A feed that announces paths."""
    items = "".join(f"<item><title>t</title><link>{base}{path}</link></item>" for path in paths)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>f</title>{items}</channel></rss>'.encode()


def site() -> dict[str, Case]:
    """Pages by how they are known."""
    moved = head(b"Location: /case/target", b'ETag: "hop"', b"Content-Length: 0", status=b"HTTP/1.1 302 Found")
    return {
        "/robots.txt": known_by(b"User-agent: *\nDisallow: /private\n", b'ETag: "robots"'),
        "/case/tag": known_by(page("tag"), b'ETag: "tag"'),
        "/case/weak": known_by(page("weak"), b'etag: W/"caf\xe9"', b"Last-Modified: " + DATE),
        "/case/date": known_by(page("date"), b"Last-Modified: " + DATE),
        "/case/none": Case(message=with_length(page("none"))),
        "/case/unquoted": known_by(page("unquoted"), b"ETag: unquoted", b"Last-Modified: yesterday"),
        "/case/twice": known_by(page("twice"), b'ETag: "1"', b'ETag: "2"'),
        "/case/gone": Case(
            message=with_length(page("gone"), b'ETag: "gone"', status=b"HTTP/1.1 404 Not Found"), fate="http_status"
        ),
        "/case/cut": Case(message=head(b"Content-Length: 9999", b'ETag: "cut"') + page("cut"), ending="close"),
        "/case/off": known_by(OFF_TOPIC, b'ETag: "off"'),
        "/case/moved": Case(message=moved),
        "/case/target": known_by(page("target"), b'ETag: "target"'),
    }


ANNOUNCED = [path for path in site() if path not in ("/robots.txt", "/case/target")]
KEPT = 7  # tag, weak, date, none, unquoted, twice, moved
CONDITIONS = {
    "/feed": {"If-None-Match": b'"feed"'},
    "/case/tag": {"If-None-Match": b'"tag"'},
    "/case/weak": {"If-None-Match": b'W/"caf\xe9"', "If-Modified-Since": DATE},
    "/case/date": {"If-Modified-Since": DATE},
    "/case/off": {"If-None-Match": b'"off"'},
    "/case/target": {"If-None-Match": b'"target"'},
}


def crawl(server: WireServer, folder: Path, *args: str) -> commands.Done:
    """A crawl of one server by its feed."""
    server.write_source(folder / "sources", "site", entries=FEED.format(base=server.base))
    return commands.run(
        "crawl", "--only-sources", folder / "sources", "--store", folder / "store", "--json",
        "--allow-private", server.host_port, *args,
    )  # fmt: skip


def conditions_of(request: bytes) -> dict[str, bytes]:
    """The conditional header fields of a request."""
    lines = (line.partition(b": ") for line in request.split(b"\r\n\r\n")[0].split(b"\r\n")[1:])
    return {name.decode(): value for name, _, value in lines if name.lower().startswith(b"if-")}


@dataclass(frozen=True)
class Visits:
    """Crawls of one site into one store: what was asked for, the ledgers, and the records of each."""

    server: WireServer
    store: Path
    asked: list[dict[str, dict[str, bytes]]]
    done: list[commands.Done]
    records: list[list[warcs.Record]]

    def ledger(self, number: int) -> dict:
        """The ledger of one crawl."""
        return self.done[number].report["sources"]["site"]

    def of(self, number: int, path: str, *kinds: str) -> warcs.Record:
        """The one record of these kinds that a crawl made for a path."""
        url = self.server.base + path
        (found,) = [item for item in self.records[number] if item.kind in kinds and item.url == url]
        return found


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    """Three crawls: one that its limit stops, one that goes on, and one by a machine that has lost its state."""
    folder = tmp_path_factory.mktemp("visits")
    store = folder / "store"
    with WireServer(cases=site()) as server:
        server.cases["/feed"] = known_by(feed_of(server.base, *ANNOUNCED), b'ETag: "feed"')
        found = Visits(server, store, [], [], [])
        for args in (["--limit", str(len(ANNOUNCED) - 1)], [], []):
            begins_at, before = len(server.log), {item.get("WARC-Record-ID") for item in warcs.records(store)}
            found.done.append(crawl(server, folder, *args))
            found.asked.append({item.path: conditions_of(item.request) for item in server.log[begins_at:]})
            records = [item for item in warcs.records(store) if item.get("WARC-Record-ID") not in before]
            found.records.append(records)
            if args == [] and len(found.done) == 2:
                shutil.rmtree(store / "state")
        yield found


def test_what_was_never_seen_is_asked_for_whole(visits: Visits) -> None:
    """The first crawl has nothing to compare with."""
    assert {path: {} for path in visits.asked[0]} == visits.asked[0]
    assert [] == [item for item in visits.records[0] if item.kind == "revisit"]


@pytest.mark.parametrize("number", [1, 2], ids=["second", "without-state"])
def test_what_is_held_is_asked_for_with_its_validators(visits: Visits, number: int) -> None:
    """As the server spelled them; not robots.txt, what was cut, what is no 200, or what is not spelled as HTTP has it."""
    expected = {path: CONDITIONS.get(path, {}) for path in visits.asked[number]}
    if number == 1:  # the page over the limit was not fetched before
        expected["/case/target"] = {}

    assert expected == visits.asked[number]
    assert set(site()) | {"/feed"} == set(visits.asked[number])


@pytest.mark.parametrize("number", [1, 2], ids=["second", "without-state"])
@pytest.mark.parametrize("path", ["/feed", "/case/tag", "/case/weak", "/case/date"])
def test_a_304_is_a_revisit_of_the_record_that_holds_the_payload(visits: Visits, number: int, path: str) -> None:
    """The head as it came, and the way to the first record; never to the revisit in between."""
    original, revisit = visits.of(0, path, "response"), visits.of(number, path, "response", "revisit")
    request = visits.of(number, path, "request")

    assert revisit.kind == "revisit"
    assert revisit.block == visits.server.cases[path].unmodified
    assert revisit.get("WARC-Profile") == NOT_MODIFIED_PROFILE
    assert revisit.get("WARC-Refers-To") == original.get("WARC-Record-ID")
    assert revisit.get("WARC-Refers-To-Target-URI") == original.url
    assert revisit.get("WARC-Refers-To-Date") == original.get("WARC-Date")
    assert revisit.get("WARC-Payload-Digest") == original.get("WARC-Payload-Digest")
    assert revisit.get("WARC-Truncated") is None
    assert request.get("WARC-Concurrent-To") == revisit.get("WARC-Record-ID")
    assert conditions_of(request.block) == CONDITIONS[path]


def test_a_feed_that_did_not_change_still_announces_what_was_never_fetched(visits: Visits) -> None:
    """The page over the first crawl's limit is fetched by the second, and its record names the feed that was read."""
    feed = visits.of(0, "/feed", "response")
    facts = visits.of(1, "/case/moved", "metadata").facts

    assert (visits.ledger(0)["deferred"], visits.ledger(1)["deferred"]) == (1, 0)
    assert f"{feed.url} {feed.get('WARC-Record-ID')}" == facts["kakehashi-announced-by"]
    assert (visits.ledger(0)["kept"], visits.ledger(1)["kept"]) == (KEPT - 1, 1)


def test_pages_that_did_not_change_are_unchanged(visits: Visits) -> None:
    """By 304 and by digest alike; what was cut has failed again, what is gone is gone."""
    third = visits.ledger(2)

    assert third["announced"] == len(ANNOUNCED)
    assert (third["kept"], third["unchanged"], third["failed"]) == (0, len(ANNOUNCED) - 1, {"cut_short": 1})
    assert third["adds_up"]
    assert [] == third["problems"]


def test_the_last_hop_of_a_redirect_asks_with_its_own_validators(visits: Visits) -> None:
    """The hop itself is no 200: its tag is not sent."""
    hop, target = visits.of(2, "/case/moved", "response", "revisit"), visits.of(2, "/case/target", "revisit")

    assert hop.kind == "response"
    assert target.get("WARC-Refers-To") == visits.of(1, "/case/target", "response").get("WARC-Record-ID")


def test_verify_finds_nothing_wrong(visits: Visits) -> None:
    """Revisits of both kinds pass every check."""
    done = commands.run("verify", "--store", visits.store)

    assert done.code == 0, done.out + done.err


def test_a_feed_whose_record_cannot_be_read_is_asked_for_whole(visits: Visits, tmp_path: Path) -> None:
    """Else what it announces would be lost; the operator is told why."""
    shutil.copytree(visits.store, tmp_path / "store")
    warc = min((tmp_path / "store" / "warc").rglob("*.warc.gz"))
    warc.write_bytes(bytes(warc.stat().st_size))
    begins_at = len(visits.server.log)
    done = crawl(visits.server, tmp_path)
    feeds = [conditions_of(item.request) for item in visits.server.log[begins_at:] if item.path == "/feed"]

    assert [{"If-None-Match": b'"feed"'}, {}] == feeds
    assert done.report["sources"]["site"]["announced"] == len(ANNOUNCED)
    assert "asked for whole, since its earlier record cannot be read" in done.err
    assert "Traceback" not in done.err


@pytest.mark.long
def test_a_page_that_was_dropped_for_its_topic_is_captured_whole(visits: Visits, tmp_path: Path) -> None:
    """Asked for by URL, it has no article yet, and a 304 would not give one. After that it is unchanged."""
    store = shutil.copytree(visits.store, tmp_path / "store")
    begins_at, ledgers = len(visits.server.log), []
    for _ in range(2):
        done = commands.run(
            "capture", f"{visits.server.base}/case/off", "--only-sources", visits.store.parent / "sources", "--json",
            "--store", store, "--allow-private", visits.server.host_port,
        )  # fmt: skip
        ledgers.append(done.report["sources"]["capture"])
    asked = [conditions_of(item.request) for item in visits.server.log[begins_at:] if item.path == "/case/off"]

    assert {"http_status": 1, "one_side": 1} == visits.ledger(0)["dropped"]
    assert [{}, {"If-None-Match": b'"off"'}] == asked
    assert [(1, 0), (0, 1)] == [(ledger["kept"], ledger["unchanged"]) for ledger in ledgers]


class Known:
    """As much of a run as the middleware asks for."""

    def __init__(self, age: dt.timedelta = TRUSTED_ENTRY / 2, **etags: str) -> None:
        self.earlier = self
        self._records = {
            f"http://example.org/{name}": Earlier(
                record_id="<urn:uuid:1>",
                url=f"http://example.org/{name}",
                captured_at=BEGAN,
                payload_digest="sha1:X",
                seen_at=utc_now() - age,
                validators=Validators(etag=etag),
            )
            for name, etag in etags.items()
        }

    def find_latest(self, url: str) -> Earlier | None:
        """The record of a URL."""
        return self._records.get(url)


def middleware(run: Known) -> ConditionalMiddleware:
    """The middleware of a spider of this run."""
    crawler = get_crawler(settings_dict={"KAKEHASHI_CONDITIONAL": True})
    crawler.spider = Spider("s", run=run)
    return build_from_crawler(ConditionalMiddleware, crawler)


def request(name: str, role: Role = Role.ARTICLE, **options: object) -> Request:
    """A request for a page in this role."""
    url = f"http://example.org/{name}"
    return Request(url, meta={META_KEY: Visit(role=role, page=url, source=None)}, **options)


def test_a_hop_does_not_carry_the_condition_of_the_one_before() -> None:
    """The tag of one URL says nothing about another; a second try asks as the first did."""
    asks = middleware(Known(a='"a"', b='"b"'))
    first = request("a")
    for hop, expected in ((first, b'"a"'), (first.replace(url="http://example.org/b"), b'"b"'), (first.copy(), b'"a"')):
        asks.process_request(hop)
        assert hop.headers.get("If-None-Match") == expected
        assert hop.meta[EARLIER_KEY].url == hop.url
    other = first.replace(url="http://example.org/c")
    asks.process_request(other)

    assert (other.headers.get("If-None-Match"), EARLIER_KEY in other.meta) == (None, False)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (request("a", Role.FEED), b'"a"'),
        (request("a", Role.ROBOTS), None),
        (request("a", method="POST"), None),
        (request("a", method="HEAD"), None),
        (Request("http://example.org/a"), None),
        (request("a", headers={"If-None-Match": '"own"'}), b'"own"'),
    ],
)
def test_only_pages_that_are_got_are_asked_for_conditionally(asked: Request, expected: bytes | None) -> None:
    """Not robots.txt; and whoever brings a condition of his own keeps it, and gets what it brings as it comes."""
    middleware(Known(a='"a"')).process_request(asked)

    assert asked.headers.get("If-None-Match") == expected
    assert (EARLIER_KEY in asked.meta) is (expected == b'"a"')


@pytest.mark.parametrize(("days", "expected"), [(6.9, b'"a"'), (7.1, None), (-1, b'"a"')])
def test_a_page_is_asked_for_whole_once_a_week(days: float, expected: bytes | None) -> None:
    """A server that answers 304 for ever would hide what is new."""
    asked = request("a")
    middleware(Known(dt.timedelta(days=days), a='"a"')).process_request(asked)

    assert asked.headers.get("If-None-Match") == expected


@pytest.mark.parametrize(("prefix", "is_known"), [("kakehashi", True), ("scrapy", False)])
def test_a_page_that_another_project_archived_is_fetched_whole(tmp_path: Path, prefix: str, *, is_known: bool) -> None:
    """No article was made of it yet, and of a 304 none could be."""
    closed: list[ClosedWarc] = []
    writer = open_writer(tmp_path, closed, prefix=prefix)
    stored = writer.write(exchange(b'HTTP/1.1 200 OK\r\nETag: "1"\r\n\r\nx', facts=()))
    writer.close()
    run = Run(store=str(tmp_path), command="crawl", rules={})
    found = [run.earlier.find_latest(stored.url + "#part"), run.earlier.find(stored.url, stored.payload_digest)]
    run.finish()

    assert [is_known] * 2 == [item is not None for item in found]


def test_conditions_can_be_switched_off() -> None:
    """KAKEHASHI_CONDITIONAL=0 fetches every page whole."""
    with pytest.raises(NotConfigured):
        build_from_crawler(ConditionalMiddleware, get_crawler(settings_dict={"KAKEHASHI_CONDITIONAL": False}))


@pytest.mark.parametrize("role", [Role.FEED, Role.ARTICLE])
def test_a_304_is_believed_for_a_while_and_nine_times(role: Role) -> None:
    """An entry for twelve hours, an article for a week; the tenth request in a row brings the page."""
    now, limit = utc_now(), TRUSTED if role is Role.ARTICLE else TRUSTED_ENTRY

    assert is_trusted(now - limit, EVERY_NTH - 2, role, now)
    assert not is_trusted(now - limit - dt.timedelta(seconds=1), 0, role, now)
    assert not is_trusted(now, EVERY_NTH - 1, role, now)
    assert not is_trusted(None, 0, role, now)
