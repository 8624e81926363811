"""The web page: ask, find precedents, look through the library; all through one `Service`."""

from app.web.page import build_page
from app.web.server.serve import Page, serve

__all__ = ["Page", "build_page", "serve"]
