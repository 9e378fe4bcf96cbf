"""`kakehashi verify` over a store that a crawl made: well as it is, and each change named on stdout with exit 1."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from archive.blobs import LocalBlobs
from archive.s3 import S3Blobs
from crawler.__main__ import main
from crawler.demo.server import DemoSites
from crawler.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SITE = "demo-agency"


@dataclass(frozen=True)
class Crawled:
    """A store, and the source files that it was made with."""

    store: Path
    sources: Path

    def key(self, folder: str) -> str:
        """The last blob in a folder of the store: of the crawl, whose files are the larger ones."""
        return [info.key for info in LocalBlobs(self.store).list(folder)][-1]


def kakehashi(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "crawler", "-q", *arguments], check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """An off-topic page that somebody asked for, then a crawl of its whole site."""
    folder = tmp_path_factory.mktemp("verify")
    crawled = Crawled(store=folder / "data", sources=folder / "sources")
    with DemoSites(ports="free") as sites:
        sites.write_sources(crawled.sources)
        host = sites.base(SITE).removeprefix("http://")
        fetching = ["--store", str(crawled.store), "--only-sources", str(crawled.sources), "--delay", "0"]
        fetching += ["--allow-private", host, "--robots", "ignore"]
        off_topic = next(page.url for page in sites.articles if page.site == SITE and page.label == "off")
        kakehashi("capture", off_topic, *fetching)
        kakehashi("crawl", SITE, *fetching)
    return crawled


@pytest.fixture
def crawled(made: Crawled, tmp_path: Path) -> Crawled:
    """A copy to be changed."""
    shutil.copytree(made.store, tmp_path / "data")
    return Crawled(store=tmp_path / "data", sources=made.sources)


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


def test_deep_derives_every_article_again(crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]) -> None:
    """Byte for byte, with the rules that made it; without those it counts what it could not."""
    code, lines = verify(crawled.store, "--deep", "--only-sources", str(crawled.sources), "--json")
    summary = json.loads(lines[-1])

    assert (code, len(lines)) == (Exit.DONE, 1)
    assert summary["derived"] == summary["articles"] > 5
    assert (summary["kind"], summary["faults"], summary["other_rules"]) == ("summary", 0, 0)

    code, lines = verify(crawled.store, "--deep", "--json")
    summary = json.loads(lines[-1])
    assert (code, summary["derived"], summary["other_rules"]) == (Exit.DONE, 0, summary["articles"])


def test_deep_names_an_article_that_its_record_does_not_give(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]
) -> None:
    """With the fields that differ; without `--deep` its provenance is right and nothing is said."""
    key = crawled.key("articles/0001/")
    position = change_article(crawled.store / key, 1, lambda article: article.update(title="Another", tags=["x"]))

    code, lines = verify(crawled.store, "--deep", "--only-sources", str(crawled.sources))

    assert (code, len(lines)) == (Exit.FAILURES, 2)
    assert lines[0].startswith(
        f"derivation: {key} at byte {position}: derived again, it differs in title, tags (http://"
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


def test_an_unfinished_file_is_said_and_no_fault(
    crawled: Crawled, verify: Callable[..., tuple[int, list[str]]]
) -> None:
    """A crawl may be going on."""
    (crawled.store / "warc" / "2026").mkdir(parents=True, exist_ok=True)
    (crawled.store / "warc" / "2026" / "x.warc.gz.open").write_bytes(b"abc")

    code, lines = verify(crawled.store)

    assert (code, len(lines)) == (Exit.DONE, 2)
    assert lines[0] == (
        "unfinished: warc/2026/x.warc.gz.open: is still being written, or was left by a run that died (3 bytes)"
    )
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
