"""Passwords: which are good enough, and how they are kept."""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from corpus.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 10, 200
"""Characters. ASVS 5.0 asks for 8 at least (6.2.1) and for 64 to be allowed (6.2.9)."""

GUESSED = 10**8
"""So many guesses at most are too few: more than throttling lets through in years."""

SIGNS = 30
"""Guesses for each sign between words, whose place is mostly the usual one. zxcvbn takes a sign for
a word of its own, by which wangfang@2026 would be a hundred times as good as wangfang2026."""

LOOKED_AT = 72
"""Characters that zxcvbn looks at: its time grows with the square."""

AT_A_TIME = 2
"""So many passwords are hashed at once: each takes 64 MiB."""

OWN_WORDS = ("dafu", "答复", "admin", "管理员", "mima", "5201314", "1314520", "woaini")

FOLLOWING = tuple(f"\0{number}" for number in range(400))
"""Nobody's words: zxcvbn holds the further ones of its list for less usual."""

_LETTERS = re.compile("[a-z]+")

_turns = threading.Semaphore(AT_A_TIME)


def check_password(password: str, name: str) -> None:
    """Refuse a password that is easily guessed.

    :param name: the account's, which must not stand for the password.
    :raises InputError: saying what is missing.
    """
    if len(password) < SHORTEST:
        raise InputError(f"密码太短：{len(password)} 个字符，至少要 {SHORTEST} 个。")
    if len(password) > LONGEST:
        raise InputError(f"密码太长：最多 {LONGEST} 个字符。")
    looked_at = password[:LOOKED_AT]
    bare = "".join(filter(str.isalnum, looked_at))
    signs = len(looked_at) - len(bare)
    if min(_count(looked_at, name), _count(bare, name) * SIGNS**signs) <= GUESSED:
        raise InputError(
            "密码太容易猜到：请不要用常见的词、姓名或它们的拼音、年份、连续或重复的字符，再长一些更好。"
        )


def _count(password: str, name: str) -> int:
    """Return by how many guesses somebody who knows Chinese finds a password.

    Which English words are usual zxcvbn knows; what spells two or three characters is one to it.
    """
    from zxcvbn import zxcvbn  # with its lists, which take a moment to read

    from index.text.language.sounds import count_syllables, is_spelt

    words = _LETTERS.findall(password.lower())
    own = [word for word in words if is_spelt(name, word)]
    spelt = [word for word in words if word not in own and 1 < count_syllables(word) < 4]
    # Of a word that is listed twice zxcvbn takes the last place.
    listed = list(dict.fromkeys([name.lower(), *OWN_WORDS, *own, *FOLLOWING, *spelt]))
    return int(zxcvbn(password, user_inputs=listed)["guesses"]) if password else 1


def hash_password(password: str) -> str:
    """Return what is kept of a password: argon2id with its salt, by RFC 9106's second choice."""
    with _turns:
        return str(_hasher().hash(_fold(password)))


def is_password(password: str, kept: str) -> bool:
    """Tell whether it is the password of which this was kept."""
    from argon2.exceptions import Argon2Error, InvalidHash

    if len(password) > LONGEST:
        return False
    with _turns:
        try:
            return bool(_hasher().verify(kept, _fold(password)))
        except (Argon2Error, InvalidHash):
            return False


def is_outdated(kept: str) -> bool:
    """Tell whether a password was hashed with less than is asked today."""
    return bool(_hasher().check_needs_rehash(kept))


@cache
def kept_of_nobody() -> str:
    """Return what no password is kept as: to check it takes as long as to check a real one."""
    return hash_password(secrets.token_urlsafe(32))


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # what only reads a library has no use for it
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def _fold(password: str) -> str:
    """Return a password as every keyboard writes it: full-width letters are the usual ones."""
    return unicodedata.normalize("NFKC", password)
