"""What a chat model's text must not carry to whoever shows it: pictures, links, HTML, hidden characters."""

import re

from qa.text.control_characters import remove_hidden

__all__ = ["remove_markup"]

_MAX_TAG_CHARS = 2000
# Inside of round brackets, with one more pair of them.
_INSIDE = r"[^()\n]*(?:\([^()\n]*\)[^()\n]*)?"
_PICTURE = re.compile(rf"!\[([^\[\]\n]*)\](?:\({_INSIDE}\)|\[[^\[\]\n]*\])")
# "[1](2024)" is none.
_LINK = re.compile(rf"\[([^\[\]\n]+)\]\((?=[^()\n]*[:/.#]){_INSIDE}\)")
_LINK_DEFINITION = re.compile(
    r"^[ \t>]*\[[^\[\]\n]+\]:[ \t]*(?:<|[A-Za-z][\w+.-]{0,30}:|/|#|www\.).*$", re.MULTILINE
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(rf"</?[A-Za-z][^<>]{{0,{_MAX_TAG_CHARS}}}>")
_OPEN_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def remove_markup(text: str) -> tuple[str, bool]:
    """The text without what could load or open something, and whether there was any.

    Of a picture its description stays, of a link its words, of HTML what stands between the tags. Characters
    that no reader sees are left out in any case.
    """
    visible = remove_hidden(text)
    plain = visible
    # A picture in a link, and a tag within a tag, come to light by the first pass.
    for _ in range(2):
        plain = _PICTURE.sub(r"\1", _TAG.sub("", _COMMENT.sub("", plain)))
        plain = _LINK.sub(_words_of_link, plain)
    plain = _OPEN_TAG.sub("\u2039", _LINK_DEFINITION.sub("", plain))
    return plain, plain != visible


def _words_of_link(link: re.Match[str]) -> str:
    """Its words; with their brackets, where they are the number of an evidence."""
    return f"[{link[1]}]" if link[1].strip(" ^#").isdecimal() else link[1]
