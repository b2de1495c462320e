"""Acronyms of a question and what they stand for, by the documents."""

from qa.acronyms.acronyms import Acronyms, HoldsTexts

__all__ = ["Acronyms", "HoldsTexts"]
