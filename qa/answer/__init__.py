"""Passages to an answer: the extractive engine, the chat-model engine, and the refusal."""

from qa.answer.confidence import estimate_confidence
from qa.answer.extractive import answer_extractively
from qa.answer.llm import open_chat_model, resolve, stream_text
from qa.answer.ranking import rank_sentences
from qa.answer.refusal import not_found

__all__ = [
    "answer_extractively",
    "estimate_confidence",
    "not_found",
    "open_chat_model",
    "rank_sentences",
    "resolve",
    "stream_text",
]
