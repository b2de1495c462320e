"""Pages and feeds from the web, fetched with care: public addresses only, within limits, no cookies."""

from qa.fetch.addresses import is_address, normalised
from qa.fetch.feeds import Feed, FeedEntry, read_feed
from qa.fetch.fetch import Fetched, Limits, fetch
from qa.fetch.robots import Robots

__all__ = [
    "Feed",
    "FeedEntry",
    "Fetched",
    "Limits",
    "Robots",
    "fetch",
    "is_address",
    "normalised",
    "read_feed",
]
