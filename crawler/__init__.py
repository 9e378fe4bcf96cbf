"""The room that drives: the only one that knows Scrapy and the clock.

Public are `load_catalogue` and Catalogue (`config`), Source (`sources`), `parse_source` (`source_file`), `crawl`
(`crawl`), SourceSpider (`spider`), `normalise_url` (`urls`), and the settings of Scrapy (`settings`). They are imported
from their modules: this one imports nothing, so that a command starts fast and Scrapy can choose its reactor first.
"""
