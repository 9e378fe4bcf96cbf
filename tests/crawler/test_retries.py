"""A host that says Retry-After is left alone so long, but never for ever: read off clocks and logs of real servers."""

from __future__ import annotations

import datetime as dt
import signal
import time
from email.utils import format_datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from crawler.retries import seconds_wanted
from tests import commands
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 11, 22, 6, 0, tzinfo=dt.UTC)
PAGES = {f"/case/p{number}": Case(message=with_length(page(f"p{number}"))) for number in range(4)}
CAP = 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("99999999", 99999999.0),
        ("9" * 5000, float("inf")),
        ("Sun, 22 Nov 2026 06:02:00 GMT", 120.0),
        ("Sunday, 22-Nov-26 06:02:00 GMT", 120.0),
        ("Sun Nov 22 06:02:00 2026", 120.0),
        ("Sun, 22 Nov 2026 05:00:00 GMT", 0.0),
        *((text, None) for text in (None, "", "-5", "soon", "1.5", "1e3", "Sun, 99 Nov 2026 06:02:00 GMT", "١٢")),
    ],
)
def test_seconds_wanted(text: str | None, expected: float | None) -> None:
    """Seconds or one of the three forms of HTTP's date (RFC 9110, 5.6.7); what makes no sense says nothing."""
    assert expected == seconds_wanted(text, NOW)


class Busy(WireServer):
    """A server that turns the first so many requests for pages away, with a Retry-After, and notes the times."""

    def __init__(self, retry_after: str, times: int, status: str = "503 Busy") -> None:
        self.answers = [
            with_length(b"busy", f"Retry-After: {retry_after}".encode(), status=f"HTTP/1.1 {status}".encode())
        ]
        self.answers *= times
        self.times: list[float] = []
        super().__init__(cases=dict(PAGES))

    def _case(self, path: str) -> Case:
        if path in PAGES:
            self.times.append(time.monotonic())
            if self.answers:
                return Case(message=self.answers.pop())
        return super()._case(path)


@pytest.mark.xdist_group("retries")
def test_a_host_that_asks_for_a_pause_gets_it_and_nobody_waits_for_it(tmp_path: Path) -> None:
    """One crawl of six hosts: pauses up to the cap, never more than three in vain, each for its own host alone."""
    soon = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1), usegmt=True)
    hosts = {
        "seconds": Busy(f"{CAP:.0f}", 1),
        "date": Busy(soon, 1, "429 Too Many Requests"),
        "for ever": Busy("99999999", 1),
        "for ever, always": Busy("99999999", 999, "429 Too Many Requests"),
        "nonsense": Busy("-5", 999),
        "free": Busy("1", 0),
    }
    urls = [host.base + path for host in hosts.values() for path in PAGES]
    allowed = [part for host in hosts.values() for part in ("--allow-private", host.host_port)]
    done = commands.run(
        "capture", *urls, "--store", tmp_path, "--json", "--delay", "0.01", "--max-retry-after", str(CAP), *allowed
    )  # fmt: skip
    for host in hosts.values():
        host.close()
    ledger = done.report["sources"]["capture"]
    failed = {item["url"]: item["cause"] for item in ledger["failures"]}
    causes = {name: sorted(failed.get(host.base + path, "kept") for path in PAGES) for name, host in hosts.items()}

    for name in ("seconds", "date", "for ever"):
        first, second, *rest = hosts[name].times
        assert second - first >= CAP * 0.99, name
        assert ["kept"] * 4 == causes[name]
        assert 3 == len(rest), name
    never = hosts["for ever, always"].times
    assert 4 == len(never)
    assert all(after - before >= CAP * 0.99 for before, after in pairwise(never))
    assert {"retry_after"} == set(causes["for ever, always"])
    assert ["http_503"] * 4 == causes["nonsense"]
    assert 3 * 4 == len(hosts["nonsense"].times)
    assert ["kept"] * 4 == causes["free"]
    assert hosts["free"].times[-1] < never[-1]
    assert ledger["adds_up"]


@pytest.mark.xdist_group("retries")
def test_a_pause_is_no_reason_to_wait_for_the_end(tmp_path: Path) -> None:
    """SIGINT while a host is left alone for 300 s: the crawl ends at once, and what waited is deferred."""
    with Busy("99999999", 999) as host:
        urls = [host.base + path for path in PAGES]
        process = commands.start(
            "capture", *urls, "--store", tmp_path, "--json", "--allow-private", host.host_port, "--delay", "0.01"
        )  # fmt: skip
        waits = time.monotonic() + 60
        while not host.times and time.monotonic() < waits:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert process.returncode == 130, err.decode()
    assert b'"deferred": 4' in out
    assert 1 == len(host.times)
