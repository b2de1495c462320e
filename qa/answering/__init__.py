"""Passages to an answer: the extractive engine, the chat-model engine, and the refusal."""

from qa.answering.assessment import Assessment, assess
from qa.answering.chat_model.chat_model_answer import resolve_response
from qa.answering.chat_model.model_calls import stream_response
from qa.answering.chat_model.open_model import open_chat_model
from qa.answering.extractive.document_summary import find_summarized_document, select_summary_sentences
from qa.answering.extractive.extractive_answer import (
    answer_extractively,
    interleave_passages,
    unanswered_side_warnings,
)
from qa.answering.refusal import refuse

__all__ = [
    "Assessment",
    "answer_extractively",
    "assess",
    "find_summarized_document",
    "interleave_passages",
    "open_chat_model",
    "refuse",
    "resolve_response",
    "select_summary_sentences",
    "stream_response",
    "unanswered_side_warnings",
]
