"""How well a crawl of the made-up web did, site by site: what was found, fetched twice, and fetched without need.

The least of a site is what a crawler fetches, beside the articles, that knows every address and what stands behind it:
robots.txt; the fewest feeds, sitemaps, lists and archive pages that announce together every article of the range, with
those that lead to them (an index to its children, each page of a list to the next); and the redirects of articles that
are announced under an old address alone.

The necessary minimum has one thing more: the page that shows that a range has ended. Where the last page that is needed of
a list shows nothing older than the range and names a page after it, no crawler can know without that page that it has seen
every article; one that stopped there would have found all of them by luck. `least` and `strict` are without these pages.

It has more things that nobody can do without. Of a site whose sections have a list each, the first page of every
list, since a section may have something. Of a map with days that are those of the last change, the articles that were
changed after the range begins: some are of it. Of a list that shows no days, the other articles of the pages that are
needed. And a map or list that tells no true days is no way to know a range, where
others with days name the same articles.

Everything else is needless: another feed, a page of a list behind the last that is needed, a day of an archive without
news, an article outside the range, a redirect that could be known, an error. An answer 503 is not counted, since nobody
can know it; a page that is read twice under one address or under two is a double.

    python -m tests.web.score [--by hand|survey|add] [--seed N] [--count N] [--hours N] [--web plain|adverse|both] [--only SITE ...] [--since DATE] [--until DATE]
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
import tempfile
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.doubles import original_of
from crawler.draft import to_toml
from crawler.drafting import draft_of
from crawler.interview import Answer, SurveyError
from crawler.scope import classify
from crawler.source_file import parse_source
from crawler.survey import survey
from crawler.urls import resolve_url, target_of
from pipelines.article import Article
from pipelines.flow import extract_page
from tests import commands
from tests.web.adverse import ADVERSE
from tests.web.announce import changed_at
from tests.web.by_hand import source_file
from tests.web.layout import LAYOUTS
from tests.web.server import Web
from tests.web.site import Site
from tests.web.stories import NEWEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EVERY = (*LAYOUTS, *ADVERSE)
_LINK = re.compile(r"""<a [^>]*?href=["']([^"']*)""")


@dataclass(frozen=True, slots=True)
class Score:
    """What became of one site. `wanted` articles of the range, `found` of them; `others` were fetched beside them.

    `missed` are addresses of articles that the source file does not take for ones, `wrong` those of others that it does.
    """

    name: str
    wanted: int
    found: int
    doubles: int
    others: int
    minimum: int
    least: int
    needless: tuple[str, ...]
    missed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def over(self) -> float:
        """The share of fetches over the necessary minimum."""
        return self.others / self.minimum - 1 if self.minimum else 0.0

    @property
    def strict(self) -> float:
        """The share over the least, which has no page that shows that a range has ended."""
        return self.others / self.least - 1 if self.least else 0.0


def score(
    site: Site, asked: Sequence[tuple[str, int, int | None]], since: dt.date | None, until: dt.date | None
) -> Score:
    """The score of a site from what it was asked for."""
    wanted = {
        story.number
        for story in site.stories
        if (since is None or story.published.date() >= since) and (until is None or story.published.date() <= until)
    }
    fetched = Counter(story for _, status, story in asked if status == 200 and story is not None)
    least = necessary(site, wanted)
    needed = least | ends(site, least, since) | sections(site, least) | unknowable(site, least, wanted, since)
    others = [target for target, status, story in asked if status != 503 and (story is None or story not in wanted)]
    # What sufficed was enough, whatever the rules of the minimum say.
    sufficed = len(others) if wanted <= fetched.keys() else len(needed)
    return Score(
        name=site.layout.name,
        wanted=len(wanted),
        found=len(wanted & fetched.keys()),
        doubles=sum(count - 1 for count in fetched.values()),
        others=len(others),
        minimum=max(len(least), min(len(needed), sufficed)),
        least=len(least),
        needless=tuple(f"{target} ({_why(site, target)})" for target in others if target not in needed),
    )


def necessary(site: Site, wanted: set[int]) -> set[str]:
    """The addresses of the necessary minimum: the smaller of two greedy covers, one with and one without what is no list."""
    every = {target for target, doc in site.docs.items() if doc.tells & wanted}
    dated = {target for target in every if site.docs[target].is_dated}
    every = dated if _told(site, dated) >= wanted else every
    lists = {target for target in every if site.docs[target].kind.startswith(("text/html", "application/json"))}
    covers = [_cover(site, wanted, every), *([_cover(site, wanted, lists)] if _told(site, lists) >= wanted else [])]
    return min(covers, key=len) | {"/robots.txt"} | {old for number, old in site.moved.items() if number in wanted}


def ends(site: Site, needed: set[str], since: dt.date | None) -> set[str]:
    """The pages that show that the range has ended: after the last needed one of a list, where that has nothing older."""
    followers = {doc.needs: target for target, doc in site.docs.items() if doc.needs is not None and doc.is_list}
    found = set()
    for target in needed & followers.keys() if since is not None else ():
        oldest = min((site.stories[number].published.date() for number in site.docs[target].tells), default=since)
        if followers[target] not in needed and oldest >= since:
            found.add(followers[target])
    return found


def sections(site: Site, needed: set[str]) -> set[str]:
    """The first page of each section where lists of sections are needed: without it nobody knows that it has nothing."""
    layout = site.layout
    firsts = {site.list_path(index) for index in range(len(layout.sections))} if layout.lists == "sections" else set()
    return firsts if firsts & needed else set()


def unknowable(site: Site, least: set[str], wanted: set[int], since: dt.date | None) -> set[str]:
    """Articles out of the range of which nothing tells that: where a map has the last change, or a list has no days."""
    if site.has("no-days"):
        return {site.paths[number] for target in least for number in site.docs[target].tells - wanted}
    if not site.has("touched-lastmod"):
        return set()
    return {
        site.paths[story.number]
        for story in site.stories
        if story.number not in wanted and (since is None or changed_at(site, story).date() >= since)
    }


def _why(site: Site, target: str) -> str:
    """What a needless fetch was, in a word or two."""
    doc = site.docs.get(target)
    if doc is None or doc.status == 404:
        return "not there"
    if doc.location:
        return "redirect"
    if doc.story is not None:
        return "article out of range"
    return "known from elsewhere" if doc.tells else "no articles"


def _told(site: Site, targets: Iterable[str]) -> set[int]:
    return set().union(*(site.docs[target].tells for target in targets))


def _cover(site: Site, wanted: set[int], targets: set[str]) -> set[str]:
    chosen: set[str] = set()
    missing = set(wanted)
    while missing:
        target = max(sorted(targets), key=lambda target: _gain(site, target, chosen, missing))
        chosen |= set(_chain(site, target))
        missing -= _told(site, chosen)
    for target in sorted(chosen, key=lambda target: len(site.docs[target].tells & wanted)):
        rest = chosen - {target}
        if not any(site.docs[each].needs == target for each in rest) and _told(site, rest) >= wanted:
            chosen = rest
    return chosen


def _gain(site: Site, target: str, chosen: set[str], missing: set[int]) -> tuple[float, int]:
    chain = [link for link in _chain(site, target) if link not in chosen]
    told = missing & _told(site, _chain(site, target))
    return len(told) / max(1, len(chain)), -len(chain)


def _chain(site: Site, target: str) -> list[str]:
    chain: list[str] = []
    step: str | None = target
    while step is not None:
        chain.append(step)
        step = site.docs[step].needs
    return chain


def total(scores: Iterable[Score]) -> Score:
    """All sites together."""
    every = list(scores)
    sums = [
        sum(getattr(item, name) for item in every)
        for name in ("wanted", "found", "doubles", "others", "minimum", "least")
    ]
    lists = [
        tuple(target for item in every for target in getattr(item, name)) for name in ("needless", "missed", "wrong")
    ]
    return Score("all", *sums, *lists)


def table(scores: Sequence[Score]) -> str:
    """The scores as lines of text."""
    rows = [
        f"{'site':20} {'wanted':>6} {'found':>6} {'recall':>7} {'double':>6} {'other':>6} {'need':>6} {'over':>6} {'strict':>6} {'missed':>6} {'wrong':>6}"
    ]
    for item in [*scores, total(scores)]:
        recall = item.found / item.wanted if item.wanted else 1.0
        rows.append(
            f"{item.name:20} {item.wanted:6} {item.found:6} {recall:7.3f} {item.doubles:6} {item.others:6} {item.minimum:6} "
            f"{item.over:6.0%} {item.strict:6.0%} {len(item.missed):6} {len(item.wrong):6}  {_examples(item)}"
        )
    return "\n".join(rows)


def _examples(item: Score) -> str:
    if item.name == "all":
        return ""
    patterns = [f"MISSED {target}" for target in item.missed[:2]] + [f"WRONG {target}" for target in item.wrong[:2]]
    return " ".join([*patterns, *item.needless[:6]])


def _leads_to_article(site: Site, target: str) -> bool:
    """True for the address of an article, and of what is moved: nobody can know from an address that it leads nowhere."""
    doc = site.answer(target)
    return doc.story is not None or doc.location is not None


def judged(item: Score, site: Site, base: str, text: str) -> Score:
    """The score with what the patterns of a source file take and leave, of all that the site links and serves."""
    source = parse_source(tomllib.loads(text), file="x.toml")

    def is_taken(target: str) -> bool:
        url = original_of(source, resolve_url(base, target))
        verdict = classify(source, url)
        return verdict.kind == "article" and verdict.refused is None and not _leads_to_article(site, target_of(url))

    missed = [path for path in site.paths if classify(source, resolve_url(base, path)).kind != "article"]
    linked = {
        unescape(link).replace("BASE", base)
        for doc in site.docs.values()
        if doc.kind.startswith("text/html")
        for link in _LINK.findall(doc.body.decode(site.charset, "replace"))
    }
    near = sorted({link for link in linked if not link.startswith(("javascript:", "mailto:", "tel:", "#"))})
    wrong = [link for link in near if is_taken(link)]
    return replace(item, missed=tuple(missed), wrong=tuple(wrong))


def crawl(
    sites: Sequence[Site], folder: Path, *, by: str, since: dt.date | None = None, until: dt.date | None = None
) -> tuple[list[Score], dict[str, object]]:
    """The scores of a crawl with source files that were written by hand, or that `sources add` wrote; and its report."""
    sources, store = folder / "sources", folder / "store"
    sources.mkdir(parents=True)
    with Web(sites) as web:
        private = [word for port in web.ports.values() for word in ("--allow-private", f"127.0.0.1:{port}")]
        for name, site in web.sites.items():
            if by == "hand":
                text = source_file(site, web.base(name))
                (sources / f"{name}.toml").write_text(text, encoding="utf-8")
            elif by == "survey":
                try:
                    (sources / f"{name}.toml").write_text(drafted(web, name), encoding="utf-8")
                except SurveyError as error:
                    sys.stderr.write(f"{name}: {error}\n")
        if by == "add":
            with ThreadPoolExecutor(2) as pool:
                for line in pool.map(partial(_added, web, sources, private), web.sites):
                    sys.stderr.write(line)
        web.forget()
        days = [*(["--since", f"{since}"] if since else []), *(["--until", f"{until}"] if until else [])]
        done = commands.run(
            "-q",
            "crawl",
            "--only-sources",
            sources,
            "--store",
            store,
            "--json",
            "--delay",
            "0",
            *days,
            *private,
            timeout=1500,
        )
        scores = [score(site, web.asked[name], since, until) for name, site in web.sites.items()]
        files = {name: sources / f"{name}.toml" for name in web.sites}
        scores = [
            judged(item, web.sites[item.name], web.base(item.name), files[item.name].read_text(encoding="utf-8"))
            if files[item.name].exists()
            else item
            for item in scores
        ]
    return scores, done.report


def _added(web: Web, sources: Path, private: Sequence[str], name: str) -> str:
    """What `sources add` had to complain of when it wrote the file of a site; empty when all went well."""
    done = commands.run(
        "-q", "sources", "add", f"{web.base(name)}/", "--id", name, "--sources", sources, "--delay", "0", *private,
        timeout=600,
    )  # fmt: skip
    return f"{name}: {done.err}\n" if done.code else ""


def drafted(web: Web, name: str) -> str:
    """The source file that a survey drafts which asks the site without a network between them."""
    base, now = web.base(name), dt.datetime(2026, 11, 22, tzinfo=dt.UTC)

    def read_article(body: bytes, url: str, content_type: str | None) -> Article | None:
        outcome = extract_page(body, url=url, captured_at=now, content_type=content_type)
        return outcome if isinstance(outcome, Article) else None

    interview = survey(f"{base}/", read_article=read_article, now=dt.datetime.now(dt.UTC))
    asked = next(interview)
    while True:
        url = asked
        for _ in range(5):
            doc, body, status = web.doc(name, url.removeprefix(base))
            url = urljoin(url, doc.location) if doc.location else url
            if not doc.location:
                break
        kind, _, charset = doc.kind.partition("; charset=")
        answer = Answer(
            asked=asked, url=url, status=status, content_type=kind, charset=charset or None, body=body,
            problem=None if status == 200 else f"status {status}", cause=None if status == 200 else f"http_{status}",
        )  # fmt: skip
        try:
            asked = interview.send(answer)
        except StopIteration as end:
            draft = draft_of(end.value, id=name, now=now)
            if draft.problems:
                raise SurveyError(base, draft.problems[0]) from None
            return to_toml(draft, url=base, day="2026-11-22")


def main() -> None:
    """Print the scores of one crawl."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--by", choices=("hand", "survey", "add"), default="hand")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--hours", type=float, default=8.0, help="between two articles of a site")
    parser.add_argument("--newest", type=dt.datetime.fromisoformat, default=NEWEST, help="when the newest article came")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--web", choices=("plain", "adverse", "both"), default="both")
    parser.add_argument("--since", type=dt.date.fromisoformat)
    parser.add_argument("--until", type=dt.date.fromisoformat)
    parser.add_argument("--folder", type=Path, help="where sources and store go and stay")
    args = parser.parse_args()
    layouts = {"plain": LAYOUTS, "adverse": ADVERSE, "both": EVERY}[args.web]
    layouts = tuple(layout for layout in layouts if not args.only or layout.name in args.only)
    sites = [Site(layout, seed=args.seed, count=args.count, hours=args.hours, newest=args.newest) for layout in layouts]
    with tempfile.TemporaryDirectory() as folder:
        scores, _ = crawl(sites, args.folder or Path(folder), by=args.by, since=args.since, until=args.until)
    sys.stdout.write(table(scores) + "\n")


if __name__ == "__main__":
    main()
