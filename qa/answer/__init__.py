"""Passages to an answer: the extractive engine, the chat-model engine, and the refusal."""

from qa.answer.extractive import answer_extractively, nothing_about, round_robin
from qa.answer.llm import open_chat_model, resolve, stream_text
from qa.answer.material import Material, judge
from qa.answer.questions import Part, kind, parts
from qa.answer.refusal import not_found
from qa.answer.summary import document_meant, summary_picks

__all__ = [
    "Material",
    "Part",
    "answer_extractively",
    "document_meant",
    "judge",
    "kind",
    "not_found",
    "nothing_about",
    "open_chat_model",
    "parts",
    "resolve",
    "round_robin",
    "stream_text",
    "summary_picks",
]
