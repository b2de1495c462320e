"""Scores of answers, what is made of many, and how sure the figures are."""
