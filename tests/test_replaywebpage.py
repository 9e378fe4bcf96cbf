"""A signed WACZ of the demo is what its specification says, and opens in ReplayWeb.page in a real Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests import commands, wacztool, warcs
from tests.replaywebpage import PlayerSite

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("demo-wacz")


def signed_wacz(tmp_path: Path) -> tuple[Path, Path]:
    """The store of a demo, and a signed WACZ of it."""
    store, key, wacz = tmp_path / "data", tmp_path / "key.pem", tmp_path / "demo.wacz"
    done = commands.run("-q", "demo", "--free-ports", "--store", store, "--robots", "ignore", "--delay", "0")
    assert done.code == 0, done.err
    private = ec.generate_private_key(ec.SECP384R1())
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    done = commands.run("export", "wacz", "--store", store, "--sign", key, wacz)
    assert done.code == 0, done.err
    return store, wacz


def test_a_wacz_of_the_demo_opens_in_replaywebpage(tmp_path: Path) -> None:
    """`wacz validate` finds nothing wrong; the player lists the pages, plays one, and has verified the signature."""
    from playwright.sync_api import expect, sync_playwright

    store, wacz = signed_wacz(tmp_path)
    code, said = wacztool.validate(wacz)
    assert code == 0, said
    article = next(item for item in warcs.lines(store, "articles") if item["language"] == "en")

    with PlayerSite(wacz, tmp_path / "site") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.goto(f"{site.base}/?source={site.base}/archive.wacz#view=pages&url={article['url']}&ts=")
        shown = page.frame_locator("iframe").first
        expect(shown.locator("body")).to_contain_text(article["text"].split("\n\n")[0][:60], timeout=60_000)
        expect(page.locator("body")).to_contain_text(article["title"])
        shown.get_by_role("heading", name=article["title"]).first.scroll_into_view_if_needed()
        page.screenshot(path=tmp_path / "player.png")  # docs/images/replaywebpage.png is one of these
        browser.close()
