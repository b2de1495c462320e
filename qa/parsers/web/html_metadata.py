"""What web pages say about themselves: in their head, as linked data, and in their address."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qa.errors import LoadError
from qa.parsers.content_builder import clean
from qa.parsers.dates import parse_date
from qa.parsers.office.office_metadata import office_metadata
from qa.parsers.xml_elements import local_name
from qa.schema import Metadata

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["is_article_page", "page_metadata", "read_moment"]

_PUBLISHED = """article:published_time datepublished og:published_time citation_publication_date citation_date
    dcterms.issued dc.date.issued dcterms.date dc.date dcterms.available dcterms.created dc.date.created
    pubdate publishdate publish-date publish_date publication_date parsely-pub-date sailthru.date
    article.published date""".split()
_MODIFIED = """article:modified_time datemodified og:updated_time dcterms.modified dc.date.modified
    last-modified""".split()
_SITE_NAMES = (
    "og:site_name dcterms.publisher dc.publisher publisher citation_publisher application-name".split()
)
_TITLES = "og:title citation_title dcterms.title dc.title headline twitter:title".split()
_TOPICS = """article:tag news_keywords keywords parsely-tags sailthru.tags citation_keywords dcterms.subject
    dc.subject""".split()
_ARTICLE_TYPE = re.compile(r"\w*(?:Article|Posting|Report|WebPage|Dataset|Legislation)", re.IGNORECASE)
_SEPARATOR = re.compile(r"(?<!\s)\s++(?:[|–—·•»:-]\s+|[|»]\s*)|[|»]\s*")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_COMPACT_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_MAX_DATA_CHARS = 2_000_000
_MAX_NODES = 5000


def page_metadata(root: "Element", url: str | None, *, is_listing: bool = False) -> Metadata:
    """Title, date, site and topics, each None or empty where the page does not say it.

    The dates and articles inside a listing are those of its entries, not of the page.
    """
    properties = _collect_properties(root, with_parts=not is_listing)
    articles, sites = _read_linked_data(root)
    if is_listing:
        articles = [node for node in articles if "WebPage" in _collect_texts(node.get("@type"))]
    article = articles[0] if articles else {}
    site = (
        _find_value(properties, _SITE_NAMES)
        or _find_name(article.get("publisher"))
        or next(map(_find_name, sites), "")
    )
    urls = (url, _find_value(properties, ["og:url"]), _find_canonical(root))
    dates = (
        *_iterate_values(properties, _PUBLISHED),
        *(_find_text(node.get(key)) for key in ("datePublished", "dateCreated") for node in articles),
        *(() if is_listing else _find_time_elements(root)),
        *map(_find_url_date, urls),
        *_iterate_values(properties, _MODIFIED),
        _find_text(article.get("dateModified")),
    )
    topics = [*_iterate_values(properties, _TOPICS), *_collect_texts(article.get("keywords"))]
    metadata = office_metadata(
        title=_find_title(root, properties, article, site),
        dates=tuple(map(read_moment, dates)),
        keywords="; ".join(keyword for topic in topics for keyword in re.split(r"[;,]", topic)),
    )
    return replace(metadata, publisher=site or None)


def is_article_page(root: "Element") -> bool:
    """Whether the page says that it is one article, rather than a list of them or nothing."""
    types = {value.lower() for value in _collect_properties(root, with_parts=False).get("og:type", ())}
    if "article" in types:
        return True
    articles, _ = _read_linked_data(root)
    articles = [node for node in articles if "WebPage" not in _collect_texts(node.get("@type"))]
    return len(articles) == 1


def read_moment(text: str) -> str:
    """A date as pages and mails write it, as YYYY-MM-DD; "" if it is none."""
    text = clean(text)
    if digits := _COMPACT_DATE.fullmatch(text):
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


def _collect_properties(root: "Element", *, with_parts: bool) -> dict[str, list[str]]:
    """The values of meta elements, and those marked in the page (`with_parts`), by lower-case name."""
    properties: dict[str, list[str]] = {}
    for element in root.iter("{*}meta"):
        name = (
            element.get("property")
            or element.get("name")
            or element.get("itemprop")
            or element.get("http-equiv")
            or ""
        )
        if value := clean(element.get("content") or ""):
            properties.setdefault(name.strip().lower(), []).append(value)
    for element in root.iter("{*}time", "{*}span", "{*}p", "{*}div") if with_parts else ():
        name = (element.get("itemprop") or "").lower()
        if name in ("datepublished", "datemodified"):
            value = element.get("datetime") or element.get("content") or "".join(element.itertext())
            properties.setdefault(name, []).append(clean(value))
    return properties


def _read_linked_data(root: "Element") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
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
        for node in _iterate_nodes(data):
            types = _collect_texts(node.get("@type"))
            if any(map(_ARTICLE_TYPE.fullmatch, types)):
                articles.append(node)
            elif "WebSite" in types:
                sites.append(node)
    # Of a page and its article the article knows more.
    articles.sort(key=lambda node: "WebPage" in _collect_texts(node.get("@type")))
    return articles, sites


def _iterate_nodes(data: Any) -> Iterator[dict[str, Any]]:
    queue = [data]
    for _ in range(_MAX_NODES):
        if not queue:
            return
        node = queue.pop(0)
        if isinstance(node, list):
            queue[:0] = node[:_MAX_NODES]
        elif isinstance(node, dict):
            yield node
            queue += [node[key] for key in ("@graph", "mainEntity") if key in node]


def _find_time_elements(root: "Element") -> list[str]:
    """The date of the first time element of the article; one elsewhere only if there is no other."""
    article_times: list[str] = []
    other_times: list[str] = []
    for element in root.iter("{*}time"):
        value = element.get("datetime") or clean("".join(element.itertext()))
        ancestor_tags = {local_name(ancestor).lower() for ancestor in element.iterancestors()}
        if ancestor_tags & {"nav", "aside", "footer", "li"}:
            continue
        (article_times if ancestor_tags & {"article", "main"} else other_times).append(value)
    if article_times:
        return article_times[:1]
    return other_times[:1] if len(set(map(read_moment, other_times))) == 1 else []


def _find_canonical(root: "Element") -> str:
    links = (link for link in root.iter("{*}link") if (link.get("rel") or "").lower() == "canonical")
    return next((link.get("href") or "" for link in links), "")


def _find_url_date(url: str | None) -> str:
    try:
        match = _URL_DATE.search(urlsplit(url or "").path)
    except ValueError:
        return ""
    return "-".join(match.groups()) if match else ""


# Values ---------------------------------------------------------------------------------------------


def _find_title(root: "Element", properties: dict[str, list[str]], article: dict[str, Any], site: str) -> str:
    """As the article names itself, without the site's name."""
    tag = next((clean("".join(element.itertext())) for element in root.iter("{*}title")), "")
    top_headings = [text for heading in root.iter("{*}h1") if (text := clean("".join(heading.itertext())))]
    title = clean(_find_text(article.get("headline"))) or _find_value(properties, _TITLES) or tag
    if (
        len(top_headings) == 1
        and title != top_headings[0]
        and title.startswith(top_headings[0])
        and _SEPARATOR.match(title[len(top_headings[0]) :])
    ):
        return top_headings[0]
    return _strip_site(title, site)


def _strip_site(title: str, site: str) -> str:
    separators = list(_SEPARATOR.finditer(title))
    site_key = site.casefold()
    if separators and site_key:
        if title[separators[-1].end() :].casefold() == site_key:
            return title[: separators[-1].start()]
        if title[: separators[0].start()].casefold() == site_key:
            return title[separators[0].end() :]
    return "" if title.casefold() == site_key else title


def _iterate_values(properties: dict[str, list[str]], names: list[str]) -> Iterator[str]:
    for name in names:
        yield from properties.get(name, [])


def _find_value(properties: dict[str, list[str]], names: list[str]) -> str:
    return next(_iterate_values(properties, names), "")


def _find_text(value: Any) -> str:
    return next(iter(_collect_texts(value)), "")


def _collect_texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]


def _find_name(value: Any) -> str:
    for item in value if isinstance(value, list) else [value]:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str) and clean(name):
            return clean(name)
    return ""
