"""The door for language models: the Model Context Protocol, by its own SDK."""
