"""The HTTP API: what the service answers, as JSON, for programs that come with a token."""
