"""The fields of a reply (公文要素), each with the place it was read from.

Nothing is imported here: to read one field must not take the half second that all their patterns
take to compile.
"""
