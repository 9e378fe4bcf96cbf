"""What is sent to a cluster and what comes back: when a job is sent again, when it is given up, and its report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import open_blobs
from crawler.cluster import Batch
from crawler.cluster_jobs import DERIVE, ORDER, TEMPLATES, Ended, Job, is_final, may_pass
from crawler.cluster_steps import Steps
from crawler.clustered import store_for_workers
from crawler.config import load_catalogue, rules_to_read_again
from crawler.exits import Exit
from crawler.import_ledger import ImportLedger, PageCounts
from pipelines.changes import Changes
from pipelines.one_warc import WarcResult
from pipelines.process import article_warcs, fingerprint
from tests.test_process_scale import make_store

if TYPE_CHECKING:
    from pathlib import Path

DONE = Ended(name="one", code=0, out='{"pages": 1}', err="")
CRASHED = Ended(name="one", code=1, out="", err="Traceback (most recent call last):\n  …\nValueError: odd")
HELD = Ended(name="one", code=5, out="", err="kakehashi: site is held by run …")
AWAY = Ended(name="one", code=4, out="", err="kakehashi: store s3://b is not usable: no answer from http://s3 (…)")
REFUSED = Ended(name="one", code=4, out="", err="kakehashi: store s3://b is not usable: the credentials are refused")


def batch() -> Batch:
    return Batch({"one": Job(name="one", argv=("crawl",), files={})})


def test_a_job_is_done_when_it_has_reported() -> None:
    assert is_final(DONE)
    assert not is_final(CRASHED)
    assert [may_pass(ended) for ended in (DONE, CRASHED, HELD, AWAY, REFUSED)] == [False, False, True, True, False]


def test_what_fails_three_times_is_given_up_with_its_last_word() -> None:
    work = batch()
    pauses = [work.note(CRASHED) for _ in range(3)]

    assert pauses == [0.0, 0.0, None]
    assert not work.waiting
    assert [str(job) for job in work.given_up] == ["one: failed 3 times: exit 1: ValueError: odd"]


@pytest.mark.parametrize("waits", [HELD, AWAY])
def test_what_passes_by_itself_is_waited_for_before_it_counts(waits: Ended) -> None:
    """Twelve times, ten seconds each: longer than the lease of a dead worker, or a network that parts for a minute."""
    work = batch()
    pauses = [work.note(waits) for _ in range(12)]

    assert pauses == [10.0] * 12
    assert [work.note(waits), work.note(DONE)] == [0.0, None]
    assert work.ended == [DONE]


def article(url: str, text: str) -> bytes:
    relevance = {"label": "core"}
    rest = {"title": "t", "authors": [], "published": None, "modified": None, "language": "en", "source": "site"}
    place = {"offset": int(url[-1])}
    return json.dumps(
        {"url": url, "text": text, "relevance": relevance, "provenance": place, "removed": [], **rest}
    ).encode()


def test_changes_counted_apart_are_those_counted_together() -> None:
    """In any order, and through JSON."""
    before = [article(f"https://a.example/{number}", f"The first text, number {number}.") for number in range(6)]
    after = [
        article(f"https://a.example/{number}", f"The second text, number {number}!" * number) for number in range(6)
    ]
    together = Changes()
    together.add(before, after)
    apart = Changes()
    for number in reversed(range(6)):
        one = Changes()
        one.add(before[number : number + 1], after[number : number + 1])
        packed = WarcResult(state="derived", changes=one).packed()
        apart.merge(WarcResult.unpacked(json.loads(json.dumps(packed))).changes)

    assert together.changed == 6
    assert apart.as_json() == together.as_json()


def test_the_ledger_of_one_file_comes_through_json() -> None:
    part = ImportLedger()
    part.refuse("a.warc", "holds no WARC record")
    part.sources["site"] = PageCounts(announced=2, kept=1, problems=[{"url": "u", "problem": "p"}])
    part.sources["site"].failed["unreadable"] += 1
    part.captures["page"] += 2
    part.revisits.append(("warc/x", "https://a.example/", None))
    whole = ImportLedger()
    whole.merge(ImportLedger.unpacked(json.loads(json.dumps(part.packed()))))

    assert whole.as_json() == part.as_json()
    assert whole.revisits == part.revisits


def test_a_store_in_a_folder_is_named_by_its_whole_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert store_for_workers("data") == str(tmp_path / "data")
    assert store_for_workers("s3://bucket/prefix") == "s3://bucket/prefix"


@pytest.fixture
def order(tmp_path: Path) -> tuple[dict[str, Any], Path]:
    """The order to stage a WARC without deriving it, in a store that stages by these rules, and its folder."""
    make_store(tmp_path / "data", 1, warcs=1)
    blobs = open_blobs(str(tmp_path / "data"))
    (stem,) = article_warcs(blobs)
    blobs.put_bytes(f"articles/0001/2026/11/{stem}.jsonl", b"")
    folder = tmp_path / "job"
    folder.mkdir()
    values = {
        "store": str(tmp_path / "data"), "warc": f"warc/2026/11/{stem}.warc.gz", "generation": "0002",
        "current": "0001", "is_asked_for": False, "made": None, "since": None, "keep": [], "is_dry": False, "is_only": False,
        "made_by": fingerprint(rules_to_read_again(load_catalogue(sources_dir=folder)), None, frozenset(), {}),
    }  # fmt: skip
    return values, folder


def staged_by(values: dict[str, Any], made_by: str) -> None:
    data = json.dumps({"generation": "0002", "fingerprint": made_by}).encode()
    open_blobs(values["store"]).put_bytes("articles/staged.json", data)


def done(values: dict[str, Any], folder: Path) -> int:
    folder.mkdir(exist_ok=True)
    (folder / TEMPLATES).write_text('{"hosts": {}}')
    (folder / ORDER).write_text(json.dumps(values))
    with Steps() as steps:
        return steps.run([DERIVE, str(folder)])


def test_a_step_writes_into_what_is_staged_by_its_own_rules_alone(
    order: tuple[dict[str, Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A job whose sender has died must not write into what another began anew; nor one whose worker has other rules."""
    values, folder = order
    blobs = open_blobs(values["store"])
    staged_by(values, "another's")
    assert done(values, folder) == Exit.CONFIGURATION
    assert "is not being staged by these rules any more" in capsys.readouterr().err
    assert not list(blobs.list("articles/0002/"))
    assert done({**values, "made_by": "others"}, folder) == Exit.CONFIGURATION
    assert "differ from those of the machine that sent the job" in capsys.readouterr().err

    staged_by(values, values["made_by"])
    assert done(values, folder) == Exit.DONE
    assert WarcResult.unpacked(json.loads(capsys.readouterr().out)).state == "left"
    assert len(list(blobs.list("articles/0002/"))) == 1


def test_files_that_a_worker_does_not_see_are_told_of(
    order: tuple[dict[str, Any], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    values, folder = order
    (folder / ORDER).write_text(json.dumps({**values, "path": "/nowhere/a.warc", "name": "a", "given_as": "a"}))
    with Steps() as steps:
        assert steps.run(["import-warc", str(folder)]) == Exit.CONFIGURATION
    assert "/nowhere/a.warc: no such file on " in capsys.readouterr().err
