"""Answers by cell: rows and columns of tables matched to what a question asks, without a language model."""
