"""Jobs run by the workers of a dask cluster. The one importer of distributed.

Workers write to the shared store under names of their own, so a job that is begun twice does no harm: leases keep a
source to one of them, and what is derived is the same bytes. A job whose worker died, or whose cluster lost its
scheduler, is sent again; one that failed as often as it may is listed, and the rest goes on.

Only so many jobs are with the scheduler as keep its workers busy: it holds what it was sent in memory.
"""

from __future__ import annotations

import heapq
import logging
import queue
import re
import secrets
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.cluster_jobs import TRIES, ClusterUnusable, Ended, GivenUp, Job, is_final, last_word, may_pass
from crawler.cluster_worker import run_job, software_here, stop_jobs
from pipelines.software import software

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from distributed import Client, Future

logger = logging.getLogger(__name__)
CONNECT_S = 5.0
_WORKERS_S = 120.0
_ADDRESS = re.compile(r"(?:(?:tcp|tls|ws|wss|ucx)://)?(?:\[[0-9a-fA-F:]+\]|[^\s/:\[\]]+):[0-9]{1,5}")
_EXPECTED = "expected a dask scheduler, such as tcp://HOST:8786"
# A scheduler that restarts, or a network that parts, may be away so long.
PATIENCE_S = 600.0
_PAUSE_S = 1.0
# A lease outlives its holder by a minute; what is held for longer is held by a run of somebody else. A store that does
# not answer gets as long.
_TURN_PAUSE_S = 10.0
_TURNS = 12
_LEAST_SENT = 64
_SENT_PER_THREAD = 4
_RESULT_S = 60.0
_LOOK_S = 5.0


class _LostScheduler(ClusterUnusable):
    """What was sent is not known any more: it is sent again."""


@dataclass(slots=True)
class Batch:
    """Jobs on their way: `ended` are those that came to their end, `given_up` those that failed too often.

    With `on_ended`, which is told of each, none is kept in `ended`: reports may be more than memory is to hold.
    """

    waiting: dict[str, Job]
    ended: list[Ended] = field(default_factory=list)
    given_up: list[GivenUp] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    on_ended: Callable[[Ended], None] | None = None
    name: str = field(default_factory=lambda: secrets.token_hex(4))

    def note(self, ended: Ended) -> float | None:
        """Take in how a job ended; after so many seconds it is to be sent again, None: never."""
        if may_pass(ended) and self.turns[ended.name] < _TURNS:
            self.turns[ended.name] += 1
            return _TURN_PAUSE_S
        if is_final(ended):
            del self.waiting[ended.name]
            if self.on_ended is None:
                self.ended.append(ended)
            else:
                self.on_ended(ended)
            return None
        return self.note_failure(ended.name, f"exit {ended.code}: {last_word(ended)}")

    def note_failure(self, name: str, why: str) -> float | None:
        """Take in that a job failed; after so many seconds it is to be sent again, None: never."""
        self.tries[name] += 1
        if self.tries[name] < TRIES:
            logger.warning("cluster: %s failed (%s), sent again", name, why)
            return 0.0
        del self.waiting[name]
        self.given_up.append(GivenUp(name=name, tries=self.tries[name], why=why))
        return None


def run_jobs(
    address: str,
    jobs: Iterable[Job],
    *,
    on_progress: Callable[[int, int, str], None] = lambda _done, _total, _facts: None,
    on_ended: Callable[[Ended], None] | None = None,
    look: Callable[[], None] = lambda: None,
    at_once: int | None = None,
    patience_s: float = PATIENCE_S,
) -> Batch:
    """Run the jobs to their end, `at_once` of them at a time (None: as many as there are workers for).

    `on_ended` is told of each job that came to its end, at once; `look` raises what keeps this from going on. Raises
    `ClusterUnusable`, and what `look` raised; then, and on KeyboardInterrupt, the workers are told to stop.
    """
    batch = Batch({job.name: job for job in jobs}, on_ended=on_ended)
    total, seen_at = len(batch.waiting), None
    while batch.waiting:
        try:
            with connect(address) as client:
                drive = _Drive(client, address, batch, at_once)
                seen_at = time.monotonic()
                for _ in drive.turns(look):
                    seen_at = time.monotonic()
                    on_progress(total - len(batch.waiting), total, drive.facts())
        except (_LostScheduler, ClusterUnusable) as error:
            if seen_at is None or time.monotonic() - seen_at > patience_s:
                raise
            logger.warning("cluster %s: %s; what is left is sent again", address, error.reason)
            time.sleep(_PAUSE_S)
            look()
    return batch


def connect(address: str, timeout_s: float = CONNECT_S) -> Client:
    """A client of the cluster. Raises `ClusterUnusable`, also when a worker has other software than this machine."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterUnusable(address, "dask is not installed; try: pip install 'kakehashi[cluster]'") from None
    if _ADDRESS.fullmatch(address) is None:
        raise ClusterUnusable(address, _EXPECTED)
    try:
        client = Client(address, timeout=timeout_s, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ClusterUnusable(address, f"{_EXPECTED}: {reason}") from error
    try:
        client.wait_for_workers(1, timeout=_WORKERS_S)
        _check_software(address, client)
    except TimeoutError:
        client.close()
        raise ClusterUnusable(address, "it has no worker") from None
    except BaseException:
        client.close()
        raise
    return client


def _check_software(address: str, client: Client) -> None:
    """Articles name the software that made them: the same versions everywhere, or none."""
    try:
        answers = client.run(software_here, on_error="ignore")
    except OSError as error:
        raise ClusterUnusable(address, f"its workers do not answer: {error}") from error
    for worker, found in answers.items():
        if found != software():
            raise ClusterUnusable(address, f"worker {worker} has {found}, expected {software()}")


class _Drive:
    """What is with a scheduler, and what is still to be sent to it."""

    def __init__(self, client: Client, address: str, batch: Batch, at_once: int | None) -> None:
        self._client = client
        self._address = address
        self._batch = batch
        self._at_once = at_once
        self._todo = deque(batch.waiting)
        self._later: list[tuple[float, str]] = []
        self._sent: dict[Future, str] = {}
        self._arrived: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._threads = 0
        self._looked_at = 0.0

    def turns(self, look: Callable[[], None]) -> Iterator[None]:
        """Send and settle until nothing waits, with a turn at least every second. Raises `_LostScheduler`."""
        try:
            while self._batch.waiting:
                look()
                self._send_more()
                self._settle_next()
                yield
        except _LostScheduler:
            raise
        except BaseException:
            self._client.run(stop_jobs, self._batch.name, on_error="ignore")
            raise

    def facts(self) -> str:
        """What is known of the cluster, in a few words."""
        again = sum(self._batch.tries.values()) + sum(self._batch.turns.values())
        words = [f"{self._threads} workers" if self._threads else "no worker"]
        words += [f"{again} sent again"] if again else []
        words += [f"{len(self._batch.given_up)} failed"] if self._batch.given_up else []
        return ", ".join(words)

    def _send_more(self) -> None:
        if self._client.status == "closed":
            raise _LostScheduler(self._address, "the scheduler does not answer")
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            self._todo.append(heapq.heappop(self._later)[1])
        if now >= self._looked_at + _LOOK_S:
            self._looked_at = now
            self._threads = self._count_threads()
        most = self._at_once or max(_LEAST_SENT, _SENT_PER_THREAD * self._threads)
        while self._todo and len(self._sent) < most:
            self._send(self._todo.popleft())

    def _count_threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError):
            return 0

    def _send(self, name: str) -> None:
        job = self._batch.waiting[name]
        key = f"{name}-{self._batch.name}-{secrets.token_hex(3)}"
        future = self._client.submit(run_job, job, self._batch.name, key=key, pure=False)
        self._sent[future] = name
        future.add_done_callback(self._arrived.put)

    def _settle_next(self) -> None:
        try:
            future = self._arrived.get(timeout=_PAUSE_S)
        except queue.Empty:
            return
        name = self._sent.pop(future)
        pause = self._settle(future, name)
        if pause is not None:
            heapq.heappush(self._later, (time.monotonic() + pause, name))

    def _settle(self, future: Future, name: str) -> float | None:
        """After how many seconds a job is to be sent again; None: never."""
        if future.status in ("cancelled", "lost"):
            raise _LostScheduler(self._address, "the scheduler has gone")
        if future.status == "error":
            return self._batch.note_failure(name, repr(future.exception()))
        try:
            ended: Ended = future.result(timeout=_RESULT_S)
        except (OSError, TimeoutError):  # the worker died with the answer; whoever does it again finds it done
            return 0.0
        return self._batch.note(ended)
