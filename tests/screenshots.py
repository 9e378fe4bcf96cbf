"""The pictures of the reading room in `docs/images/`, made from the demo: `python -m tests.screenshots`.

Crawls the demo sites, adds two captures of one page that was edited in between, and photographs what a reader sees.
"""

from __future__ import annotations

import struct
import sys
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tests import commands, readingstore
from tests.browser import chromium
from tests.test_replay_command import replaying

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = commands.ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 800


def make_store(store: Path) -> None:
    """The demo's archive, with one page that was edited."""
    done = commands.run("demo", "--store", store)
    assert done.code == 0, done.err
    readingstore.write(store, readingstore.edits(), run="20261119T093000Zabcdef")
    readingstore.process(store)


def photograph(browser: Browser, room: str, store: Path) -> None:
    """One picture of each kind of page."""
    found = readingstore.articles_of(store)
    agency = next(article["id"] for url, article in found.items() if "yaponskie-turisty" in url)
    edited = found[readingstore.EDITED]["id"]
    for name, path, scheme in (
        ("landing", "", "light"),
        ("search", "articles?q=ウズベキスタン", "light"),
        ("article", f"article/{agency}?q=туристы", "light"),
        ("article-dark", f"article/{agency}", "dark"),
        ("calendar", "calendar?of=captures", "light"),
        ("versions", f"article/{edited}/versions", "light"),
    ):
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(room + path)
        page.wait_for_load_state("networkidle")
        # The folder of the moment is nobody's business.
        page.evaluate("document.querySelector('footer code').textContent = './data'")
        (IMAGES / f"{name}.png").write_bytes(smaller(page.screenshot()))
        page.close()


def smaller(png: bytes) -> bytes:
    """The same picture in its 256 commonest colours: a screenshot of text needs no more, and is a third as large."""
    width, height, rows = _pixels(png)
    found, places, counts = np.unique(rows.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    colours = found[np.argsort(-counts)[:256]]
    far = ((found.astype(int)[:, None, :] - colours.astype(int)[None, :, :]) ** 2).sum(axis=2)
    places = far.argmin(axis=1)[places.reshape(-1)]
    lines = places.reshape(height, width).astype(np.uint8)
    data = b"".join(b"\0" + line.tobytes() for line in lines)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", colours.tobytes()), (b"IDAT", zlib.compress(data, 9)), (b"IEND", b""))
    return png[:8] + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    )


def _pixels(png: bytes) -> tuple[int, int, np.ndarray]:
    """Width, height and the RGB bytes of a PNG as Chromium writes it: 8 bits, no interlacing."""
    place, data = 8, b""
    while place < len(png):
        size, name = struct.unpack_from(">I4s", png, place)
        if name == b"IHDR":
            width, height, _, colour = struct.unpack_from(">IIBB", png, place + 8)
        elif name == b"IDAT":
            data += png[place + 8 : place + 8 + size]
        place += 12 + size
    step = 4 if colour == 6 else 3
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * step)
    rows = np.zeros((height, width * step), np.uint8)
    before = np.zeros(width * step, np.uint8)
    for number, line in enumerate(raw):
        before = rows[number] = _unfiltered(int(line[0]), line[1:], before, step)
    return width, height, rows.reshape(height, width, step)[:, :, :3]


def _unfiltered(kind: int, line: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    """A line of a PNG without its filter (PNG 3rd edition, 9.2)."""
    if kind in (0, 2):
        return line if kind == 0 else line + above
    if kind == 1:
        return np.add.accumulate(line.reshape(-1, step), axis=0, dtype=np.uint8).reshape(-1)
    out, high = bytearray(len(line)), above.tobytes()
    for place, value in enumerate(line.tobytes()):
        left = out[place - step] if place >= step else 0
        corner = high[place - step] if place >= step else 0
        guess = (left + high[place]) // 2 if kind == 3 else _paeth(left, high[place], corner)
        out[place] = (value + guess) & 0xFF
    return np.frombuffer(bytes(out), np.uint8)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))


def main() -> None:
    """Make them all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "data"
        make_store(store)
        with replaying(store) as replay, chromium() as browser:
            photograph(browser, replay.room, store)
    sys.stdout.writelines(f"{path} {path.stat().st_size} bytes\n" for path in sorted(IMAGES.glob("*.png")))


if __name__ == "__main__":
    main()
