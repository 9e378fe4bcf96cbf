"""Any URL as WARC-Target-URI may hold it: ASCII, percent-encoded, one line (WARC 1.1, 5.12; RFC 3986). Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

_AUTHORITY = re.compile(
    r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^/?#]*@)?(?P<host>[^/?#@]*)(?P<rest>.*)$", re.DOTALL
)
# What comes back as it is: letters, digits and what `_ALLOWED` names, less a percent sign, which may be a stray one.
_PLAIN = re.compile(r"[A-Za-z0-9:/?\[\]@!$&'()*+,;=._~-]+")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What RFC 3986 allows anywhere in a URI; square brackets stay in queries too, as every client sends them.
_ALLOWED = "%:/?[]@!$&'()*+,;=-._~"


@lru_cache(maxsize=512)  # of one exchange it is asked some ten times
def target_uri(url: str) -> str:
    """The URL without its fragment, which no server ever sees; international hosts as IDNA, all else as UTF-8 escapes.

    What is a URI already comes back as it is, so the function is idempotent.
    """
    if _PLAIN.fullmatch(url):
        return url
    whole = url.strip().split("#", 1)[0]
    parts = _AUTHORITY.match(whole)
    if parts is not None and not parts["host"].isascii():
        whole = f"{parts['scheme']}{parts['user'] or ''}{_ascii_host(parts['host'])}{parts['rest']}"
    escaped = quote(whole.encode("utf-8", "surrogatepass"), safe=_ALLOWED)
    return _STRAY_PERCENT.sub("%25", escaped)


def _ascii_host(host: str) -> str:
    name, colon, port = host.partition(":")
    try:
        return name.encode("idna").decode("ascii") + colon + port
    except UnicodeError:
        return host
