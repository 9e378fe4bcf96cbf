"""`kakehashi verify` over a store that a crawl made: well as it is, and each change named on stdout with exit 1."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs
from archive.s3 import S3Blobs
from crawler.__main__ import main
from crawler.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.crawler.conftest import Crawled


pytestmark = pytest.mark.xdist_group("crawled")


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str]]]:
    """Runs the command; back come exit code and lines of stdout."""

    def run(store: object, *arguments: str) -> tuple[int, list[str]]:
        code = main(["verify", "--store", str(store), *arguments])
        return code, capsys.readouterr().out.splitlines()

    return run


def change_article(path: Path, number: int, change: Callable[[dict[str, Any]], None]) -> int:
    """Change an article of a file; back comes where its line begins."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    article = json.loads(lines[number])
    change(article)
    lines[number] = json.dumps(article, ensure_ascii=False) + "\n"
    path.write_text("".join(lines), encoding="utf-8")
    return len("".join(lines[:number]).encode())


def test_a_crawled_store_is_well(crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]) -> None:
    """Exit 0 and one summary line; also for a page that no topic filter let through, since it was asked for."""
    code, lines = verify(crawled.store)

    articles = sum(
        len((crawled.store / info.key).read_bytes().splitlines())
        for info in LocalBlobs(crawled.store).list("articles/0001/")
    )
    assert (code, len(lines)) == (Exit.DONE, 1)
    assert lines[0].startswith(f"{crawled.store}: 2 WARCs, ")
    assert f"{articles} articles" in lines[0]
    assert lines[0].endswith(": all well")
    labels = [
        json.loads(line)["relevance"]["label"]
        for info in LocalBlobs(crawled.store).list("articles/0001/")
        for line in (crawled.store / info.key).read_text().splitlines()
    ]
    assert labels.count("off") == 1


def test_deep_derives_every_article_again(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]], tmp_path: Path
) -> None:
    """Byte for byte, with the rules that made it; by others it counts what it could not. The demo's are known unnamed."""
    code, lines = verify(crawled.store, "--deep", "--only-sources", str(crawled.sources), "--json")
    summary = json.loads(lines[-1])

    assert (code, len(lines)) == (Exit.DONE, 1)
    assert summary["derived"] == summary["articles"] + summary["dropped"] > 10
    assert (summary["kind"], summary["faults"], summary["other_rules"]) == ("summary", 0, 0)

    code, lines = verify(crawled.store, "--deep", "--json")
    assert (code, json.loads(lines[-1])["other_rules"]) == (Exit.DONE, 0)

    others = shutil.copytree(crawled.sources, tmp_path / "others")
    for path in others.glob("*.toml"):
        path.write_text(path.read_text() + "\n[[noise]]\nkind = 'masthead'\npattern = 'Nowhere'\nsince = 2020-01-01\n")
    code, lines = verify(crawled.store, "--deep", "--only-sources", str(others), "--json")
    summary = json.loads(lines[-1])
    whole = summary["articles"] + summary["dropped"]
    assert (code, summary["derived"], summary["other_rules"]) == (Exit.DONE, 0, whole)


def test_deep_names_an_article_that_its_record_does_not_give(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]
) -> None:
    """With the fields that differ; without `--deep` its provenance is right and nothing is said."""
    key = crawled.key("articles/0001/")
    position = change_article(crawled.store / key, 1, lambda article: article.update(section="Another", tags=["x"]))

    code, lines = verify(crawled.store, "--deep", "--only-sources", str(crawled.sources))

    assert (code, len(lines)) == (Exit.FAILURES, 2)
    assert lines[0].startswith(
        f"derivation: {key} at byte {position}: derived again, it differs in section, tags (http://"
    )
    assert verify(crawled.store)[0] == Exit.DONE


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("offset", 7, "provenance says byte 7 of "),
        ("length", 7, "says length 7, the record at byte "),
        ("record_id", "<urn:uuid:0>", "says record_id '<urn:uuid:0>', the record at byte "),
        ("payload_digest", "sha1:X", "says payload_digest 'sha1:X', the record at byte "),
        ("captured_at", "2026-01-01T00:00:00.000Z", "says captured_at '2026-01-01T00:00:00.000Z', the record at "),
        ("warc", "warc/x.warc.gz", "provenance says WARC 'warc/x.warc.gz', expected "),
    ],
)
@pytest.mark.parametrize("folder", ["articles", "dropped"])
def test_a_wrong_provenance_is_named(
    crawled: Crawled,
    verify: Callable[..., tuple[int, list[str]]],
    *,
    folder: str,
    field: str,
    value: object,
    problem: str,
) -> None:
    """By file and byte of the line."""
    key = crawled.key(f"{folder}/0001/")
    position = change_article(crawled.store / key, 0, lambda line: line["provenance"].update({field: value}))

    code, lines = verify(crawled.store)

    assert (code, len(lines)) == (Exit.FAILURES, 2)
    assert lines[0].startswith(f"article: {key} at byte {position}: {problem}")
    assert lines[-1].endswith(": 1 fault")


def test_a_label_that_no_crawl_would_keep_is_named(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]
) -> None:
    """Unless the page was asked for."""
    key = crawled.key("articles/0001/")
    change_article(crawled.store / key, 0, lambda article: article["relevance"].update(label="sport"))

    code, lines = verify(crawled.store)

    assert (code, lines[0]) == (
        Exit.FAILURES,
        f"article: {key} at byte 0: is labelled sport, though nobody asked for this page",
    )


@pytest.mark.parametrize("text", ["nonsense\n", "{}\n", '{"schema_version": 2}\n', "\n"])
def test_a_line_that_is_no_article_is_named(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]], text: str
) -> None:
    """And the lines behind it are read all the same."""
    key = crawled.key("articles/0001/")
    path = crawled.store / key
    path.write_text(text + path.read_text(encoding="utf-8"), encoding="utf-8")

    code, lines = verify(crawled.store, "--json")

    assert (code, len(lines)) == (Exit.FAILURES, 2)
    fault = json.loads(lines[0])
    assert (fault["kind"], fault["key"], fault["offset"]) == ("article", key, 0)
    assert fault["problem"].startswith("is not a line of this file: ")


def test_a_cut_file_of_articles_is_named(crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]) -> None:
    """Its last line is half a line."""
    path = crawled.store / crawled.key("articles/0001/")
    path.write_bytes(path.read_bytes()[:-30])

    code, lines = verify(crawled.store)

    assert (code, len(lines), lines[0].startswith("article: ")) == (Exit.FAILURES, 2, True)


@pytest.mark.parametrize("folder", ["articles", "dropped"])
def test_missing_results_are_named_in_either_direction(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]], folder: str
) -> None:
    """A WARC without its articles, and articles without their WARC."""
    key, warc = crawled.key(f"{folder}/0001/"), crawled.key("warc/")
    path = crawled.store / key
    path.rename(path.with_name("kakehashi-20200101T000000000Z-00000-x.jsonl"))
    other = f"{key.rsplit('/', 1)[0]}/kakehashi-20200101T000000000Z-00000-x.jsonl"

    code, lines = verify(crawled.store)

    assert code == Exit.FAILURES
    assert lines[:-1] == [
        f"missing: {key}: is not there, but {warc} is",
        f"missing: {other}: is made from a WARC that is not there",
    ]


def test_a_flipped_bit_and_a_missing_warc_end_with_exit_1(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]
) -> None:
    """The archive's own faults come through, one line each."""
    first, second = [info.key for info in LocalBlobs(crawled.store).list("warc/")]
    data = bytearray((crawled.store / first).read_bytes())
    data[len(data) // 2] ^= 1
    (crawled.store / first).write_bytes(data)
    (crawled.store / second).unlink()

    code, lines = verify(crawled.store)

    assert code == Exit.FAILURES
    assert [line.split(":")[0] for line in lines[:2]] == ["damaged", "checksum"]
    assert f"missing: {second}: is not there" in "\n".join(lines)
    assert " at byte " in lines[0]


def test_what_a_dead_run_left_open_is_a_fault(crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]) -> None:
    """Its records are in no index; a run that goes on may have such a file."""
    run = "20261122T000000Z123456"
    key = f"warc/2026/11/kakehashi-20261122T000000000Z-00000-{run}.warc.gz.open"
    (crawled.store / key).write_bytes(b"abc")
    code, lines = verify(crawled.store)

    assert (code, len(lines)) == (Exit.FAILURES, 2)
    assert lines[0] == (
        f"leftover: {key}: was left by a run that died (3 bytes): the next crawl, or --repair, closes it"
    )

    lease = {"run": run, "host": "elsewhere.example", "pid": 1, "until": "2999-01-01T00:00:00.000+00:00"}
    (crawled.store / "state" / "leases").mkdir(parents=True, exist_ok=True)
    (crawled.store / "state" / "leases" / "demo.json").write_text(json.dumps(lease))
    code, lines = verify(crawled.store)

    assert (code, len(lines)) == (Exit.DONE, 2)
    assert lines[0] == f"unfinished: {key}: is still being written (3 bytes)"
    assert lines[1].endswith("all well; 1 unfinished")


def test_no_store_is_exit_4(tmp_path: Path, verify: Callable[..., tuple[int, list[str]]]) -> None:
    """Nothing on stdout; one line on stderr says what was expected."""
    assert verify(tmp_path / "nowhere") == (Exit.STORE, [])


def test_a_store_on_s3_is_verified_alike(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]], s3_store_url: str
) -> None:
    """Deep too."""
    store = S3Blobs(s3_store_url)
    for info in LocalBlobs(crawled.store).list():
        store.put_file(info.key, crawled.store / info.key)

    code, lines = verify(s3_store_url, "--deep", "--only-sources", str(crawled.sources), "--json")

    assert (code, len(lines), json.loads(lines[0])["other_rules"]) == (Exit.DONE, 1, 0)


def test_every_warc_of_a_crawl_is_read_by_warcio(made: Crawled) -> None:
    """A second opinion on a whole crawl: records of every kind, in order."""
    from warcio.archiveiterator import ArchiveIterator

    for info in LocalBlobs(made.store).list("warc/"):
        with (made.store / info.key).open("rb") as file:
            kinds = [record.rec_type for record in ArchiveIterator(file, no_record_parse=True)]
        assert kinds[0] == "warcinfo"
        assert set(kinds[1:]) - {"revisit"} == {"response", "request", "metadata"}


def test_files_are_linted_without_a_store(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]], tmp_path: Path
) -> None:
    """Each breach by rule, place and record; errors end with 1, warnings do not; other options take no files."""
    good, index = crawled.store / crawled.key("warc/"), crawled.store / crawled.key("cdxj/")
    assert verify("nowhere", "--lint", str(good), str(index)) == (Exit.DONE, ["2 files: all well, 0 warnings"])

    other = tmp_path / "other.warc.gz"
    other.write_bytes(good.read_bytes())
    code, lines = verify("nowhere", "--lint", str(other))
    assert (code, len(lines), lines[-1]) == (Exit.DONE, 3, "1 files: all well, 2 warnings")
    assert lines[0].startswith(f"lint: {other} at byte 0: W")

    other.write_bytes(good.read_bytes()[:-5])
    code, lines = verify("nowhere", "--lint", str(other), "--json")
    faults = [json.loads(line) for line in lines]
    assert code == Exit.FAILURES
    assert [fault["problem"][:3] for fault in faults[:-1] if fault["is_wrong"]] == ["E07"]

    assert verify("nowhere", "--lint", str(tmp_path / "none.warc.gz"))[0] == Exit.USAGE
    assert verify("nowhere", str(good))[0] == Exit.USAGE


def test_a_page_without_a_line_is_named_unless_its_ledger_lists_it(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]
) -> None:
    """Nothing vanishes: each page is kept, dropped, or counted as failed."""
    key = crawled.key("dropped/0001/")
    lines = (crawled.store / key).read_bytes().splitlines(keepends=True)
    lost = json.loads(lines[0])
    (crawled.store / key).write_bytes(b"".join(lines[1:]))
    code, said = verify(crawled.store)

    assert (code, len(said)) == (Exit.FAILURES, 2)
    assert said[0] == (
        f"page: {lost['provenance']['warc']} at byte {lost['provenance']['offset']}: "
        f"{lost['url']} has neither an article nor a line in dropped/"
    )

    ledger = next(path for path in (crawled.store / "runs").glob("*.json") if path.stem in key)
    report = json.loads(ledger.read_text())
    source = next(iter(report["sources"].values()))
    source["dropped"][lost["reason"]] -= 1
    source["failed"] = {"time_limit": 1}
    source["failures"] = [{"url": lost["url"], "cause": "time_limit", "detail": ""}]
    ledger.write_text(json.dumps(report))
    code, said = verify(crawled.store)

    assert [line.split(":")[0] for line in said[:-1]] == ["checksum"]


def test_a_ledger_that_does_not_add_up_is_named(crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]) -> None:
    """With its sums, beside the manifest that says it was changed."""
    ledger = crawled.store / crawled.key("runs/")
    ledger.write_text(ledger.read_text().replace('"unchanged": ', '"unchanged": 1', 1))
    code, said = verify(crawled.store)

    assert code == Exit.FAILURES
    assert [line.split(":")[0] for line in said[:-1]] == ["checksum", "ledger"]
    assert "announced " in said[1]


def test_texts_links_and_strays_are_told_apart(crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]) -> None:
    """A text of another article, a link to an article that nobody has, a file that is none of ours."""
    first, second = [info.key for info in LocalBlobs(crawled.store).list("text/")]
    (crawled.store / second).write_bytes((crawled.store / first).read_bytes())
    links = crawled.store / crawled.key("links/0001/")
    links.write_text(links.read_text().replace("urn:uuid:", "urn:uuid:0", 1))
    (crawled.store / "notes.txt").write_text("mine")
    code, said = verify(crawled.store)

    assert code == Exit.FAILURES
    assert {line.split(":")[0] for line in said[:-1]} == {"text", "links", "stray"}
    assert any("refers to <urn:uuid:" in line and "is no capture of" in line for line in said)
    assert any("which no article has" in line for line in said)
