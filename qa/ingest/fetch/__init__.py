"""Pages and feeds from the web, fetched with care: public addresses only, within limits, no cookies."""

from qa.ingest.fetch.addresses import is_address, normalize_address
from qa.ingest.fetch.feeds import Feed, FeedEntry, read_feed
from qa.ingest.fetch.http_fetch import FetchedFile, FetchLimits, fetch
from qa.ingest.fetch.robots import RobotsRules

__all__ = [
    "Feed",
    "FeedEntry",
    "FetchLimits",
    "FetchedFile",
    "RobotsRules",
    "fetch",
    "is_address",
    "normalize_address",
    "read_feed",
]
