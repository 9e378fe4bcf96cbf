"""What runs inside pywb's own environment: pywb's server, with a guard on every answer. Never imported by us.

It ends when its standard input does. pywb protects the pages that it rewrites; asked for them as they were (`id_`), it
sends what the archived server sent, and the guard sees to it that no such page reaches the net or sets a cookie. Pages
of the archive get no origin either (`sandbox`): their scripts see no cookie, no storage and no other window, not even
those of pywb. And they run in a frame alone, whose owner says where it may go: a tab of its own could go anywhere.
"""

from __future__ import annotations

import _thread
import ipaddress
import os
import re
import socket
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def _end_with_input() -> None:
    os.read(0, 1)
    os._exit(0)


# Before pywb is imported, which makes every later thread a greenlet: such a one could not block on a read.
_thread.start_new_thread(_end_with_input, ())

from pywb.apps.cli import WaybackCli  # noqa: E402
from pywb.apps.rewriterapp import RewriterApp  # noqa: E402

# pywb lets web sockets go to any host; the second policy does not. Nor does it let a page have frames that pywb's
# script never sees: when one of them is led away to another host, Chromium connects to it before it forbids that.
_SANDBOX = "default-src 'unsafe-eval' 'unsafe-inline' 'self' data: blob:; frame-src 'self'; form-action 'self'; sandbox"
_ARCHIVED = re.compile(r"/[^/]+/[0-9]*(?P<how>[a-z]{2})_/")
_REWRITER = "/static/wombat.js"
_FONTS = ("font/", "application/font", "application/x-font", "application/vnd.ms-fontobject")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/?#@\s]+)(?::[0-9]{1,5})?")
# Where a page has no origin these raise an error, at which pywb's script would stop, and many an archived one, too.
_WITHOUT_ORIGIN = b"""(function () {
  function quiet(owner, name, read, value, set) {
    try { read(); } catch (error) {
      Object.defineProperty(owner, name, { configurable: true, get: function () { return value; }, set: set });
    }
  }
  function store() {
    var kept = new Map();
    return {
      getItem: function (key) { return kept.has(String(key)) ? kept.get(String(key)) : null; },
      setItem: function (key, value) { kept.set(String(key), String(value)); },
      removeItem: function (key) { kept.delete(String(key)); },
      clear: function () { kept.clear(); },
      key: function (place) { return Array.from(kept.keys())[place] || null; },
      get length() { return kept.size; }
    };
  }
  quiet(Navigator.prototype, "serviceWorker", function () { return navigator.serviceWorker; });
  quiet(window, "localStorage", function () { return window.localStorage; }, store());
  quiet(window, "sessionStorage", function () { return window.sessionStorage; }, store());
  quiet(Document.prototype, "cookie", function () { return document.cookie; }, "", function () {});
})();
"""


class GuardedCli(WaybackCli):  # type: ignore[misc]
    """pywb's server, whose answers all have its Content-Security-Policy, and no Set-Cookie.

    A name in `Host` that is neither an address nor this machine's own is refused: a stranger's page may have had its
    name point here, and would read the archive.
    """

    def load(self) -> Callable[..., Iterable[bytes]]:
        """The guarded application."""
        application = super().load()

        def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            path = environ.get("PATH_INFO", "")  # now, since pywb takes its parts off as it goes
            archived = _ARCHIVED.match(path)
            how = archived["how"] if archived else None
            is_tab = environ.get("HTTP_SEC_FETCH_DEST") == "document"

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                return start_response(status, _guarded(headers, path, how, runs=how != "id" and not is_tab), *rest)

            if not _is_ours(environ.get("HTTP_HOST", "")):
                start_response("421 Misdirected Request", [("Content-Type", "text/plain")])
                return [b"This is not a name of this archive.\n"]
            if how == "mp" and is_tab:  # to where pywb puts its frame around the page
                framed = environ.get("REQUEST_URI", path).replace("mp_/", "/", 1)
                start_response("307 Temporary Redirect", [("Location", framed), ("Content-Length", "0")])
                return []
            answer: Iterable[bytes] = application(environ, start)
            if path == _REWRITER and environ.get("REQUEST_METHOD") == "GET":
                return _with_prelude(answer)
            return answer

        return guarded


def _with_prelude(answer: Iterable[bytes]) -> Iterable[bytes]:
    yield _WITHOUT_ORIGIN
    yield from answer


def _guarded(headers: list[tuple[str, str]], path: str, how: str | None, *, runs: bool) -> list[tuple[str, str]]:
    dropped = {"set-cookie"}
    if path == _REWRITER:
        dropped |= {"content-length", "accept-ranges"}
    pywbs = "content-security-policy", RewriterApp.DEFAULT_CSP
    kept = [(name, value) for name, value in headers if name.lower() not in dropped and (name.lower(), value) != pywbs]
    kind = next((value for name, value in kept if name.lower() == "content-type"), "")
    # Browsers show no PDF in a sandbox; it is no page, and its viewer is apart from everything anyway.
    if how is not None and kind.startswith(_FONTS):
        # A page without origin gets a font from its own archive by this field alone; it tells a stranger nothing.
        kept.append(("Access-Control-Allow-Origin", "*"))
    is_page = how is not None and not kind.startswith("application/pdf")
    sandbox = f"{_SANDBOX} allow-scripts" if runs else _SANDBOX
    # Browsers hold a page to every policy that it has (a comma divides them), so the archived server's own can stay.
    return [*kept, ("Content-Security-Policy", f"{pywbs[1]}, {sandbox}" if is_page else pywbs[1])]


def _is_ours(host: str) -> bool:
    match = _HOST.fullmatch(host)
    if match is None:
        return False
    name = match[1].lower().rstrip(".")
    if name in _NAMES or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _names() -> set[str]:
    """Those of this machine, where others may ask, too."""
    bind = sys.argv[sys.argv.index("--bind") + 1] if "--bind" in sys.argv else ""
    others = set() if bind in {"127.0.0.1", "::1", "localhost"} else {bind, socket.gethostname(), socket.getfqdn()}
    return {"localhost", *(name.lower() for name in others)}


_NAMES = _names()

if __name__ == "__main__":
    GuardedCli(default_port=0).run()
