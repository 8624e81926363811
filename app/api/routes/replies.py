"""Replies: list, read, correct and remove them, and bring them back from the bin."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Query
from starlette.responses import JSONResponse, Response

from app.api.asked import CorrectionBody, ListQuery, ReplyId
from app.api.operations import Done, operation
from app.api.problems import Problem
from app.api.rights import Caller, Editing, Reading
from app.api.shown import answer, names, show, tag_of
from app.api.words import Words
from app.keeping.bin import BinList
from app.types import ReplyView
from app.views.listing import ReplyList
from corpus.errors import NotFound
from corpus.store.listing import Column, Order

router = APIRouter(tags=["replies"])

TAG = {
    "ETag": {
        "description": "内容的标记；有变动就不同。Another as soon as the content is.",
        "schema": {"type": "string"},
    }
}

IfNoneMatch = Annotated[
    str | None,
    Header(max_length=1000, description="已有的 ETag；没有变动时答 304。ETags at hand."),
]
IfMatch = Annotated[
    str | None,
    Header(
        max_length=1000,
        description="读到的 ETag；其后有变动时不改，答 412。The ETag that was read: what has "
        "changed since is not touched.",
    ),
]


@router.get(
    "/replies",
    **operation(
        "listReplies",
        Words("列出答复", "List replies"),
        Words(
            "一页答复；total 是符合条件的总数。",
            "A page of replies; `total` counts all that match.",
        ),
        ReplyList,
    ),
)
async def list_replies(query: Annotated[ListQuery, Query()], caller: Reading) -> Response:
    """List replies."""
    order = Order(query.sort, (query.sort is Column.DATE) != query.reverse)

    def work() -> ReplyList:
        filters = query.resolve(caller.service)
        return caller.service.list_replies(filters, query.text, query.limit, query.offset, order)

    return answer(caller, await caller.read(work))


@router.get(
    "/replies/{reply_id}",
    **operation(
        "readReply",
        Words("读一份答复", "Read a reply"),
        Words(
            "全文、字段和段落。不公开的与不存在的一样答 404。",
            "Its text, fields and passages. What you may not see is answered like what is not "
            "there: 404.",
        ),
        ReplyView,
        Done(headers=TAG),
    ),
)
async def read_reply(
    reply_id: ReplyId, caller: Reading, if_none_match: IfNoneMatch = None
) -> Response:
    """Read a reply."""
    found = _tagged(caller, await caller.read(caller.service.show, reply_id))
    if if_none_match and names(if_none_match, found.headers["etag"]):
        kept = {"ETag": found.headers["etag"], "Cache-Control": _CACHED, "Vary": "Authorization"}
        return Response(status_code=304, headers=kept)
    return found


@router.patch(
    "/replies/{reply_id}",
    **operation(
        "correctReply",
        Words("更正字段", "Correct fields"),
        Words(
            "改写字段，或撤销更正；检索和公开范围随即跟着变，改动记入经过。需要编辑的角色。",
            "Give fields other values, or take corrections back. Searches and who may see the "
            "reply follow at once; every change is kept in its history. Takes an editor.",
        ),
        ReplyView,
        Done(headers=TAG),
        problems=(412,),
    ),
)
async def correct_reply(
    reply_id: ReplyId, body: CorrectionBody, caller: Editing, if_match: IfMatch = None
) -> Response:
    """Correct fields of a reply."""

    def work() -> ReplyView:
        review = caller.service.review
        view = caller.service.show(reply_id)
        if if_match and not names(if_match, _tagged(caller, view).headers["etag"]):
            raise Problem("changed")
        corrected = {each.name for each in view.corrections}
        undone = [name for name, values in body.fields.items() if values is None]
        given = {name: values for name, values in body.fields.items() if values is not None}
        if given:
            view = review.correct(reply_id, given)
        if back := [name for name in undone if name in corrected]:
            view = review.undo(reply_id, back)
        return view

    return _tagged(caller, await caller.write(work))


@router.delete(
    "/replies/{reply_id}",
    **operation(
        "removeReply",
        Words("移除一份答复", "Remove a reply"),
        Words(
            "移到回收站，30 天内可以恢复；erase=true 彻底删除，不留痕迹。再次移除同样答 204。"
            "需要编辑的角色。",
            "Put it away; it can be brought back within 30 days. With `erase=true` nothing of it "
            "is left. Removing it again answers 204 as well. Takes an editor.",
        ),
        "",
        Done(204),
    ),
)
async def remove_reply(
    reply_id: ReplyId,
    caller: Editing,
    erase: Annotated[bool, Query(description="彻底删除。Leave nothing of it.")] = False,
) -> Response:
    """Remove a reply."""

    def work() -> None:
        service = caller.service
        try:
            if erase:
                service.remove([reply_id])
            else:
                service.bin.put_away([reply_id])
        except NotFound:
            store = service.home.store
            gone = store.removals.find(reply_id) is not None
            if not gone and not (not erase and store.bin.find([reply_id])):
                raise

    await caller.write(work)
    return Response(status_code=204)


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


_CACHED = "private, no-cache"


def _tagged(caller: Caller, view: ReplyView) -> Response:
    found = JSONResponse(show(caller, view))
    found.headers.update(
        {"ETag": tag_of(bytes(found.body)), "Cache-Control": _CACHED, "Vary": "Authorization"}
    )
    return found
