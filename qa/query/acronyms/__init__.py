"""Acronyms of a question and what they stand for, by the documents."""

from qa.query.acronyms.acronym_expansion import Acronyms, HoldsTexts

__all__ = ["Acronyms", "HoldsTexts"]
