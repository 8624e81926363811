"""The command that looks whether all is well, for whoever answers the telephone."""

from __future__ import annotations

import typer

from app.cli.options import HomeOptions, spread
from app.cli.output import plain, print_json


@spread
def doctor(*, where: HomeOptions) -> None:
    """体检：程序、电脑、资料夹和设置是否正常，该怎么办；只看不改，结果里没有答复内容和密码。"""
    from app.doctor.checkup import look_over
    from app.doctor.types import State
    from app.running.installed import find_version

    checkup = look_over(where.home, find_version())
    if where.as_json:
        print_json(checkup)
    else:
        marks = {State.FINE: "✓", State.ATTENTION: "!", State.WRONG: "✗"}
        print(f"答复 Dafu {checkup.version} 体检，{checkup.at}")
        for finding in checkup.findings:
            print(f"{marks[finding.state]} {finding.name}：{plain(finding.found)}")
            if finding.remedy:
                print(f"    → {plain(finding.remedy)}")
        states = [finding.state for finding in checkup.findings]
        heeded = f"{states.count(State.ATTENTION)} 处要留意"
        if checkup.works:
            print(f"结论：可以工作，{heeded}。", flush=True)
        else:
            print(f"结论：不能工作，{states.count(State.WRONG)} 处不行，{heeded}。", flush=True)
    if not checkup.works:
        raise typer.Exit(1)
