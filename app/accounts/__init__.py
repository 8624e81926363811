"""Accounts: who may use a library that several people share, and what each may."""

from app.accounts.accounts import Accounts

__all__ = ["Accounts"]
