"""The pages on which people sign in and accounts are kept: plain forms, which need no script."""
