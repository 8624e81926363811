"""The desk of whoever must answer: a proposal's requests, what answers each, drafts of many."""
