"""Measuring a home: test sets, judgments and feedback, and what is learned of them."""
