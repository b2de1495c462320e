"""Slips of the keyboard in a question, mended by the words of the documents."""

from qa.query.spelling.english_words import EnglishWords, load_english_words
from qa.query.spelling.spelling_corrector import SpellingCorrector, WordSource

__all__ = ["EnglishWords", "SpellingCorrector", "WordSource", "load_english_words"]
