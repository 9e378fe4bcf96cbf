"""Asked to stop at any moment, a crawl ends with 130, one line and whole files, and the same command goes on.

A few moments in CI; with `make prove` every signal at random instants, too.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from crawler.demo.server import DemoSites
from crawler.interrupts import GRACE_S, Interrupts
from tests import commands, warcs
from tests.smalldisk import wait_until
from tests.test_end_to_end import ON_TOPIC, QUICK, crawl_args, path_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.xdist_group("signals"), pytest.mark.timeout(900)]
_SEED = 20261123
_STEADY = ("--robots", "ignore", "--delay", "0.1")
_ALL_SERVED = 60


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoSites, Path]]:
    """The demo sites, and the folder of their source files."""
    with DemoSites(ports="free", chunked=True) as running:
        folder = tmp_path_factory.mktemp("sources")
        running.write_sources(folder)
        yield running, folder


def stopped(
    sites: tuple[DemoSites, Path], store: Path, when: Callable[[], bool], *signals: int, to_group: bool = False
) -> commands.Done:
    """A crawl that got these signals, one after the other, once `when` said yes."""
    running, folder = sites
    process = commands.start(*crawl_args(running, folder, store), *_STEADY, new_session=True)
    wait_until(lambda: when() or process.poll() is not None)
    for number in signals:
        if process.poll() is None:
            (os.killpg if to_group else os.kill)(process.pid, number)
        time.sleep(0.3)
    out, err = process.communicate(timeout=120)
    return commands.Done(process.returncode, out.decode(), err.decode())


def check_clean(done: commands.Done, store: Path) -> None:
    """Exit 130, one line that says how to go on, and no torn file under a final name."""
    assert done.code == 130, done.err
    (line,) = [line for line in done.err.splitlines() if line.startswith("kakehashi: ")]
    assert "interrupted" in line
    assert "the same command goes on" in line
    assert line == done.err.splitlines()[-1]
    assert "Traceback" not in done.err
    assert "Exception ignored" not in done.err
    assert [] == warcs.torn(store)


def check_goes_on(sites: tuple[DemoSites, Path], store: Path) -> None:
    """The same command ends with the same set of articles as a crawl that nobody stopped."""
    again = commands.run(*crawl_args(*sites, store), *QUICK)
    verified = commands.run("verify", "--store", store)
    articles = warcs.lines(store, "articles")
    assert again.code == 0, again.err
    assert verified.code == 0, verified.out
    assert sorted(ON_TOPIC) == sorted({path_of(item["url"]) for item in articles})
    assert len(articles) == len({item["provenance"]["payload_digest"] for item in articles})
    assert [] == warcs.torn(store)
    assert [] == warcs.unfinished(store)


def after(running: DemoSites, count: int) -> Callable[[], bool]:
    """True once so many more exchanges were served."""
    before = len(running.served)
    return lambda: len(running.served) - before >= count


def test_control_c_in_a_terminal_reaches_every_process_and_is_clean(
    sites: tuple[DemoSites, Path], tmp_path: Path
) -> None:
    """SIGINT to the whole group, workers included: what was fetched has its articles, what was not is deferred."""
    store = tmp_path / "data"
    done = stopped(sites, store, after(sites[0], 30), signal.SIGINT, to_group=True)

    check_clean(done, store)
    assert [] == warcs.unfinished(store)
    assert done.report["adds_up"]
    assert sum(sum(ledger["failed"].values()) for ledger in done.report["sources"].values()) == 0
    assert sum(ledger["deferred"] for ledger in done.report["sources"].values()) > 0
    check_goes_on(sites, store)


@pytest.mark.long
def test_a_service_manager_that_ends_every_process_fails_no_page(sites: tuple[DemoSites, Path], tmp_path: Path) -> None:
    """SIGTERM to the whole group ends the workers: their pages are derived by others, none is counted as failed."""
    store = tmp_path / "data"
    done = stopped(sites, store, after(sites[0], 30), signal.SIGTERM, to_group=True)

    check_clean(done, store)
    assert sum(sum(ledger["failed"].values()) for ledger in done.report["sources"].values()) == 0
    check_goes_on(sites, store)


@pytest.mark.long
def test_sigterm_while_the_backlog_is_repaired_and_while_the_run_is_finished(
    sites: tuple[DemoSites, Path], tmp_path: Path
) -> None:
    """A killed crawl, then a repair that is stopped, then an end that is stopped: nothing is lost or torn."""
    store, running = tmp_path / "data", sites[0]
    stopped(sites, store, after(running, 40), signal.SIGKILL, to_group=True)
    for left in (store / "state/pending").glob("*.results"):
        left.unlink()  # the next one is that of the repair
    repair = stopped(sites, store, lambda: any((store / "state/pending").glob("*.results")), signal.SIGTERM)
    check_clean(repair, store)
    finish = stopped(sites, store, after(running, _ALL_SERVED + 10), signal.SIGHUP, signal.SIGTERM)
    check_clean(finish, store)
    check_goes_on(sites, store)


@pytest.mark.long
def test_a_stop_before_the_crawl_begins(sites: tuple[DemoSites, Path], tmp_path: Path) -> None:
    """SIGTERM while the run is set up: the store may be empty, and is whole."""
    store = tmp_path / "data"
    done = stopped(sites, store, (store / "state").exists, signal.SIGTERM)

    check_clean(done, store)
    check_goes_on(sites, store)


@pytest.mark.long
def test_random_stops(sites: tuple[DemoSites, Path], tmp_path: Path) -> None:
    """Any signal at any instant, once or more often, to one process or to all, thirty times."""
    chance, store = random.Random(_SEED), tmp_path / "data"
    for _ in range(30):
        number = chance.choice((signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
        signals, to_group = [number] * chance.choice((1, 1, 2, 3)), chance.random() < 0.5
        later, signs = chance.uniform(0, 9), set((store / "state/live").glob("*"))

        def is_due(began: list[float] = [], later: float = later, signs: set[Path] = signs) -> bool:  # noqa: B006
            # Before it has begun, Python itself ends the process, and nothing is open.
            if not began and set((store / "state/live").glob("*")) != signs:
                began.append(time.monotonic() + later)
            return bool(began) and time.monotonic() > began[0]

        done = stopped(sites, store, is_due, *signals, to_group=to_group)
        if done.code != 0:  # it had ended before
            check_clean(done, store)
    check_goes_on(sites, store)


def test_a_response_that_never_ends_is_not_waited_for() -> None:
    """After the first signal there is a grace for what is on its way, after the second there is none."""
    now = [100.0]
    interrupts = Interrupts(clock=lambda: now[0])
    with interrupts:
        assert not interrupts.is_asked
        os.kill(os.getpid(), signal.SIGTERM)
        assert interrupts.is_asked
        assert not interrupts.is_patience_over
        now[0] += GRACE_S + 1
        assert interrupts.is_patience_over
        now[0] = 100.0
        os.kill(os.getpid(), signal.SIGHUP)
        assert interrupts.is_patience_over


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    """`nohup kakehashi crawl` goes on when the terminal is closed."""
    code = (
        "import os, signal; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "from crawler.interrupts import Interrupts, raise_on_signals; raise_on_signals();"
        "i = Interrupts(); i.__enter__(); os.kill(os.getpid(), signal.SIGHUP); print(i.count);"
        "i.__exit__(); os.kill(os.getpid(), signal.SIGHUP); print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=commands.ROOT)

    assert done.stdout == "0\nalive\n", done.stderr
