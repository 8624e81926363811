"""Loading files, and the jobs that do it."""

from __future__ import annotations

from io import SEEK_END
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import fastapi
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from app.api.given import Sent
from app.api.loading_jobs import Loading, read_mapping
from app.api.operations import Done, operation
from app.api.problems import Problem
from app.api.rights import Editing
from app.api.shown import answer
from app.api.told import LoadingJob, LoadingJobs
from app.api.words import Words
from app.desk.files import check_ending
from corpus.readers import SUFFIXES

router = APIRouter(tags=["loading"])

MOST_FILES = 100
"""Files that are sent at once."""

LARGEST_FILE = 50 << 20
"""Bytes of one file, as on the page."""

LONGEST_NAME = 200
"""Bytes of a file's name; file systems allow 255, and a number may come behind it."""

PIECE = 1 << 20

JobId = Annotated[
    str, fastapi.Path(min_length=1, max_length=64, description="任务的编号。The id of a job.")
]

LOCATION = {
    "Location": {"description": "任务的地址。Where the job is.", "schema": {"type": "string"}}
}

FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {
                            "type": "array",
                            "items": {
                                "type": "string",
                                "contentMediaType": "application/octet-stream",
                            },
                            "minItems": 1,
                            "maxItems": MOST_FILES,
                            "description": "答复的文件，各最多 50 MB。The files, of 50 MB each.",
                        },
                        "replacing": {
                            "type": "boolean",
                            "description": "替换同名的文件。Whether files of the same name are "
                            "replaced.",
                        },
                        "mapping": {
                            "type": "string",
                            "description": "表格的列对应表（JSON 对象）。Which column of a table "
                            "holds what, as a JSON object.",
                        },
                    },
                    "required": ["files"],
                    "additionalProperties": False,
                }
            }
        },
    }
}


@router.post(
    "/replies",
    openapi_extra=FORM,
    **operation(
        "loadReplies",
        Words("载入答复", "Load replies"),
        Words(
            "收下文件，交给后台读取，随即返回任务；按 Location 查看进度和结果。需要编辑的角色。",
            "Take files in and have them loaded behind the scenes: the answer is a job, whose "
            "progress and report stand at Location. Takes an editor.",
        ),
        LoadingJob,
        Done(202, LOCATION),
    ),
)
async def load_replies(request: Request, caller: Editing) -> Response:
    """Load files; the form is read only once it is known who sends it."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise _unusable("content-type", "应是 multipart/form-data", "send multipart/form-data")
    async with request.form(max_files=MOST_FILES, max_fields=10, max_part_size=PIECE) as form:
        files, (replacing, mapping) = _read_files(form), _read_fields(form)
        job = await caller.write(_loading(request).start, caller.actor, files, replacing, mapping)
    where = f"{request.scope.get('root_path', '')}/jobs/{job.id}"
    return answer(caller, job, 202, Location=where)


@router.get(
    "/jobs",
    **operation(
        "listJobs",
        Words("列出任务", "List jobs"),
        Words(
            "进行中的和最后结束的载入任务。",
            "The loads that are under way and the last to end.",
        ),
        LoadingJobs,
    ),
)
async def list_jobs(caller: Editing) -> Response:
    """List jobs."""
    return answer(caller, await run_in_threadpool(_loading(caller.request).list_all))


@router.get(
    "/jobs/{job_id}",
    **operation(
        "readJob",
        Words("查看任务", "Read a job"),
        Words(
            "进度；完成后有每个文件的结果。",
            "How far it has come, and in the end what became of each file.",
        ),
        LoadingJob,
    ),
)
async def read_job(job_id: JobId, caller: Editing) -> Response:
    """Say how far a job has come."""
    return answer(caller, await run_in_threadpool(_loading(caller.request).find, job_id))


@router.delete(
    "/jobs/{job_id}",
    **operation(
        "cancelJob",
        Words("取消任务", "Cancel a job"),
        Words(
            "停下载入；已载入的留着。结束了的任务不变。",
            "Stop loading; what was loaded stays. A job that has ended stays as it is.",
        ),
        LoadingJob,
    ),
)
async def cancel_job(job_id: JobId, caller: Editing) -> Response:
    """Cancel a job."""
    return answer(caller, await run_in_threadpool(_loading(caller.request).cancel, job_id))


def _loading(request: Request) -> Loading:
    loading: Loading = request.app.state.loading
    return loading


def _read_files(form: FormData) -> list[Sent]:
    """Return the files of a form, under their own names without any path."""
    files: list[Sent] = []
    for upload in form.getlist("files"):
        if not isinstance(upload, UploadFile):
            raise _unusable("files", "应是文件", "files are expected")
        name = _clean_name(upload.filename or "")
        check_ending(Path(name), SUFFIXES)
        upload.file.seek(0, SEEK_END)
        if upload.file.tell() > LARGEST_FILE:
            raise Problem("too-large", most=LARGEST_FILE)
        files.append((name, upload.file))
    if not files:
        raise _unusable("files", "没有文件", "there is no file")
    return files


def _clean_name(name: str) -> str:
    name = PurePosixPath(name.replace("\\", "/")).name
    if not name.isprintable() or len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        raise _unusable("files", "文件名太长或有控制字符", "a file's name cannot be used")
    return name


def _read_fields(form: FormData) -> tuple[bool, str]:
    unknown = set(form) - {"files", "replacing", "mapping"}
    replacing, mapping = form.get("replacing", "false"), form.get("mapping", "")
    if unknown:
        raise _unusable("form", "有不认识的项", "it has fields that are not known")
    if not isinstance(replacing, str) or replacing.lower() not in ("true", "false"):
        raise _unusable("replacing", "应是 true 或 false", "true or false is expected")
    if not isinstance(mapping, str):
        raise _unusable("mapping", "应是 JSON 对象", "a JSON object is expected")
    read_mapping(mapping)
    return replacing.lower() == "true", mapping


def _unusable(place: str, zh: str, en: str) -> Problem:
    return Problem(
        "unusable",
        Words(
            f"请求里有不能用的内容。{place}：{zh}。", f"Something cannot be used. {place}: {en}."
        ),
        errors=((place, Words(zh, en)),),
    )
