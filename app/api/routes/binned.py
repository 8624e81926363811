"""The bin: replies that were put away, and bringing them back."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from app.api.asked import ReplyId
from app.api.operations import operation
from app.api.rights import Editing
from app.api.shown import answer
from app.api.words import Words
from app.keeping.bin import BinList
from app.types import ReplyView

router = APIRouter(tags=["replies"])


@router.get(
    "/bin",
    **operation(
        "listBin",
        Words("列出回收站", "List the bin"),
        Words("移到回收站的答复，后移的在前。", "What was put away, the last first."),
        BinList,
    ),
)
async def list_bin(caller: Editing) -> Response:
    """List what was put away."""
    return answer(caller, await caller.read(caller.service.bin.list_all))


@router.post(
    "/bin/{reply_id}/restore",
    **operation(
        "restoreReply",
        Words("恢复一份答复", "Bring a reply back"),
        Words(
            "从回收站恢复，连同更正和判断。",
            "Bring a reply back as it was, with what was corrected and judged.",
        ),
        ReplyView,
    ),
)
async def restore_reply(reply_id: ReplyId, caller: Editing) -> Response:
    """Bring a reply back."""

    def work() -> ReplyView:
        caller.service.bin.bring_back([reply_id])
        return caller.service.show(reply_id)

    return answer(caller, await caller.write(work))
