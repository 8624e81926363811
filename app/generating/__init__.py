"""Answers in the words of a language model, each sentence held against the passages it cites."""
