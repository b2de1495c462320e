"""A PDF's page as a picture, and how much of it pictures cover."""

import ctypes
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.parsers.pdf.pdfium_pages import PdfFile

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["measure_pictures", "render_page"]

_MAX_OBJECTS = 1_000  # of a page that is a picture with a stamp; other pages have text


def render_page(file: PdfFile, number: int, max_side: int) -> "Image | None":
    """A page as it is seen, in shades of grey, with so many pixels on its longer side.

    None if it can't be opened.
    """
    with file.open_page(number) as page:
        return _render(file.pdfium, page, max_side) if page else None


def _render(pdfium: Any, page: Any, max_side: int) -> "Image":
    from PIL import Image

    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = max_side / max(width, height, 1.0)
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
        return _measure_largest(file.pdfium, page) if page else 0.0


def _measure_largest(pdfium: Any, page: Any) -> float:
    area = pdfium.FPDF_GetPageWidthF(page) * pdfium.FPDF_GetPageHeightF(page)
    corners = [ctypes.c_float() for _ in range(4)]
    largest = 0.0
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS)):
        page_object = pdfium.FPDFPage_GetObject(page, index)
        is_picture = pdfium.FPDFPageObj_GetType(page_object) == pdfium.FPDF_PAGEOBJ_IMAGE
        if is_picture and pdfium.FPDFPageObj_GetBounds(page_object, *corners):
            left, bottom, right, top = (corner.value for corner in corners)
            largest = max(largest, (right - left) * (top - bottom))
    return float(min(1.0, largest / max(area, 1.0)))
