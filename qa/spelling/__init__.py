"""Slips of the keyboard in a question, mended by the words of the documents."""

from qa.spelling.english import English, english
from qa.spelling.speller import HoldsWords, Speller

__all__ = ["English", "HoldsWords", "Speller", "english"]
