"""robots.txt on real servers: what each answer allows, read off the logs of the servers; one crawl asks them all."""

from __future__ import annotations

import gzip
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.politeness import RobotsForbiddenError, RobotsUnreachableError
from crawler.robots import ASK_AGAIN_S, MAX_AGE_S, RobotsMiddleware
from tests import commands, warcs
from tests.wireserver import Case, WireServer, head, page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO = b"User-agent: *\nDisallow: /case/no\n"
SITE = {f"/case/{name}": Case(message=with_length(page(name))) for name in ("yes", "no")}


def answer(body: bytes = NO, status: str = "200 OK", *fields: bytes) -> Case:
    """A robots.txt."""
    return Case(message=with_length(body, *fields, status=f"HTTP/1.1 {status}".encode()))


def moved(target: str) -> Case:
    """A redirect."""
    return Case(message=head(b"Location: " + target.encode(), b"Content-Length: 0", status=b"HTTP/1.1 302 Found"))


def hops(count: int, end: Case) -> dict[str, Case]:
    """So many redirects from /robots.txt to an answer."""
    paths = ["/robots.txt", *(f"/hop{number}" for number in range(count))]
    return {path: moved(after) for path, after in pairwise(paths)} | {paths[-1]: end}


# What stands at /robots.txt and behind it, and which pages may be asked for then.
BOTH, YES, NONE = {"/case/yes", "/case/no"}, {"/case/yes"}, set[str]()
SITES: dict[str, tuple[dict[str, Case], set[str]]] = {
    "200": ({"/robots.txt": answer()}, YES),
    "own group": ({"/robots.txt": answer(b"User-agent: Kakehashi\nDisallow: /case/no\n\nUser-agent: *\nDisallow: /")}, YES),
    "gzip": ({"/robots.txt": answer(gzip.compress(NO), "200 OK", b"Content-Encoding: gzip")}, YES),
    "web page": ({"/robots.txt": answer(page("robots"))}, BOTH),
    "empty": ({"/robots.txt": answer(b"")}, BOTH),
    "400": ({"/robots.txt": answer(NO, "400 Bad")}, BOTH),
    "401": ({"/robots.txt": answer(NO, "401 Who")}, BOTH),
    "403": ({"/robots.txt": answer(NO, "403 No")}, BOTH),
    "404": ({"/robots.txt": answer(NO, "404 Not Found")}, BOTH),
    "410": ({"/robots.txt": answer(NO, "410 Gone")}, BOTH),
    "429": ({"/robots.txt": answer(NO, "429 Slow")}, BOTH),
    "500": ({"/robots.txt": answer(NO, "500 Oh")}, NONE),
    "503": ({"/robots.txt": answer(NO, "503 Busy")}, NONE),
    "hangs up": ({"/robots.txt": Case(message=b"", ending="close")}, NONE),
    "broken gzip": ({"/robots.txt": answer(b"no gzip", "200 OK", b"Content-Encoding: gzip")}, NONE),
    "5 redirects": (hops(5, answer()), YES),
    "6 redirects": (hops(6, answer()), BOTH),
    "a circle": ({"/robots.txt": moved("/r"), "/r": moved("/robots.txt")}, BOTH),
    "to a 503": (hops(1, answer(NO, "503 Busy")), NONE),
    "to a 404": (hops(1, answer(NO, "404 Not Found")), BOTH),
    "to a file": ({"/robots.txt": moved("file:///etc/hostname")}, BOTH),
}  # fmt: skip


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, WireServer], WireServer, Any, Path]]:
    """Every site after one crawl that asked each for two pages; a canary that a robots.txt led to; the ledger."""
    store = tmp_path_factory.mktemp("robots")
    sites = {name: WireServer(cases=SITE | more) for name, (more, _) in SITES.items()}
    canary = WireServer(cases={"/robots.txt": answer(b"")})
    elsewhere = WireServer(cases={"/rules": answer()})
    sites["to another host"] = WireServer(cases=SITE | {"/robots.txt": moved(f"{elsewhere.base}/rules")})
    sites["to a private address"] = WireServer(cases=SITE | {"/robots.txt": moved(f"{canary.base}/robots.txt")})
    urls = [server.base + path for server in sites.values() for path in sorted(SITE)]
    allowed = [part for server in (*sites.values(), elsewhere) for part in ("--allow-private", server.host_port)]
    done = commands.run("capture", *urls, "--store", store, "--json", "--delay", "0.01", *allowed)
    yield sites, canary, done, store
    for server in (*sites.values(), canary, elsewhere):
        server.close()


@pytest.mark.xdist_group("robots")
def test_each_answer_allows_what_the_rfc_says(crawled: tuple[dict[str, WireServer], WireServer, Any, Path]) -> None:
    """Not one page is asked for that must not be, and none is left out that may be."""
    sites, canary, _, _ = crawled
    expected = {name: may for name, (_, may) in SITES.items()}
    expected |= {"to another host": YES, "to a private address": NONE}
    asked = {name: {item.path for item in server.log} & SITE.keys() for name, server in sites.items()}

    assert expected == asked
    assert [] == canary.log
    assert all(server.log[0].path == "/robots.txt" for server in sites.values())
    assert 1 == len(sites["200"].asked("/robots.txt"))


@pytest.mark.xdist_group("robots")
def test_each_page_that_was_not_asked_for_has_its_reason(
    crawled: tuple[dict[str, WireServer], WireServer, Any, Path],
) -> None:
    """Forbidden is dropped, out of reach is failed with what was wrong, and the ledger adds up."""
    sites, _, done, _ = crawled
    ledger = done.report["sources"]["capture"]
    causes = {item["url"]: item["cause"] for item in ledger["failures"]}

    assert ledger["adds_up"]
    assert {"robots": 5} == ledger["dropped"]
    assert (
        "robots_unreachable"
        == causes[f"{sites['500'].base}/case/yes"]
        == causes[f"{sites['broken gzip'].base}/case/yes"]
    )
    assert "private_address" == causes[f"{sites['to a private address'].base}/case/yes"]
    assert 2 * 6 == len(causes)


@pytest.mark.xdist_group("robots")
def test_the_verdict_is_in_the_metadata(crawled: tuple[dict[str, WireServer], WireServer, Any, Path]) -> None:
    """A page's metadata names the rule and the record of the robots.txt; that of the robots.txt names who asked."""
    sites, _, _, store = crawled
    base = sites["own group"].base
    records = warcs.records(store)
    robots = next(item for item in records if item.kind == "response" and item.url == f"{base}/robots.txt")
    facts = {item.url: item.facts for item in records if item.kind == "metadata"}

    assert f"allowed {robots.get('WARC-Record-ID')}" == facts[f"{base}/case/yes"]["kakehashi-robots"]
    assert "robots" == facts[f"{base}/robots.txt"]["kakehashi-role"]
    assert facts[f"{base}/robots.txt"]["via"] in {base + path for path in SITE}
    assert "P" == facts[f"{base}/robots.txt"]["hopsFromSeed"]
    assert "kakehashi-robots" not in facts[f"{base}/robots.txt"]


class Engine:
    """Stands in for Scrapy's engine: hands out prepared answers for robots.txt and notes what was slowed down."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.delays: list[tuple[str, float]] = []
        self.downloader = self

    async def download_async(self, request: Request) -> Response:
        """The next answer."""
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer.replace(request=request)

    def slow_down(self, host: str, delay: float) -> None:
        """Notes it."""
        self.delays.append((host, delay))


class Project:
    """As much of a crawler as the middleware looks at."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.spider = None
        self.settings = Settings({"ROBOTSTXT_OBEY": True, "ROBOTSTXT_USER_AGENT": "kakehashi"})


def robots(text: str, status: int = 200) -> Response:
    """An answer for robots.txt."""
    return Response("http://h.example/robots.txt", status=status, body=text.encode())


class Times:
    """A middleware at work at any time of its life."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.now = 0.0
        self.engine = Engine(*answers)
        self.middleware = RobotsMiddleware(Project(self.engine), clock=lambda: self.now)  # type: ignore[arg-type]

    async def may(self, path: str = "/a", url: str = "http://h.example") -> bool | None:
        """True or False as robots.txt says; None when it cannot be had."""
        try:
            await self.middleware.process_request(Request(url + path))
        except RobotsForbiddenError:
            return False
        except RobotsUnreachableError:
            return None
        return True


def run(coroutine: Any) -> Any:
    """What a coroutine gives."""
    import asyncio

    return asyncio.run(coroutine)


def test_robots_txt_is_asked_for_once_a_day() -> None:
    """For a day the rules are kept; then they are asked for anew."""
    times = Times(robots("User-agent: *\nDisallow: /a"), robots(""))

    async def days() -> list[bool | None]:
        said = [await times.may(), await times.may("/b")]
        times.now = MAX_AGE_S - 1
        said.append(await times.may())
        times.now = MAX_AGE_S + 1
        return [*said, await times.may()]

    assert [False, True, False, True] == run(days())
    assert times.engine.asked == 2


def test_a_host_is_forbidden_until_its_robots_txt_answers() -> None:
    """Nothing is asked of a host without an answer; a minute later its robots.txt is asked for again."""
    times = Times(robots("", 503), OSError("no route"), robots("User-agent: *\nDisallow: /a"))

    async def minutes() -> list[bool | None]:
        said = []
        for now in (0, ASK_AGAIN_S - 1, ASK_AGAIN_S + 1, 2 * ASK_AGAIN_S + 2):
            times.now = now
            said += [await times.may(), await times.may("/b")]
        return said

    assert [None] * 6 + [False, True] == run(minutes())
    assert times.engine.asked == 3


def test_rules_that_were_had_hold_while_the_host_says_nothing() -> None:
    """2.4: a copy may be used for more than a day when robots.txt is out of reach."""
    times = Times(robots("User-agent: *\nDisallow: /a"), robots("", 500))

    async def days() -> list[bool | None]:
        said = [await times.may()]
        times.now = MAX_AGE_S + 1
        return [*said, await times.may(), await times.may("/b")]

    assert [False, False, True] == run(days())
    assert times.engine.asked == 2


def test_requests_at_the_same_time_ask_once_and_hosts_are_told_apart() -> None:
    """By scheme, host and port, in any spelling of them."""
    import asyncio

    times = Times(robots("User-agent: *\nDisallow: /a"), robots(""), robots("", 404))

    async def together() -> list[bool | None]:
        first = await asyncio.gather(*(times.may(url=url) for url in ("http://h.example", "http://H.example:80")))
        return [*first, await times.may(url="https://h.example"), await times.may(url="http://h.example:8080")]

    assert [False, False, True, True] == run(together())
    assert times.engine.asked == 3


def test_crawl_delay_is_capped() -> None:
    """300 s is the longest pause that a robots.txt gets."""
    times = Times(robots("User-agent: *\nCrawl-delay: 86400"))

    assert run(times.may()) is True
    assert [("h.example", 300.0)] == times.engine.delays
