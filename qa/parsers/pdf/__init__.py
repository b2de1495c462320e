"""PDF files: text in reading order, from the places of words on the page."""

from qa.parsers.pdf.read_pdf import read_pdf

__all__ = ["read_pdf"]
