"""PDF files: text in reading order, from the places of words on the page."""

from qa.load.pdf.reader import read_pdf

__all__ = ["read_pdf"]
