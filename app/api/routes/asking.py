"""Asking: passages, answers with quotes, precedents, and what covers a proposal."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from app.api.asked import CoverageBody, ProposalBody, QuestionBody, SearchBody, StreamBody
from app.api.events import MEDIA_TYPE, stream_answer
from app.api.operations import operation
from app.api.rights import AtDesk, Reading
from app.api.shown import answer
from app.api.words import Words
from app.desk.types import Coverage
from app.patience import PROPOSAL
from app.types import Answer, Precedents, SearchResult

router = APIRouter(tags=["asking"])


@router.post(
    "/search",
    **operation(
        "searchPassages",
        Words("检索段落", "Search passages"),
        Words(
            "返回最相关的段落，好的在前，各带在全文中的位置。",
            "Return the passages that match best, best first, each with its place in the reply.",
        ),
        SearchResult,
    ),
)
async def search_passages(body: SearchBody, caller: Reading) -> Response:
    """Search."""

    def work() -> SearchResult:
        filters = body.filters.resolve(caller.service)
        return caller.service.search(body.query, filters, body.k, body.exactly)

    return answer(caller, await caller.read(work))


@router.post(
    "/ask",
    **operation(
        "askQuestion",
        Words("提问", "Ask a question"),
        Words(
            "用答复的原文作答，逐字引用，注明出处；把握不够时不回答，给出最接近的段落。",
            "Answer by verbatim quotes with their sources, or abstain and show what is nearest.",
        ),
        Answer,
    ),
)
async def ask_question(body: QuestionBody, caller: Reading) -> Response:
    """Answer."""
    return answer(caller, await caller.read(find_answer, caller, body))


def find_answer(caller: Reading, body: QuestionBody) -> Answer:
    """Return the answer to what was asked."""
    filters = body.filters.resolve(caller.service)
    return caller.service.ask(body.question, filters, body.after, body.exactly)


@router.post(
    "/ask/stream",
    **operation(
        "streamAnswer",
        Words("提问，分步作答", "Ask a question, answered piece by piece"),
        Words(
            "以服务器推送事件作答：started 表示收到；每条引文一个 quote；要了 generate 的，"
            "语言模型每写一段来一个 generated，含到此为止的各句；answer 是整个回答，"
            "同 askQuestion；最后是 done。出错时以 problem 结束。不认识的事件请略过。",
            "Answer as server-sent events: `started` once it was taken in, a `quote` for each "
            "quote, with `generate` a `generated` for each step of the language model's, holding "
            "all sentences so far, `answer` with the whole as askQuestion gives it, and `done`. "
            "What fails ends with `problem`. Pass over events that you do not know.",
        ),
        MEDIA_TYPE,
    ),
)
async def ask_in_a_stream(body: StreamBody, caller: Reading) -> Response:
    """Answer piece by piece."""
    if body.generate:
        caller.service.generating.require()
    events = stream_answer(caller, lambda: find_answer(caller, body), body.generate)
    return StreamingResponse(events, media_type=MEDIA_TYPE)


@router.post(
    "/precedents",
    **operation(
        "findPrecedents",
        Words("查先例", "Find precedents"),
        Words(
            "返回答复过同类事项的答复，好的在前，各附匹配的段落。只读的令牌要有 reader_desk。",
            "Return the replies to the matters most like a proposal, best first. A reader's token "
            "may where the setting reader_desk says so.",
        ),
        Precedents,
    ),
)
async def find_precedents(body: ProposalBody, caller: AtDesk) -> Response:
    """Find precedents."""

    def work() -> Precedents:
        filters = body.filters.resolve(caller.service)
        return Precedents(caller.service.precedents(body.text, filters, body.k))

    return answer(caller, await caller.within(PROPOSAL).read(work))


@router.post(
    "/coverage",
    **operation(
        "coverProposal",
        Words("逐项对照", "Cover a proposal"),
        Words(
            "读出提案所提的各项，逐项给出以前怎样答复、哪些没有先例。谁能用，同查先例。",
            "Find what a proposal asks for and, request by request, the passages that answered "
            "the like before, or that there is no precedent. For whom findPrecedents is.",
        ),
        Coverage,
    ),
)
async def cover_proposal(body: CoverageBody, caller: AtDesk) -> Response:
    """Cover a proposal."""

    def work() -> Coverage:
        filters = body.filters.resolve(caller.service)
        return caller.service.desk.cover(body.text, body.requests, filters, body.k)

    return answer(caller, await caller.within(PROPOSAL).read(work))
