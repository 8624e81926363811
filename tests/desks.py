"""A small library, and proposals that it answers in part."""

from __future__ import annotations

from pathlib import Path

LETTER = """{agency}
{number}
对区政协{session}第{matter}号提案的答复
办理结果：{outcome}
公开属性：主动公开
{recipient}委员：
您提出的关于{title}的提案收悉，现答复如下：
{body}
感谢您对我们工作的关心和支持。
{agency}
{date}
"""

HOUSING, CARE = "澄江区住房和城乡建设局", "澄江区民政局"

LIFT_OLD = "老旧小区加装电梯竣工验收合格后，由区财政给予补贴，每台补贴18万元，一次性拨付。"
LIFT_NEW = "老旧小区加装电梯竣工验收合格后，由区财政给予补贴，每台补贴24万元，一次性拨付。"
PERMIT = "加装电梯实行一窗受理、并联审批，从申请到发放施工许可不超过15个工作日。"
MEALS = "全区已建成社区老年助餐点36处，70岁以上老人每餐补助4元，今年再新建助餐点8处。"

LETTERS = {
    "电梯2021.txt": LETTER.format(
        agency=HOUSING,
        number="澄住建〔2021〕11号",
        session="六届五次会议",
        matter="0045",
        outcome="列入计划拟解决",
        recipient="韩立秋",
        title="提高老旧小区加装电梯补贴标准",
        body=f"一、关于补贴标准\n{LIFT_OLD}\n二、下一步我局将继续推进加装电梯工作。",
        date="2021年5月20日",
    ),
    "电梯2023.txt": LETTER.format(
        agency=HOUSING,
        number="澄住建〔2023〕8号",
        session="七届二次会议",
        matter="0102",
        outcome="采纳或解决",
        recipient="方敏",
        title="提高老旧小区加装电梯补贴标准、简化审批",
        body=f"一、关于补贴标准\n{LIFT_NEW}\n二、关于简化审批\n{PERMIT}",
        date="2023年6月8日",
    ),
    "助餐.txt": LETTER.format(
        agency=CARE,
        number="澄民〔2022〕19号",
        session="七届一次会议",
        matter="0077",
        outcome="采纳或解决",
        recipient="顾春和",
        title="增设社区老年助餐点",
        body=f"一、关于助餐点\n{MEALS}",
        date="2022年4月2日",
    ),
}

REQUESTS = (
    "提高老旧小区加装电梯的补贴标准",
    "增设社区老年助餐点，方便老人用餐",
    "在居民楼屋顶开设直升机停机坪",
)

PROPOSAL = f"""关于改善老旧小区居住条件的提案
提案号：第0231号
提案人：林晓舟
我区不少小区建成已久，老人上下楼和吃饭都不方便。为此建议：
一、{REQUESTS[0]}。
二、{REQUESTS[1]}。
三、{REQUESTS[2]}。
"""


def write_library(folder: Path) -> Path:
    """Write the replies as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in LETTERS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
