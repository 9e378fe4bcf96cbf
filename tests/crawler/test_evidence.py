"""crawler.evidence: doubles by their canonical address, moved kinds, short titles, sections beside those that are known."""

from __future__ import annotations

from crawler.discovery import Announcement
from crawler.evidence import Evidence

SITE = "https://x.example"


def evidence_of(*rows: tuple[str, str], block: str = "ul", page: str = "/") -> Evidence:
    """What a page of the site links, with the words of each link."""
    evidence = Evidence(hosts={"x.example"})
    items = [
        Announcement(url=SITE + path, title=title, published=None, place="link", block=block) for path, title in rows
    ]
    evidence.add(items, kind="listing", page=SITE + page)
    return evidence


def test_a_kind_of_pages_that_name_others_as_their_own_holds_no_articles() -> None:
    """Two are enough; one alone may be an article of two sections."""
    evidence = evidence_of(*[(f"/mirror/news/{n}/", f"Japan lends for railway number {n}") for n in range(4)])
    first = evidence.note_article(f"{SITE}/mirror/news/0/", f"{SITE}/mirror/news/0/", f"{SITE}/news/0/")

    assert f"{SITE}/news/0/" == first
    assert f"{SITE}/mirror/news/3/" in evidence.articles()
    evidence.note_article(f"{SITE}/mirror/news/1/", f"{SITE}/mirror/news/1/", f"{SITE}/news/1/")
    assert {f"{SITE}/news/0/", f"{SITE}/news/1/"} == evidence.articles()


def test_old_addresses_are_articles_and_known_for_aliases() -> None:
    """What leads on to an article is followed, and need not be in a map."""
    evidence = evidence_of(*[(f"/old-{n}.html", f"Japan lends for railway number {n}") for n in range(4)])
    evidence.note_article(f"{SITE}/old-0.html", f"{SITE}/news/0/", None)

    assert {f"{SITE}/old-{n}.html" for n in range(4)} == evidence.aliases()
    assert {f"{SITE}/news/0/"} | evidence.aliases() == evidence.articles()


def test_articles_with_short_titles_are_worth_a_look_and_no_menu() -> None:
    """Many addresses that differ in a number; a link or two of the foot are not."""
    evidence = evidence_of(
        *[(f"/story/{n}", f"Story {n}") for n in range(6)], ("/about-us", "About"), ("/our-team", "We")
    )

    assert [[f"{SITE}/story/{n}" for n in range(6)]] == evidence.doubtful()
    evidence.note_article(f"{SITE}/story/0", f"{SITE}/story/0", None)
    assert {f"{SITE}/story/{n}" for n in range(6)} <= evidence.articles() - set(evidence.others())


def test_a_section_in_the_same_list_as_known_articles_has_articles_too() -> None:
    """Where its addresses differ in a word alone."""
    evidence = evidence_of(*[(f"/{name}/{n}/", f"No. {n}") for name in ("trade", "water") for n in range(3)])
    evidence.note_article(f"{SITE}/trade/0/", f"{SITE}/trade/0/", None)

    assert f"{SITE}/water/2/" in evidence.articles()


def test_numbers_that_look_like_years_are_those_of_articles() -> None:
    """Where they are called by headlines, and one was read; codes of letters and digits are worth a look as well."""
    evidence = evidence_of(*[(f"/news/{2000 + n}", f"Japan lends for railway number {n}") for n in range(4)])
    codes = evidence_of(*[(f"/n{5000 + n}.html", f"No. {n}") for n in range(5)])

    assert [4] == [len(urls) for urls in evidence.doubtful()]
    assert [5] == [len(urls) for urls in codes.doubtful()]
    assert [] == evidence_of(*[(f"/news/{2000 + n}", f"{2000 + n}") for n in range(4)]).doubtful()
    evidence.note_article(f"{SITE}/news/2000", f"{SITE}/news/2000", None)
    assert 4 == len(evidence.articles())


def test_the_menu_of_an_edition_is_no_crowd() -> None:
    """It stands on the pages of its own host alone, which are fewer than all."""
    evidence = evidence_of(*[(f"/part-{n}", "x") for n in range(9)])
    evidence.hosts.add("kz.x.example")
    for n in range(9):
        evidence.add([_link("/part-1")], kind="listing", page=f"{SITE}/{n}")
    other = [
        Announcement(url=f"https://kz.x.example/part-{n}", title="x", published=None, place="link") for n in range(9)
    ]
    for n in range(2):
        evidence.add(other, kind="listing", page=f"https://kz.x.example/{n}")

    assert not evidence.is_side("https://kz.x.example/part-1")
    assert evidence.is_side(f"{SITE}/part-2")


def test_the_pages_of_a_list_are_no_crowd_beside_it() -> None:
    """A list that few pages link (those in its language) is no tag for its own further pages, nor for two spellings."""
    rows = [("/news", "News"), ("/kz", "KZ"), ("/kz/", "KZ"), ("/en", "EN"), ("/en/", "EN")]
    rows += [(f"/news?page={n}", f"{n}") for n in range(2, 9)]
    evidence = evidence_of(*rows)
    for page in range(3):
        evidence.add([_link("/kz")], kind="listing", page=f"{SITE}/kz/{page}")
    evidence.listings |= {SITE + path for path, _ in rows if path.startswith("/news")}

    assert not evidence.is_side(f"{SITE}/news")
    evidence.add([_link(f"/tag-{n}") for n in range(8)], kind="listing", page=f"{SITE}/")
    assert evidence.is_side(f"{SITE}/news")


def _link(path: str) -> Announcement:
    return Announcement(url=SITE + path, title="x", published=None, place="link")
