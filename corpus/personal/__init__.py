"""What tells of a private person, wherever it stands: numbers, names, homes and contact lines.

All functions take any text, and return places in it; none needs to know what the text is.
"""
