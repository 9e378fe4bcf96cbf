"""What a failed request is called in the ledger: one word for counting, one line for people."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.guard import refused_hosts
from crawler.politeness import RobotsUnreachableError
from crawler.redirects import RefusedRedirectError


class ArchivedFailureError(Exception):
    """A request over an archive, of which is known with which `cause`, one word, and `detail` it failed then."""

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(detail or cause)
        self.cause = cause
        self.detail = detail


class NotArchivedError(Exception):
    """A request over an archive that holds no answer to it; the message says why."""


_CAUSES = {
    "IgnoreRequest": "redirects",
    "HostBusyError": "retry_after",
    "DownloadTimeoutError": "timeout",
    "DownloadConnectionRefusedError": "refused",
    "CannotResolveHostError": "dns",
    "ResponseDataLossError": "cut_short",
    "DownloadCancelledError": "too_large",
    "DownloadFailedError": "broken",
    "UnsupportedURLSchemeError": "scheme",
    "ConnectError": "connection",
    "NoRouteError": "connection",
    "NotArchivedError": "not_archived",
    "CertificateRefusedError": "tls_certificate",
    "HandshakeFailedError": "tls_handshake",
}


def describe(error: BaseException | None, url: str) -> tuple[str, str]:
    """One word for counting and one line for people, for the error that a request to `url` ended with."""
    if isinstance(error, RobotsUnreachableError):
        if isinstance(error.cause, Exception):
            cause, detail = describe(error.cause, url)
            return cause, f"robots.txt: {detail}"
        return "robots_unreachable", str(error)
    if isinstance(error, ArchivedFailureError):
        return error.cause, str(error)
    name = type(error).__name__
    text = " ".join(str(error).split())[:300] or name
    if isinstance(error, RefusedRedirectError):
        return ("scheme" if "http://" in error.problem else "bad_url"), text
    where = _host_and_port(url)
    if where not in refused_hosts:  # a redirect of robots.txt led elsewhere, and the error names the host alone
        where = next((known for known in refused_hosts if text.endswith(f": {known[0]}.")), where)
    if name == "CannotResolveHostError" and where in refused_hosts:
        host, port = where
        detail = f"{host}:{port} leads to {refused_hosts[where]}, a private address; see --allow-private"
        return "private_address", detail
    return cause_of(name), text


def cause_of(name: str) -> str:
    """The word for an error whose class has this name."""
    return _CAUSES.get(name, name)


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
