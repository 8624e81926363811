"""The desk on the page: what a browser sends of it, how it is shown, what is made of it."""
