"""Jobs run by the workers of a dask cluster. The one importer of distributed.

Workers write to the shared store under names of their own, so a job that is begun twice does no harm: leases keep a
source to one of them, and what is derived is the same bytes. A job whose worker died, or whose cluster lost its
scheduler, is sent again; one that failed as often as it may is listed, and the rest goes on.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.cluster_jobs import TRIES, ClusterUnusable, Ended, GivenUp, Job, is_final, is_held
from crawler.cluster_worker import run_job, software_here, stop_jobs
from pipelines.software import software

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from distributed import Client, Future

logger = logging.getLogger(__name__)
CONNECT_S = 30.0
# A scheduler that restarts, or a network that parts, may be away so long.
PATIENCE_S = 600.0
_PAUSE_S = 1.0
_HELD_PAUSE_S = 10.0
# A lease outlives its holder by a minute; what is held for longer is held by a run of somebody else.
_HELD_TURNS = 12


class _LostScheduler(ClusterUnusable):
    """What was sent is not known any more: it is sent again."""


@dataclass(slots=True)
class Batch:
    """Jobs on their way: `ended` are those that came to their end, `given_up` those that failed too often."""

    waiting: dict[str, Job]
    ended: list[Ended] = field(default_factory=list)
    given_up: list[GivenUp] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    name: str = field(default_factory=lambda: secrets.token_hex(4))

    def note(self, ended: Ended) -> bool:
        """Take in how a job ended; True when it is to be sent again."""
        if is_held(ended) and self.held[ended.name] < _HELD_TURNS:
            self.held[ended.name] += 1
            return True
        if is_final(ended):
            del self.waiting[ended.name]
            self.ended.append(ended)
            return False
        said = ended.err.strip().splitlines()
        return self.note_failure(ended.name, f"exit {ended.code}: {said[-1] if said else 'no word'}")

    def note_failure(self, name: str, why: str) -> bool:
        """Take in that a job failed; True when it is to be sent again."""
        self.tries[name] += 1
        if self.tries[name] < TRIES:
            logger.warning("cluster: %s failed (%s), sent again", name, why)
            return True
        del self.waiting[name]
        self.given_up.append(GivenUp(name=name, tries=self.tries[name], why=why))
        return False


def run_jobs(
    address: str,
    jobs: Iterable[Job],
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    patience_s: float = PATIENCE_S,
) -> Batch:
    """Run the jobs to their end. Raises `ClusterUnusable`; on KeyboardInterrupt the workers are told to stop."""
    batch = Batch({job.name: job for job in jobs})
    total, seen_at = len(batch.waiting), None
    while batch.waiting:
        try:
            with connect(address) as client:
                seen_at = time.monotonic()
                for _ in _drive(client, address, batch):
                    seen_at = time.monotonic()
                    on_progress(total - len(batch.waiting), total)
        except (_LostScheduler, ClusterUnusable) as error:
            if seen_at is None or time.monotonic() - seen_at > patience_s:
                raise
            logger.warning("cluster %s: %s; what is left is sent again", address, error)
            time.sleep(_PAUSE_S)
    return batch


def connect(address: str, timeout_s: float = CONNECT_S) -> Client:
    """A client of the cluster. Raises `ClusterUnusable`, also when a worker has other software than this machine."""
    try:
        from distributed import Client
    except ImportError:
        raise ClusterUnusable(address, "dask is not installed; try: pip install 'kakehashi[cluster]'") from None
    try:
        client = Client(address, timeout=timeout_s, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ClusterUnusable(address, f"expected a dask scheduler, such as tcp://HOST:8786: {reason}") from error
    try:
        client.wait_for_workers(1, timeout=timeout_s)
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
    for worker, found in client.run(software_here).items():
        if found != software():
            raise ClusterUnusable(address, f"worker {worker} has {found}, expected {software()}")


def _drive(client: Client, address: str, batch: Batch) -> Iterator[str]:
    """Send what waits, and give the name of each job that came back. Raises `_LostScheduler`."""
    from distributed import as_completed

    names = {_send(client, job, batch): job.name for job in batch.waiting.values()}
    arriving = as_completed(list(names), loop=client.loop)
    try:
        for future in arriving:
            name = names.pop(future)
            if _settle(future, name, address, batch):
                if batch.held[name]:
                    time.sleep(_PAUSE_S if names else _HELD_PAUSE_S)
                again = _send(client, batch.waiting[name], batch)
                names[again] = name
                arriving.add(again)
            yield name
    except KeyboardInterrupt:
        client.run(stop_jobs, batch.name)
        raise


def _send(client: Client, job: Job, batch: Batch) -> Future:
    key = f"{job.name}-{batch.name}-{secrets.token_hex(3)}"
    return client.submit(run_job, job, batch.name, key=key, pure=False)


def _settle(future: Future, name: str, address: str, batch: Batch) -> bool:
    """Whether the job is to be sent again."""
    if future.status in ("cancelled", "lost"):
        raise _LostScheduler(address, "the scheduler has gone")
    if future.status == "error":
        return batch.note_failure(name, repr(future.exception()))
    ended: Ended = future.result()
    return batch.note(ended)
