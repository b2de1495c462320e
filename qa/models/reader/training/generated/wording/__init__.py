"""The words of generated rows: vocabulary, and templates for what is said and asked."""
