"""Slips of the keyboard in a question, mended by the words of the documents."""

from qa.query.spelling.english_words import English, english
from qa.query.spelling.spelling_corrector import SpellingCorrector, WordSource

__all__ = ["English", "SpellingCorrector", "WordSource", "english"]
