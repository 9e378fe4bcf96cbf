"""Certificates that are right, and wrong in every usual way: one crawl of servers that show them, then a look."""

from __future__ import annotations

import json
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from crawler.causes import describe
from crawler.tls import CertificateRefusedError
from tests import commands, warcs
from tests.certificates import Authority, Certificate, make
from tests.wireserver import Case, WireServer, page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("tls")

PROBLEMS = {
    "expired": "certificate has expired",
    "other": "hostname mismatch: certificate is for other.test, 10.0.0.1",
    "itself": "self-signed certificate",
    "chain": "unable to get local issuer certificate; unable to verify the first certificate",
    "nobody": "hostname mismatch: certificate is for no host",
    "stranger": "self-signed certificate in certificate chain (CN=Foreign root)",
    "worst": "self-signed certificate; hostname mismatch: certificate is for other.test; certificate has expired",
}
"""What is wrong with each certificate, as OpenSSL finds it when it may go on."""


def certificates(authority: Authority) -> dict[str, Certificate]:
    """A certificate with each fault, and one without."""
    stranger = Authority("Foreign")
    issued = stranger.issue("127.0.0.1")
    return {
        "good": authority.issue("127.0.0.1", "localhost"),
        "expired": authority.issue("127.0.0.1", expired=True),
        "other": authority.issue("other.test", "10.0.0.1"),
        "itself": make("127.0.0.1", "127.0.0.1"),
        "chain": authority.issue("127.0.0.1", with_chain=False),
        "nobody": authority.issue(),
        "stranger": Certificate(issued.certificate, issued.key, (*issued.chain, stranger.root.certificate)),
        "worst": make("Old server", "other.test", expired=True),
    }


@dataclass(frozen=True)
class Crawled:
    """What came of a crawl of all servers, each by a source that verifies and by one that records."""

    servers: dict[str, WireServer]
    certificates: dict[str, Certificate]
    records: list[warcs.Record]
    sources: dict[str, dict[str, Any]]
    code: int
    trust: str

    def facts(self, name: str) -> dict[str, str]:
        """The metadata of the one page of a server."""
        url = f"{self.servers[name].base}/case/plain"
        return next(record.facts for record in self.records if record.kind == "metadata" and record.url == url)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One `kakehashi crawl` of sources that differ in their `tls`."""
    folder = tmp_path_factory.mktemp("tls")
    authority = Authority()
    shown = certificates(authority)
    trust = str(authority.trust_file(folder))
    with ExitStack() as stack:
        servers = {}
        for kind, certificate in shown.items():
            for rule in ("verify", "record"):
                name = f"{kind}-{rule}"
                case = Case(message=with_length(page(name)))
                server = WireServer(cases={"/case/plain": case}, tls=certificate.server_context())
                servers[name] = stack.enter_context(server)
                listing = f'tls = "{rule}"\n[[entries]]\ntype = "listing"\nurl = "{server.base}/"\n'
                server.write_source(folder / "sources", name, entries=listing)
        allowed = [part for server in servers.values() for part in ("--allow-private", server.host_port)]
        done = commands.run(
            "crawl", "--only-sources", folder / "sources", "--store", folder / "store", "--json", *allowed,
            env={"SSL_CERT_FILE": trust},
        )  # fmt: skip
        yield Crawled(
            servers, shown, warcs.records(folder / "store"), done.report["sources"], code=done.code, trust=trust
        )


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_bad_certificate_is_a_failure_that_says_what_was_wrong(crawled: Crawled, kind: str) -> None:
    """By default nothing is asked for, nothing is archived, and the problem names the first fault."""
    name = f"{kind}-verify"
    server = crawled.servers[name]
    problem = crawled.sources[name]["problems"][0]["problem"]

    assert f"127.0.0.1: {PROBLEMS[kind].split('; ')[0]}" in problem
    assert [] == server.log
    assert [] == [record for record in crawled.records if record.url.startswith(server.base)]
    assert crawled.code == 1


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_bad_certificate_is_tried_once(crawled: Crawled, kind: str) -> None:
    """It will not be better at the next try: one handshake for robots.txt; a slow crawl asks again after a minute."""
    assert crawled.servers[f"{kind}-verify"]._connections < 3  # retries would be two more for each


@pytest.mark.parametrize("kind", PROBLEMS)
def test_where_the_source_says_so_the_page_is_recorded_with_what_was_wrong(crawled: Crawled, kind: str) -> None:
    """The capture is made; its metadata names every fault and the certificate."""
    facts = crawled.facts(f"{kind}-record")
    certificate = crawled.certificates[kind]

    assert f"certificate not verified: {PROBLEMS[kind]}" == facts["kakehashi-tls"]
    assert f"sha256:{certificate.fingerprint}" == facts["kakehashi-tls-certificate"]
    assert certificate.certificate.subject.rfc4514_string() == facts["kakehashi-tls-subject"]
    assert certificate.certificate.issuer.rfc4514_string() == facts["kakehashi-tls-issuer"]
    assert (
        certificate.certificate.not_valid_after_utc.isoformat().replace("+00:00", "Z")
        == (facts["kakehashi-tls-not-after"])
    )
    assert crawled.sources[f"{kind}-record"]["kept"] == 1


@pytest.mark.parametrize("rule", ["verify", "record"])
def test_a_good_certificate_is_said_to_be_verified(crawled: Crawled, rule: str) -> None:
    """The outcome is that of the handshake, whatever the source would have put up with."""
    facts = crawled.facts(f"good-{rule}")

    assert facts["kakehashi-tls"] == "certificate verified"
    assert f"sha256:{crawled.certificates['good'].fingerprint}" == facts["kakehashi-tls-certificate"]


def test_a_kept_alive_connection_tells_the_same_of_each_page(crawled: Crawled) -> None:
    """Three exchanges went over one connection, and each record has its handshake."""
    server = crawled.servers["expired-record"]
    told = [r.facts for r in crawled.records if r.kind == "metadata" and r.url.startswith(server.base)]

    assert server._connections == 1
    assert len(told) == 3
    assert {facts["kakehashi-tls"] for facts in told} == {"certificate not verified: certificate has expired"}


def test_capture_goes_by_the_source_that_owns_the_host(crawled: Crawled, tmp_path: Path) -> None:
    """In one run, with one pool, a host may show a bad certificate and another may not; a stranger's may not either.

    A certificate for a name is not one for an address, nor the other way round.
    """
    sources = tmp_path / "sources"
    recorded, verified = crawled.servers["other-record"], crawled.servers["other-verify"]
    entry = '[[entries]]\ntype = "listing"\nurl = "{}/"\n'
    recorded.write_source(sources, "recorded", entries='tls = "record"\n' + entry.format(recorded.base))
    good = crawled.servers["good-verify"].base.replace("127.0.0.1", "localhost")
    bad = crawled.servers["expired-verify"].base.replace("127.0.0.1", "localhost")
    urls = [f"{base}/case/plain" for base in (recorded.base, verified.base, good, bad)]
    done = commands.run(
        "capture", *urls, "--only-sources", sources, "--store", tmp_path / "store", "--json", "--robots", "ignore",
        *(part for url in urls for part in ("--allow-private", url.split("/")[2])), env={"SSL_CERT_FILE": crawled.trust},
    )  # fmt: skip
    ledger = done.report["sources"]["capture"]

    assert {urls[1]: "tls_certificate", urls[3]: "tls_certificate"} == {
        item["url"]: item["cause"] for item in ledger["failures"]
    }
    assert {urls[0], urls[2]} == {record.url for record in warcs.records(tmp_path / "store") if record.url}
    assert ledger["kept"] == 2


def test_a_handshake_that_fails_otherwise_says_why_and_is_tried_once(tmp_path: Path) -> None:
    """A server that wants a certificate of ours, and one that knows no TLS of this decade."""
    authority = Authority()
    curious, old = (authority.issue("127.0.0.1").server_context() for _ in range(2))
    curious.verify_mode = ssl.CERT_REQUIRED
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with WireServer(cases={}, tls=curious) as first, WireServer(cases={}, tls=old) as second:
        done = commands.run(
            "capture", f"{first.base}/", f"{second.base}/", "--store", tmp_path / "store", "--json", "--robots", "ignore",
            "--allow-private", first.host_port, "--allow-private", second.host_port,
            env={"SSL_CERT_FILE": str(authority.trust_file(tmp_path))},
        )  # fmt: skip
        failures = {item["url"]: item for item in done.report["sources"]["capture"]["failures"]}

        assert {item["cause"] for item in failures.values()} == {"tls_handshake"}, failures
        assert "certificate required" in failures[f"{first.base}/"]["detail"]
        assert "protocol version" in failures[f"{second.base}/"]["detail"]
        assert (first._connections, second._connections) == (1, 1)


_SPIDER = """
import json
from scrapy import Request, Spider
from crawler.terms import HostTerms

class Changing(Spider):
    name = "changing"
    custom_settings = json.loads('''{settings}''')

    async def start(self):
        yield Request("{url}", callback=self.first)

    def first(self, response):
        handler = self.crawler.engine.downloader.handlers._get_handler("https")
        self.settings.attributes["KAKEHASHI_TLS_RECORD"].value = []
        handler._terms = HostTerms(self.settings)
        yield Request("{url}", callback=self.second, errback=self.refused, dont_filter=True)

    def second(self, response):
        print("RESULT reused")

    def refused(self, failure):
        print("RESULT", type(failure.value).__name__, failure.value)
"""


def test_a_connection_that_was_let_pass_is_not_used_where_certificates_are_verified(
    crawled: Crawled, tmp_path: Path
) -> None:
    """The same host, the same pool, other terms: a new handshake, which fails."""
    server = crawled.servers["itself-record"]
    before = server._connections
    settings = {
        "DOWNLOAD_HANDLERS": {"https": "crawler.tap.TapDownloadHandler"},
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "KAKEHASHI_TLS_RECORD": [server.host_port],
    }
    script = tmp_path / "changing.py"
    script.write_text(_SPIDER.format(url=f"{server.base}/case/plain", settings=json.dumps(settings)))
    done = commands.run("runspider", script, module="scrapy", cwd=tmp_path, env={"PYTHONPATH": str(commands.ROOT)})

    assert "RESULT CertificateRefusedError 127.0.0.1: self-signed certificate" in done.out, done.err
    assert server._connections == before + 2


def test_the_cause_is_one_word_and_the_detail_says_what_was_wrong() -> None:
    """As the ledger has it."""
    error = CertificateRefusedError("a.example", ["certificate has expired"])

    assert describe(error, "https://a.example/") == ("tls_certificate", "a.example: certificate has expired")
