"""Calls to a Milvus server, whose errors are told in Chinese."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from corpus.errors import HomeError
from index.stores.place import Place

LOGGER = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds that a call may take; pymilvus tries again within them where the connection is lost."""

CONNECTING = 10.0
"""Seconds that connecting may take."""

_PINGS = {"grpc.keepalive_time_ms": 360_000, "grpc.keepalive_permit_without_calls": False}
"""A gRPC server ends a connection over which more than a ping in five minutes comes, unless it is
told otherwise; pymilvus sends one in ten seconds."""

NOT_FOUND = 100
"""Milvus's code of a collection that is not there."""

_REFUSED_CODES = frozenset({1400, 1401})
_UNREACHED = 2


class CollectionGone(HomeError):
    """A collection is not there: another home has just made the indexes anew."""


class Client:
    """One connection to a server; may be shared between threads."""

    def __init__(self, place: Place) -> None:
        """Connect.

        :raises HomeError: where pymilvus is not installed, or the server can't be reached.
        """
        try:
            import pymilvus
        except ImportError as error:
            raise HomeError(
                "用 Milvus 存索引要另装程序库：pip install 'dafu[milvus]'"
                f"（缺 {error.name}）。不用的话，请去掉设置 index（DAFU_INDEX）。"
            ) from error
        # It writes each error and its traceback to stderr itself.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
        self.place = place
        self.library = pymilvus
        with self._telling():
            self._client = pymilvus.MilvusClient(
                place.address, token=place.token, timeout=CONNECTING, grpc_options=_PINGS
            )

    def call(self, method: str, *given: Any, timeout: float = PATIENCE, **named: Any) -> Any:
        """Call a method of `pymilvus.MilvusClient`.

        :raises CollectionGone: where the collection is not there.
        :raises HomeError: where the server can't be reached, refuses, or takes too long.
        """
        with self._telling():
            return getattr(self._client, method)(*given, timeout=timeout, **named)

    def iter_batches(self, **named: Any) -> Iterator[list[dict[str, Any]]]:
        """Yield the batches of a query that may find any number of rows."""
        with self._telling():
            found = self._client.query_iterator(timeout=PATIENCE, **named)
            try:
                while batch := found.next():
                    yield batch
            finally:
                found.close()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        import grpc

        try:
            yield
        except (self.library.MilvusException, grpc.RpcError) as error:
            LOGGER.debug("Milvus", exc_info=error)
            raise self._told(error, grpc.StatusCode) from error

    def _told(self, error: Exception, status: Any) -> HomeError:
        where = self.place.where
        code: Any = getattr(error, "code", None)
        code = code() if callable(code) else code
        said = str(error).lower()
        if code == NOT_FOUND:
            return CollectionGone(f"Milvus {where} 里没有要用的集合了。请再试一次。")
        if self.place.is_file and type(error).__name__ == "ConnectionConfigException":
            return HomeError(
                f"Milvus Lite 的文件打不开：{where}。请检查文件夹在不在、能不能写，有没有别的程序"
                "正开着它，以及装没装 milvus-lite（pip install milvus-lite）。"
            )
        if code in (status.UNAUTHENTICATED, status.PERMISSION_DENIED) or (
            code in _REFUSED_CODES or "auth check" in said or "unauthenticated" in said
        ):
            return HomeError(
                f"Milvus {where} 不接受所给的口令，或这个用户没有权限。"
                "请检查设置 index_token（DAFU_INDEX_TOKEN），形式为 用户:密码 或 API 密钥。"
            )
        if code == status.DEADLINE_EXCEEDED or ("timeout" in said and code != _UNREACHED):
            return HomeError(
                f"Milvus {where} 在 {PATIENCE:.0f} 秒里没有答复。请看它是否太忙，稍后再试。"
            )
        if code in (_UNREACHED, status.UNAVAILABLE) or "connection" in said:
            return HomeError(
                f"连不上 Milvus {where}。请检查地址（设置 index，DAFU_INDEX）、网络，"
                "以及服务器开着没有；用 https:// 的，还要看证书。"
            )
        number = code if isinstance(code, int) else getattr(code, "name", type(error).__name__)
        return HomeError(
            f"Milvus {where} 不接受这个请求（代码 {number}）。请看服务器的日志，"
            "并确认它是 Milvus 2.5 以上、数据库（地址里 / 后的名字）已经建好。"
        )
