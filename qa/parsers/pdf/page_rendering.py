"""A PDF's page as a picture, and how much of it pictures cover."""

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.parsers.pdf.pdfium_pages import PdfFile

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["measure_pictures", "render_page"]

_MIN_SHARE = 0.3  # of the page, by a picture that may be a scan of it
_MIN_DOTS = 100 / 72  # pixels a point
_MAX_OBJECTS = 1_000  # of a page that is a picture with a stamp; other pages have text


def render_page(file: PdfFile, number: int, max_side: int) -> "Image | None":
    """A page as it is seen, in shades of grey, with at most so many pixels on its longer side.

    It gets no more than its largest picture has: letters that are made larger run into one another, and the
    spaces between them are missed. None if it can't be opened.
    """
    with file.open_page(number) as page:
        return _render(file.pdfium, page, max_side) if page else None


def _render(pdfium: Any, page: Any, max_side: int) -> "Image":
    from PIL import Image

    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = max_side / max(width, height, 1.0)
    share, dots = _measure_largest(pdfium, page)
    if share > _MIN_SHARE:
        scale = min(scale, max(dots, _MIN_DOTS))
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    bitmap = pdfium.FPDFBitmap_CreateEx(across, down, pdfium.FPDFBitmap_Gray, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, pdfium.FPDF_GRAYSCALE)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        buffer = ctypes.cast(
            pdfium.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_ubyte * (stride * down))
        )
        rows = np.frombuffer(buffer.contents, dtype=np.uint8).reshape(down, stride)
        return Image.fromarray(rows[:, :across].copy())
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def measure_pictures(file: PdfFile, number: int) -> float:
    """The share of a page that its largest picture covers, in 0..1."""
    with file.open_page(number) as page:
        return _measure_largest(file.pdfium, page)[0] if page else 0.0


def _measure_largest(pdfium: Any, page: Any) -> tuple[float, float]:
    """The share of the page that its largest picture covers, and that picture's pixels a point."""
    area = pdfium.FPDF_GetPageWidthF(page) * pdfium.FPDF_GetPageHeightF(page)
    corners = [ctypes.c_float() for _ in range(4)]
    columns, rows = ctypes.c_uint(), ctypes.c_uint()
    largest = dots = 0.0
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS)):
        page_object = pdfium.FPDFPage_GetObject(page, index)
        is_picture = pdfium.FPDFPageObj_GetType(page_object) == pdfium.FPDF_PAGEOBJ_IMAGE
        if is_picture and pdfium.FPDFPageObj_GetBounds(page_object, *corners):
            left, bottom, right, top = (corner.value for corner in corners)
            if (right - left) * (top - bottom) > largest:
                largest = (right - left) * (top - bottom)
                pdfium.FPDFImageObj_GetImagePixelSize(page_object, columns, rows)
                dots = (columns.value * rows.value / largest) ** 0.5
    return float(min(1.0, largest / max(area, 1.0))), dots
