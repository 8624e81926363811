"""The commands that make and convert what search is measured on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import (
    HomeOption,
    HomeOptions,
    MeasuresOption,
    QrelsOption,
    names_in,
    spread,
)
from app.cli.output import open_console, plain, print_json, show_progress
from corpus.errors import InputError

if TYPE_CHECKING:
    from eval.making.agreement import SetAgreement


@spread
def make_testset(
    out: Annotated[
        Path,
        typer.Option("--out", metavar="文件夹", show_default=False, help="新的或空的文件夹"),
    ],
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kinds",
            metavar="种类",
            help="title（标题）、question（来信）、quotation（引文找出处）、cloze（删去的句子找出处）、"
            "heading（提问式小标题找那一节）、unanswerable（没有答案）；可多次",
            show_default="title question",
        ),
    ] = None,
    home: HomeOption = None,
) -> None:
    """由文库生成测试集（BEIR 格式），不需标注：如用标题和来信找对它的答复；并测出泄露多少。"""
    from app.home import Home
    from eval.making.made import leakage_rows
    from eval.making.queries import DEFAULT_KINDS, parse_kinds
    from eval.making.testset import make_test_set

    wanted = parse_kinds(names_in(kinds)) if kinds else DEFAULT_KINDS
    with Home.at(home) as opened:
        made = make_test_set(opened.store, out, wanted)
    counts = f"{made.documents:,} 份答复，{sum(made.queries.values()):,} 个查询"
    print(f"已生成测试集：{counts}；说明见 {plain(str(out / 'README.md'))}\n", flush=True)
    from app.cli.views.layout import print_rows

    print_rows(open_console(), leakage_rows(made))


@spread
def agreement(
    hand: Annotated[
        Path,
        typer.Argument(
            metavar="人工判断", show_default=False, help="人工判断的测试集，可以是什么同 eval run"
        ),
    ],
    made: Annotated[
        Path,
        typer.Argument(metavar="测试集", show_default=False, help="eval make-testset 生成的文件夹"),
    ],
    qrels: QrelsOption = None,
    measures: MeasuresOption = None,
    *,
    where: HomeOptions,
) -> None:
    """生成的测试集与人工判断对各种排序方式的高下，结论是否一致（肯德尔 τ）。"""
    from eval.making.agreement import SetAgreements, measure_agreement
    from eval.ranking.evaluate import RankingSetup
    from eval.sets import JudgedSource

    names = names_in(measures) or ("nDCG@10",)
    if len(names) > 1:
        raise InputError(f"一次只能比较一个指标，却有 {'、'.join(names)}")
    with where.open() as home, show_progress() as progress:
        setup = RankingSetup(home.settings.models, measures=names)
        source = JudgedSource(hand, home.folder, qrels)
        by_hand, compared = measure_agreement(source, made, setup, progress)
    if where.as_json:
        print_json(SetAgreements(names[0], by_hand, tuple(compared)))
        return
    from app.cli.views.layout import print_rows

    shown = [(by_hand, "", ""), *((a.made, _tau(a), f"{a.same}/{a.told}") for a in compared)]
    rows = [
        (each.name, f"{each.queries:,}", *(f"{mean:.4f}" for mean in each.means.values()), *rest)
        for each, *rest in shown
    ]
    console = open_console()
    print_rows(console, [("", "查询", *by_hand.means, "τ", "同序"), *rows])
    console.print(
        f"指标 {names[0]}，第一行是人工判断。τ 为 1：各种排序方式的高下完全一致。"
        "括号里：对两边的查询重复抽样得到的 95 % 区间。"
        "同序：人工判断能显著分出高下的两两之中，有多少对高下相同。",
        soft_wrap=True,
    )
    against = [f"{a.made.name}（{a.against} 对）" for a in compared if a.against]
    if against:
        console.print(f"注意：与人工判断显著相反的：{'、'.join(against)}。")


def _tau(found: SetAgreement) -> str:
    return f"{found.tau:.2f}（{found.low:.2f} 至 {found.high:.2f}）"


@spread
def convert(
    source: Annotated[
        Path, typer.Argument(metavar="文件", show_default=False, help="查询、判断或排序")
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="文件",
            show_default=False,
            help="查询 .jsonl .csv .xlsx；判断 .csv .xlsx .tsv（BEIR），其他为 TREC；排序为 TREC",
        ),
    ],
) -> None:
    """转换查询、判断（qrels）和排序（run）文件的格式。"""
    from eval.data.convert import convert as convert_file

    kind, queries = convert_file(source, out)
    print(f"已转换{kind}（{queries:,} 个查询）：{plain(str(out))}", flush=True)
