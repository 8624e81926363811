"""The commands that measure how good search is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import HomeOption, JsonOption, spread
from app.cli.output import open_console, plain, print_json, print_note, show_progress
from corpus.errors import InputError

if TYPE_CHECKING:
    from eval.comparing.comparison import Comparison

MeasuresOption = Annotated[
    list[str] | None,
    typer.Option(
        "--measures",
        metavar="指标",
        show_default=False,
        help="指标，如 'nDCG@10 AP'（可多次）",
    ),
]
QrelsOption = Annotated[
    Path | None,
    typer.Option(
        "--qrels", metavar="文件", show_default=False, help="比较 TREC 排序时用的判断（qrels）"
    ),
]
RunsArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="结果…",
        show_default=False,
        help="eval run --save 保存的结果（或 TREC 排序），第一个是基准",
    ),
]


@spread
def run(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="测试集",
            show_default=False,
            help="BEIR 格式的文件夹；或自己的查询文件（.jsonl .csv .xlsx），在文库里检索",
        ),
    ],
    qrels: Annotated[
        Path | None,
        typer.Option(
            "--qrels",
            metavar="文件",
            show_default=False,
            help="查询文件的判断，TREC 或 BEIR 格式",
        ),
    ] = None,
    split: Annotated[
        str, typer.Option("--split", metavar="名称", help="用 qrels 里的哪一份判断")
    ] = "test",
    measures: MeasuresOption = None,
    leg: Annotated[
        str,
        typer.Option(
            "--leg",
            metavar="方式",
            help="按什么排序：fused（两者融合，同检索）、lexical（只按词语）、dense（只按向量）、"
            "words（只用词的 BM25）、bigrams（只用二字的 BM25）",
        ),
    ] = "fused",
    level: Annotated[
        str | None,
        typer.Option(
            "--level",
            metavar="层次",
            show_default=False,
            help="按什么评测：reply（整份答复）、passage（段落）；默认看判断的是什么",
        ),
    ] = None,
    run_file: Annotated[
        Path | None,
        typer.Option("--run", metavar="文件", show_default=False, help="另存排序为 TREC 格式"),
    ] = None,
    saved: Annotated[
        Path | None,
        typer.Option(
            "--save",
            metavar="文件",
            show_default=False,
            help="保存设置和每个查询的指标（JSON），供 compare、gate 使用",
        ),
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """评测检索：在测试集上（在临时资料夹里建索引，不动文库），或用自己的查询在文库里。"""
    from app.settings import load_settings
    from eval.files.runs import save_run
    from eval.files.spans import Level
    from eval.ranking.evaluate import Setup, evaluate_folder, evaluate_library
    from eval.ranking.legs import Leg
    from eval.ranking.measures import DEFAULT_MEASURES
    from eval.ranking.saved import save_measured

    if leg not in tuple(Leg):
        raise InputError(f"没有 {leg!r} 这种排序依据，--leg 应是 {'、'.join(Leg)} 之一")
    if level is not None and level not in tuple(Level):
        raise InputError(f"没有 {level!r} 这种层次，--level 应是 {'、'.join(Level)} 之一")
    if source.is_dir() == (qrels is not None):
        raise InputError(
            "测试集文件夹自带判断，不用 --qrels；要选其中哪一份，用 --split"
            if qrels
            else f"没有这个文件夹：{source}（BEIR 格式的测试集）；"
            "如果是查询文件，请用 --qrels 给出判断"
        )
    settings = load_settings(home)
    names = _names(measures) or DEFAULT_MEASURES
    setup = Setup(settings.model, split, names, Leg(leg), Level(level) if level else None)
    with show_progress() as progress:
        if qrels:
            evaluation = evaluate_library(settings.home, (source, qrels), setup, progress)
        else:
            evaluation = evaluate_folder(source, setup, progress)
    if saved:
        save_measured(evaluation.measured, saved)
    if run_file:
        save_run(evaluation.run, run_file)
    for note in evaluation.notes:
        print_note(note)
    if as_json:
        print_json(evaluation.as_json())
        return
    from app.cli.tables import print_evaluation

    print_evaluation(open_console(), evaluation)


@spread
def compare(
    runs: RunsArgument,
    qrels: QrelsOption = None,
    measures: MeasuresOption = None,
    as_json: JsonOption = False,
) -> None:
    """比较几次评测：均值和 95 % 区间、显著性检验、胜负、差别最大的查询。"""
    if len(runs) < 2:
        raise InputError("至少要有两个评测结果才能比较")
    comparison = _compare(runs, qrels, measures)
    if as_json:
        print_json(comparison.as_json())
        return
    from app.cli.comparisons import print_comparison

    print_comparison(open_console(), comparison)


@spread
def gate(
    run: Annotated[
        Path,
        typer.Argument(metavar="结果", show_default=False, help="eval run --save 保存的结果"),
    ],
    baseline: Annotated[
        Path, typer.Option("--baseline", metavar="结果", show_default=False, help="作为基准的结果")
    ],
    max_drop: Annotated[
        float, typer.Option("--max-drop", min=0.0, metavar="数", help="允许指标下降多少")
    ] = 0.01,
    qrels: QrelsOption = None,
    measures: MeasuresOption = None,
    as_json: JsonOption = False,
) -> None:
    """把关：有指标比基准下降超过 --max-drop，且校正后 p < 0.05 的，以 1 退出。"""
    from eval.comparing.gate import judge

    comparison = _compare([baseline, run], qrels, measures)
    verdict = judge(comparison, max_drop)
    if as_json:
        print_json(verdict.as_json())
    else:
        from app.cli.comparisons import print_verdict

        print_verdict(open_console(), verdict)
    if not verdict.passed:
        raise typer.Exit(1)


@spread
def report(
    runs: RunsArgument,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="文件", show_default=False, help="报告存为哪个文件（.html 或 .json）"
        ),
    ],
    qrels: QrelsOption = None,
    measures: MeasuresOption = None,
) -> None:
    """把一次或几次评测写成报告：一个 HTML 文件（不需要联网），或 JSON。"""
    from eval.reports.report import save_report

    save_report(_compare(runs, qrels, measures), out)
    print(f"已保存报告：{plain(str(out))}", flush=True)


@spread
def make_testset(
    out: Annotated[
        Path,
        typer.Option("--out", metavar="文件夹", show_default=False, help="新的或空的文件夹"),
    ],
    home: HomeOption = None,
) -> None:
    """由文库生成测试集（BEIR 格式）：用事项标题和来信去找对它的答复，不需标注。"""
    from app.settings import load_settings
    from corpus.store import Store
    from eval.testsets.library import make_test_set

    with Store.open(load_settings(home).home) as store:
        made = make_test_set(store, out)
    counts = f"{made.documents} 份答复，{made.titles} 个标题，{made.questions} 个来信"
    print(f"已生成测试集：{counts}；说明见 {plain(str(out / 'README.md'))}", flush=True)


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
            help="查询 .jsonl .csv .xlsx；判断 .tsv（BEIR），其他结尾为 TREC；排序为 TREC",
        ),
    ],
) -> None:
    """转换查询、判断（qrels）和排序（run）文件的格式。"""
    from eval.files.convert import convert as convert_file

    kind, queries = convert_file(source, out)
    print(f"已转换{kind}（{queries:,} 个查询）：{plain(str(out))}", flush=True)


def _names(measures: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(name for given in measures or () for name in given.split())


def _compare(
    paths: Sequence[Path], qrels: Path | None, measures: Sequence[str] | None
) -> Comparison:
    from eval.comparing.compare import compare_runs
    from eval.files.qrels import load_qrels
    from eval.ranking.saved import load_measured

    judged = load_qrels(qrels) if qrels else None
    return compare_runs([load_measured(path, judged, _names(measures)) for path in paths])
