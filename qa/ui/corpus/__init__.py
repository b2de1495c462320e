"""The page of the corpus."""
