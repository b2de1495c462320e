"""Picture files: the text that is recognised in them, page by page."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qa.errors import LoadError
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.pdf.page_flow import write_pages
from qa.parsers.pdf.page_shapes import Shapes
from qa.parsers.pdf.pdfium_pages import Page
from qa.parsers.pdf.recognised_page import (
    PictureText,
    describe_recognised,
    list_recognised,
    read_page_picture,
)
from qa.parsers.pictures.text_recognition import MAX_SIDE, Recognition

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["read_picture"]

_MAX_PIXELS = 120_000_000  # A2 at 400 dots an inch has 62 million
_MAX_PAGES = 5_000
_DAMAGED = "the picture is damaged: open and save it anew"


def read_picture(data: bytes, recognition: Recognition) -> ParsedContent:
    """The text recognised in a picture; a TIFF may have several pages.

    Raises:
        LoadError: It is damaged or too large, nothing in it is legible, or nothing may be recognised.
    """
    if recognition.refusal:
        raise LoadError(f"it is a picture, whose text is not recognised: {recognition.refusal}")
    pages: list[Page] = []
    texts: dict[int, PictureText] = {}
    for number, picture in enumerate(_open_pages(data), start=1):
        text = read_page_picture(picture)
        pages.append(_make_page(number, text))
        if text is not None:
            texts[number] = text
        if recognition.on_page:
            recognition.on_page()
    if not texts:
        raise LoadError("no text was recognised in the picture")
    content = write_pages(pages)
    return replace(content, recognised=list_recognised(texts), notes=describe_recognised(texts))


def _make_page(number: int, text: PictureText | None) -> Page:
    if text is None:
        return Page(number, 1.0, 1.0, [], [], Shapes(pictures=True))
    return Page(number, text.width, text.height, text.pieces, text.sideways, Shapes(pictures=True))


def _open_pages(data: bytes) -> Iterator["Image"]:
    """The pages as they are looked at: turned as the camera says, dark on white, no larger than needed."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as file:
            # Pictures of other kinds with several frames move: the first stands for all.
            count = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
            if count > _MAX_PAGES:
                raise LoadError(
                    f"it has {count:,} pages, at most {_MAX_PAGES:,} are read: split it into parts"
                )
            for index in range(count):
                file.seek(index)
                if file.width * file.height > _MAX_PIXELS:
                    raise LoadError(
                        f"it has {file.width:,} by {file.height:,} pixels, which is too much: make it smaller"
                    )
                # A JPEG is best made smaller as it is read.
                file.draft("L", (MAX_SIDE, MAX_SIDE))
                page = _flatten(ImageOps.exif_transpose(file))
                page.thumbnail((MAX_SIDE, MAX_SIDE))
                yield page
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise LoadError("it is no picture of a kind that is read, or damaged: save it as .png") from error
    # What the libraries of the formats raise on damaged files is anything.
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, OverflowError) as error:
        raise LoadError(_DAMAGED) from error


def _flatten(picture: "Image") -> "Image":
    """In shades of grey, on white where it can be seen through; 16 bits as 8."""
    from PIL import Image

    if picture.mode.startswith("I") or picture.mode == "F":
        shades = np.asarray(picture, dtype=np.float32)
        shades = (shades - shades.min()) * (255 / max(float(np.ptp(shades)), 1.0))
        grey = Image.fromarray(shades.astype(np.uint8))
    elif "A" in picture.getbands() or "transparency" in picture.info:
        layers = picture.convert("RGBA")
        grey = Image.alpha_composite(Image.new("RGBA", layers.size, "white"), layers).convert("L")
    else:
        grey = picture.convert("L")
    return grey
