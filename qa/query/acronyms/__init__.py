"""The acronyms of the documents for what a question spells out."""

from qa.query.acronyms.acronym_expansion import AcronymExpander, TextSource

__all__ = ["AcronymExpander", "TextSource"]
