"""What web pages say about themselves: in their head, as linked data, and in their address."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qa.errors import LoadError
from qa.load.content import clean
from qa.load.dates import parse_date
from qa.load.office.properties import office_metadata
from qa.load.values import Metadata
from qa.load.xml import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["page_metadata", "read_moment"]

_PUBLISHED = """article:published_time datepublished og:published_time citation_publication_date citation_date
    dcterms.issued dc.date.issued dcterms.date dc.date dcterms.available dcterms.created dc.date.created
    pubdate publishdate publish-date publish_date publication_date parsely-pub-date sailthru.date
    article.published date""".split()
_CHANGED = """article:modified_time datemodified og:updated_time dcterms.modified dc.date.modified
    last-modified""".split()
_SITE = "og:site_name dcterms.publisher dc.publisher publisher citation_publisher application-name".split()
_TITLES = "og:title citation_title dcterms.title dc.title headline twitter:title".split()
_TOPICS = """article:tag news_keywords keywords parsely-tags sailthru.tags citation_keywords dcterms.subject
    dc.subject""".split()
_ARTICLE = re.compile(r"\w*(?:Article|Posting|Report|WebPage|Dataset|Legislation)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|»]\s*")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_MAX_DATA_CHARS = 2_000_000
_MAX_NODES = 5000


def page_metadata(root: "Element", url: str | None) -> Metadata:
    """Title, date, site and topics, each None or empty where the page does not say it."""
    named = _named(root)
    articles, sites = _linked_data(root)
    article = articles[0] if articles else {}
    site = _first(named, _SITE) or _name(article.get("publisher")) or next(map(_name, sites), "")
    addresses = (url, _first(named, ["og:url"]), _canonical(root))
    dates = (
        *_values(named, _PUBLISHED),
        *(_text(one.get(key)) for key in ("datePublished", "dateCreated") for one in articles),
        *_time_elements(root),
        *map(_in_address, addresses),
        *_values(named, _CHANGED),
        _text(article.get("dateModified")),
    )
    topics = [*_values(named, _TOPICS), *_texts(article.get("keywords"))]
    found = office_metadata(
        title=_title(root, named, article, site),
        dates=tuple(map(read_moment, dates)),
        keywords="; ".join(part for one in topics for part in re.split(r"[;,]", one)),
    )
    return replace(found, publisher=site or None)


def read_moment(text: str) -> str:
    """A date as pages and mails write it, as YYYY-MM-DD; "" if it is none."""
    text = clean(text)
    if digits := _DIGITS.fullmatch(text):
        text = "-".join(digits.groups())
    try:
        return parse_date(text).isoformat()
    except LoadError:
        pass
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


# Sources --------------------------------------------------------------------------------------------


def _named(root: "Element") -> dict[str, list[str]]:
    """The values of meta elements and of marked properties, by lower-case name."""
    found: dict[str, list[str]] = {}
    for one in root.iter("{*}meta"):
        name = one.get("property") or one.get("name") or one.get("itemprop") or one.get("http-equiv") or ""
        if value := clean(one.get("content") or ""):
            found.setdefault(name.strip().lower(), []).append(value)
    for one in root.iter("{*}time", "{*}span", "{*}p", "{*}div"):
        name = (one.get("itemprop") or "").lower()
        if name in ("datepublished", "datemodified"):
            value = one.get("datetime") or one.get("content") or "".join(one.itertext())
            found.setdefault(name, []).append(clean(value))
    return found


def _linked_data(root: "Element") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The articles and the sites that JSON-LD describes."""
    articles, sites = [], []
    for script in root.iter("{*}script"):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "") or len(text) > _MAX_DATA_CHARS:
            continue
        try:
            data = json.loads(text.strip().removeprefix("<![CDATA[").removesuffix("]]>"), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(data):
            kinds = _texts(node.get("@type"))
            if any(map(_ARTICLE.fullmatch, kinds)):
                articles.append(node)
            elif "WebSite" in kinds:
                sites.append(node)
    # Of a page and its article the article knows more.
    articles.sort(key=lambda node: "WebPage" in _texts(node.get("@type")))
    return articles, sites


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    waiting = [data]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting[:0] = one[:_MAX_NODES]
        elif isinstance(one, dict):
            yield one
            waiting += [one[key] for key in ("@graph", "mainEntity") if key in one]


def _time_elements(root: "Element") -> list[str]:
    """The date of the first time element of the article; one elsewhere only if there is no other."""
    inside: list[str] = []
    others: list[str] = []
    for one in root.iter("{*}time"):
        value = one.get("datetime") or clean("".join(one.itertext()))
        around = {local_name(above).lower() for above in one.iterancestors()}
        if around & {"nav", "aside", "footer", "li"}:
            continue
        (inside if around & {"article", "main"} else others).append(value)
    if inside:
        return inside[:1]
    return others[:1] if len(set(map(read_moment, others))) == 1 else []


def _canonical(root: "Element") -> str:
    links = (one for one in root.iter("{*}link") if (one.get("rel") or "").lower() == "canonical")
    return next((one.get("href") or "" for one in links), "")


def _in_address(url: str | None) -> str:
    try:
        found = _IN_ADDRESS.search(urlsplit(url or "").path)
    except ValueError:
        return ""
    return "-".join(found.groups()) if found else ""


# Values ---------------------------------------------------------------------------------------------


def _title(root: "Element", named: dict[str, list[str]], article: dict[str, Any], site: str) -> str:
    """As the article names itself, without the site's name."""
    tag = next((clean("".join(one.itertext())) for one in root.iter("{*}title")), "")
    tops = [text for one in root.iter("{*}h1") if (text := clean("".join(one.itertext())))]
    given = clean(_text(article.get("headline"))) or _first(named, _TITLES) or tag
    if (
        len(tops) == 1
        and given != tops[0]
        and given.startswith(tops[0])
        and _SEPARATOR.match(given[len(tops[0]) :])
    ):
        return tops[0]
    return _without_site(given, site)


def _without_site(title: str, site: str) -> str:
    parts = list(_SEPARATOR.finditer(title))
    wanted = site.casefold()
    if parts and wanted:
        if title[parts[-1].end() :].casefold() == wanted:
            return title[: parts[-1].start()]
        if title[: parts[0].start()].casefold() == wanted:
            return title[parts[0].end() :]
    return "" if title.casefold() == wanted else title


def _values(named: dict[str, list[str]], names: list[str]) -> Iterator[str]:
    for name in names:
        yield from named.get(name, [])


def _first(named: dict[str, list[str]], names: list[str]) -> str:
    return next(_values(named, names), "")


def _text(value: Any) -> str:
    return next(iter(_texts(value)), "")


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _name(value: Any) -> str:
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str) and clean(name):
            return clean(name)
    return ""
