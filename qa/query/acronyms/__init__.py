"""Acronyms of a question and what they stand for, by the documents."""

from qa.query.acronyms.acronym_expansion import AcronymExpander, TextSource

__all__ = ["AcronymExpander", "TextSource"]
