"""What runs inside pywb's own environment: pywb's server, with a guard on every answer. Never imported by us.

It ends when its standard input does. pywb protects the pages that it rewrites; asked for them as they were (`id_`), it
sends what the archived server sent, and the guard sees to it that no such page reaches the net or sets a cookie.
"""

from __future__ import annotations

import _thread
import os
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


class GuardedCli(WaybackCli):  # type: ignore[misc]
    """pywb's server, whose answers all have pywb's Content-Security-Policy, and no Set-Cookie."""

    def load(self) -> Callable[..., Iterable[bytes]]:
        """The guarded application."""
        application = super().load()

        def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                return start_response(status, _guarded(headers), *rest)

            answer: Iterable[bytes] = application(environ, start)
            return answer

        return guarded


def _guarded(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in headers if name.lower() != "set-cookie"]
    if any(name.lower() == "content-security-policy" and value == RewriterApp.DEFAULT_CSP for name, value in kept):
        return kept
    # Browsers hold a page to every policy that it has, so one of the archived server's own can stay.
    return [*kept, ("Content-Security-Policy", RewriterApp.DEFAULT_CSP)]


if __name__ == "__main__":
    GuardedCli(default_port=0).run()
