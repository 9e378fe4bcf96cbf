"""warcprox, started by its own interpreter in its own environment, with two of its refusals taken out.

It lets no request through to loopback, where the cases are; and for a minute it answers for a host that failed once
without asking it, which is sound in a crawl and here, where all cases share a host, would be the end of the list.
"""

from __future__ import annotations

from typing import Any

import warcprox.main
import warcprox.mitmproxy
import warcprox.warcproxy


class _Forgetful(dict):
    def __setitem__(self, key: Any, value: Any) -> None:
        pass


warcprox.warcproxy.WarcProxyHandler.allow_localhost = True
warcprox.mitmproxy.TTLCache = lambda **_: _Forgetful()
warcprox.main.main()
