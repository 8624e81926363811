"""Say in Chinese what went wrong where nobody foresaw it: a full disk, missing rights, a fault."""

from __future__ import annotations

import errno

_CAUSES = {
    errno.ENOSPC: "磁盘已满。请腾出空间后再试",
    errno.EDQUOT: "磁盘配额已用完。请腾出空间后再试",
    errno.EFBIG: "文件超过了系统允许的大小。请检查磁盘空间与限制后再试",
    errno.EROFS: "磁盘是只读的。请换一处，或改成可写的再试",
    errno.EACCES: "没有读写权限。请检查权限后再试",
    errno.EPERM: "没有读写权限。请检查权限后再试",
    errno.EIO: "磁盘读写出错。请检查磁盘",
    errno.EMFILE: "打开的文件太多。请关闭一些程序后再试",
}


def explain(error: Exception) -> str:
    """Return a sentence for whoever ran into this error."""
    if isinstance(error, MemoryError):
        return "内存不够。请关闭一些程序，或分几次做。"
    if isinstance(error, OSError) and error.errno in _CAUSES:
        where = f"{error.filename}：" if error.filename else ""
        return f"{where}{_CAUSES[error.errno]}。"
    return (
        f"出了没有料到的错（{type(error).__name__}）。已载入的内容不受影响；"
        "详情记在资料夹的 logs/dafu.log 里，报告问题时请附上。"
    )
