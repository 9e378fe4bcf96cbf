"""robots.txt decides, and nobody is hurried: read off the clock and the log of real servers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests import commands
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("politeness")
PAGES = {f"/case/p{number}": Case(message=with_length(page(f"p{number}"))) for number in range(5)}


class Timed(WireServer):
    """A server that knows when it was asked."""

    def __post_init__(self) -> None:
        self.times: list[float] = []
        super().__post_init__()

    def _case(self, path: str) -> Case:
        self.times.append(time.monotonic())
        return super()._case(path)


def robots(text: str, status: bytes = b"HTTP/1.1 200 OK") -> dict[str, Case]:
    """A robots.txt."""
    return {"/robots.txt": Case(message=with_length(text.encode(), status=status))}


def crawl(tmp_path: Path, *servers: WireServer, args: tuple[str, ...] = ()) -> commands.Done:
    """A crawl of servers, each a source."""
    for number, server in enumerate(servers):
        server.write_source(tmp_path / "sources", f"site{number}")
    allowed = [part for server in servers for part in ("--allow-private", server.host_port)]
    return commands.run(
        "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json", *allowed, *args
    )


def pages_of(server: WireServer) -> list[str]:
    """The articles that a server was asked for."""
    return sorted(item.path for item in server.log if item.path.startswith("/case/"))


def test_what_robots_txt_forbids_is_dropped_unasked(tmp_path: Path) -> None:
    """A forbidden page is announced and dropped with the reason robots; the rest is fetched."""
    with WireServer(cases=PAGES | robots("User-agent: *\nDisallow: /case/p3\n")) as server:
        done = crawl(tmp_path, server)

    assert done.code == 0
    assert {"robots": 1} == done.report["sources"]["site0"]["dropped"]
    assert [path for path in PAGES if path != "/case/p3"] == pages_of(server)


@pytest.mark.long
def test_robots_can_be_ignored_when_the_user_says_so(tmp_path: Path) -> None:
    """With --robots ignore the file is not even asked for."""
    with WireServer(cases=PAGES | robots("User-agent: *\nDisallow: /\n")) as server:
        crawl(tmp_path, server, args=("--robots", "ignore"))

    assert sorted(PAGES) == pages_of(server)
    assert [] == server.asked("/robots.txt")


def test_a_broken_robots_txt_forbids_everything(tmp_path: Path) -> None:
    """A server error on robots.txt is no permission: nothing else is asked for, and the run says so."""
    with WireServer(cases=PAGES | robots("oops", b"HTTP/1.1 503 Busy")) as server:
        done = crawl(tmp_path, server)

    assert done.code == 1
    assert {"/robots.txt"} == {item.path for item in server.log}
    assert "503" in done.report["sources"]["site0"]["problems"][0]["problem"]


@pytest.mark.long
def test_a_missing_robots_txt_allows_everything(tmp_path: Path) -> None:
    """404 is permission (RFC 9309, 2.3.1.3)."""
    with WireServer(cases=PAGES) as server:
        done = crawl(tmp_path, server)

    assert done.code == 0
    assert sorted(PAGES) == pages_of(server)


def test_crawl_delay_is_kept_between_requests_and_per_host_and_port(tmp_path: Path) -> None:
    """A server that asks for a pause gets it at every request; its neighbour on another port is not slowed."""
    delay = 0.5
    with Timed(cases=PAGES | robots(f"User-agent: *\nCrawl-delay: {delay}\n")) as slow, Timed(cases=PAGES) as fast:
        done = crawl(tmp_path, slow, fast)
    gaps = [after - before for before, after in zip(slow.times[1:], slow.times[2:], strict=False)]

    assert done.code == 0
    assert len(gaps) == len(PAGES)
    # A busy machine hands a request over late, which makes one gap longer and the next as much shorter.
    assert sum(gaps) > delay * len(gaps) * 0.9
    assert min(gaps) > delay * 0.5
    assert fast.times[-1] - fast.times[0] < slow.times[-1] - slow.times[0]


@pytest.mark.long
def test_a_host_is_asked_one_thing_at_a_time_even_without_a_pause(tmp_path: Path) -> None:
    """Concurrency 1 holds with a delay of 0: the next request goes out after the answer before."""

    class Slow(WireServer):
        """A server that takes its time and counts who waits."""

        waiting = most = 0

        def _case(self, path: str) -> Case:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
            time.sleep(0.05)
            self.waiting -= 1
            return super()._case(path)

    with Slow(cases=PAGES) as server:
        crawl(tmp_path, server, args=("--delay", "0"))

    assert sorted(PAGES) == pages_of(server)
    assert server.most == 1


def test_a_redirect_waits_in_the_line_of_the_host_that_it_leads_to(tmp_path: Path) -> None:
    """Redirected pages of two ports do not share one pause: each authority has its own."""
    with Timed(cases=PAGES | robots("User-agent: *\nCrawl-delay: 0.4\n")) as target:
        hops = {
            path: Case(
                message=b"HTTP/1.1 302 Found\r\nLocation: " + (target.base + path).encode()
                + b"\r\nContent-Length: 0\r\n\r\n"
            )
            for path in PAGES
        }  # fmt: skip
        with Timed(cases=hops) as origin:
            urls = [origin.base + path for path in hops]
            done = commands.run(
                "capture", *urls, "--store", tmp_path, "--json", "--delay", "0.01",
                "--allow-private", origin.host_port, "--allow-private", target.host_port,
            )  # fmt: skip
    gaps = [after - before for before, after in zip(target.times[1:], target.times[2:], strict=False)]

    assert done.report["sources"]["capture"]["kept"] == len(PAGES)
    assert sum(gaps) > 0.4 * len(gaps) * 0.9
    assert min(gaps) > 0.2
