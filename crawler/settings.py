"""Scrapy's settings, each with its reason. `scrapy list` and `scrapy crawl NAME` read them through scrapy.cfg."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from crawler.config import read_environment

try:
    _VERSION = version("kakehashi")
except PackageNotFoundError:  # a checkout that is not installed
    _VERSION = "0"
_environment = read_environment()

BOT_NAME = "kakehashi"
# Who asks, and how to reach them: sites that object can write before they block.
USER_AGENT = f"kakehashi/{_VERSION} (+{_environment.contact or 'no contact given'})"
ROBOTSTXT_USER_AGENT = "kakehashi"
SPIDER_MODULES: list[str] = []
# Every source file is a spider; there is no spider module to look into.
SPIDER_LOADER_CLASS = "crawler.loader.SourceSpiderLoader"
SPIDER_LOADER_WARN_ONLY = False

# The tap: records hold the bytes of the wire.
DOWNLOAD_HANDLERS = {
    "http": "crawler.tap.TapDownloadHandler",
    "https": "crawler.tap.TapDownloadHandler",
    "file": None,
    "ftp": None,
    "data": None,
    "s3": None,
}
EXTENSIONS = {
    "crawler.recorder.Recorder": 0,
}
# No open ports: telnet and remote control run code for whoever reaches them. They are taken out here, since an entry of
# None in EXTENSIONS would still load their modules.
EXTENSIONS_BASE = {
    f"scrapy.extensions.{name}": 0
    for name in (
        "corestats.CoreStats",
        "logcount.LogCount",
        "memusage.MemoryUsage",
        "memdebug.MemoryDebugger",
        "closespider.CloseSpider",
        "feedexport.FeedExporter",
        "logstats.LogStats",
        "spiderstate.SpiderState",
        "throttle.AutoThrottle",
    )
}
# Articles go out in the order in which they are handed in: newest first. Scrapy's own queue gives the last one first.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
DOWNLOADER = "crawler.politeness.OneAtATimeDownloader"
STATS_CLASS = "crawler.shortcuts.Stats"
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    "crawler.politeness.SlotMiddleware": 10,
    # Before robots.txt is asked: what is not fetched again needs no leave.
    "crawler.claims.ClaimMiddleware": 20,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.RobotsMiddleware": 100,
    "crawler.retries.RetryAfterMiddleware": 50,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.redirects.CheckedRedirectMiddleware": 600,
    # It sees each redirect before that is followed.
    "crawler.doors.DoorMiddleware": 610,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    # Bodies stay coded: the workers decode pages from the record, `crawler.bodies` what the crawl itself reads.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    # What these do no crawl of ours asks for: passwords and limits of hosts that a spider names, and counts of requests
    # and bytes, which each request would be put together once more for: the ledger has them.
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    # Next to the downloader: each hop and each try asks with the validators of its own URL.
    "crawler.conditional.ConditionalMiddleware": 950,
}
# Every status is the spider's (HTTPERROR_ALLOW_ALL), and it copies no meta; what is left goes through each answer.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
# Pages that the store holds are asked for with If-None-Match and If-Modified-Since; off, each is fetched whole.
KAKEHASHI_CONDITIONAL = True
# Sources that say `requisites = true` have the parts of their pages fetched; off, no source has.
KAKEHASHI_REQUISITES = True
# Sources that say `render = true` have their pages made by a browser; off, no source has.
KAKEHASHI_RENDER = True
# A proxy from the environment would resolve names out of the guard's sight, and its bytes would be in the records.
HTTPPROXY_ENABLED = False
# Private addresses are refused after every answer of DNS; `HOST:PORT` entries here are let through.
TWISTED_DNS_RESOLVER = "crawler.guard.GuardedResolver"
KAKEHASHI_ALLOW_PRIVATE: list[str] = []
# Scrapy's default takes any certificate. Each source adds its own hosts to the lists: those that may show a bad one,
# and those that are offered HTTP/2.
DOWNLOAD_VERIFY_CERTIFICATES = True
KAKEHASHI_TLS_RECORD: list[str] = []
KAKEHASHI_HTTP2: list[str] = []

ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0
# Our callbacks are type-checked; Scrapy would read the source of each one again for each answer.
WARN_ON_GENERATOR_RETURN_VALUE = False
# What a callback yields is requests alone; Scrapy would start this many tasks for each answer, a hundred by default.
CONCURRENT_ITEMS = 1
COOKIES_ENABLED = False
# Seconds without a byte, the first included; for a connection; and for a whole exchange, which bounds slow drips.
KAKEHASHI_IDLE_TIMEOUT = 60.0
KAKEHASHI_CONNECT_TIMEOUT = 30.0
DOWNLOAD_TIMEOUT = 600
# Bytes of a body on the wire; a larger one is archived as far as this, marked as cut, and has failed.
DOWNLOAD_MAXSIZE = 100 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# The tap spools bodies to disk and workers read pages from the record: nobody needs a whole one in memory. What
# announces pages (feed, sitemap, listing) asks for more.
KAKEHASHI_MEMORY_BYTES = 1024 * 1024
REDIRECT_MAX_TIMES = 10
# A meta refresh is part of the page, not of the exchange: followed, it would hide the page that holds it.
METAREFRESH_ENABLED = False
HTTPERROR_ALLOW_ALL = True
RETRY_TIMES = 2
# The longest pause that a host's Retry-After gets, in seconds (--max-retry-after).
KAKEHASHI_MAX_RETRY_AFTER = 300.0
# The pause of a host that answers 429 or 503 and does not say for how long; None: as after any other answer.
KAKEHASHI_RETRY_AFTER: float | None = None
# br and zstd are kept when a server sends them anyway, but players replay gzip best.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip",
}
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
FEED_EXPORT_ENCODING = "utf-8"
LOG_LEVEL = "INFO"
LOGSTATS_INTERVAL = 60.0

KAKEHASHI_STORE = _environment.store
KAKEHASHI_SPOOL = _environment.spool
KAKEHASHI_SOURCES = _environment.sources
KAKEHASHI_ONLY_SOURCES = _environment.only_sources
# Where the crawls of this machine share the pauses of hosts; None: the folder in /tmp that all of them know.
KAKEHASHI_HOSTS = _environment.hosts
# The file that says who is told of alarms; None: the log alone.
KAKEHASHI_ALARMS = _environment.alarms
