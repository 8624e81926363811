"""What a reply promises, and until when."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.statements.promises import Promise, find_promises
from tools.promises import measures, read

DATED = "2024-05-20"
DATA = Path(__file__).parent / "data"


def told(text: str, dated: str | None = DATED) -> list[tuple[str, str | None]]:
    """Return the promises of a text as they stand in it, each with its last day."""
    return [(text[one.start : one.end], one.by) for one in find_promises(text, dated)]


def parts(text: str, promise: Promise) -> tuple[str | None, str, str | None]:
    """Return who will do what, and by when, as the text has it."""
    who, what, term = promise.who, promise.what, promise.by_text
    return (
        text[who[0] : who[1]] if who else None,
        text[what[0] : what[1]],
        text[term[0] : term[1]] if term else None,
    )


def test_who_promises_what_by_when() -> None:
    text = "经研究，县水利局计划于2025年3月底前完成白鹭渠清淤。"
    (promise,) = find_promises(text, DATED)
    assert text[promise.start : promise.end] == "县水利局计划于2025年3月底前完成白鹭渠清淤"
    assert parts(text, promise) == ("县水利局", "完成白鹭渠清淤", "2025年3月底前")
    assert promise.by == "2025-03-31"


def test_what_is_built_is_not_who_builds_it() -> None:
    text = "学校计划年底前建成图书馆。批复后我校将立即招标。2026年6月底前建成培训学校。"
    found = [parts(text, one)[:2] for one in find_promises(text, DATED)]
    assert found == [("学校", "建成图书馆"), ("我校", "立即招标"), (None, "建成培训学校")]


def test_the_sender_need_not_be_named_nor_a_term() -> None:
    text = "下一步将优化信号配时。"
    (promise,) = find_promises(text, DATED)
    assert parts(text, promise) == (None, "优化信号配时", None)


@pytest.mark.parametrize(
    "text",
    [
        "力争国庆前完成内部装修",
        "两周内，社区为该楼安装扶手",
        "到2026年，全县改造旧桥二十座",
        "待省里标准出台后，我局将制定细则",
        "我局正在起草《白鹭渠管理办法》，年内印发实施",
        "我镇已将东坝村道路纳入2025年预算",
        "我局已责令施工单位于6月15日前完成整改",
        "运营企业承诺三个月内更换旧桩",
        "我们会尽快协调供电公司增容",
        "我们会把该意见转给设计单位",
        "县里打算明年启动旧桥改造",
        "我局承诺：十个工作日内办结",
        "今后五年，全县每年清淤十公里",
        "旧桥加固9月进场，工期两个月",
        "文化馆元旦恢复开放",
        "街道负责清障，6月底前完成",
        "两部门商定，汛期过后联合排查",
        "最迟第三季度把水管接到户",
        "计划分三年改造旧桥二十座，其中2025年改造六座",
        "医保报销比例从7月起由五成提高到六成",
        "资金下达后优先安排",
        "待条件成熟，再行推广",
        "一旦达成一致，街道十日内组织拆除",
        "我局将提请县政府研究",
        "力争年底前解决群众无法就近就医的问题",
        "目标是到2026年，供水普及率达到九成五",
        "待资金到位后组织施工",
        "一旦取得许可即组织清淤",
        "我局正会同财政部门起草补助办法，力争7月底前印发",
        "水务部门将密切关注水位",
        "我站将为候车室加装两台空调",
        "民政办将为其申报救助",
        "后续将把该处列为巡查点",
        "我院将考虑延长门诊时间",
        "区供热公司已安排维修班于6月26日前清洗滤网",
        "收费所拟将月票价由八十元调至六十元",
        "我司保证不再夜间施工",
        "我县已决定自7月起提高护林员补助",
        "县渔政站正在采购巡逻艇，预计8月交付",
        "镇里先行垫资修补，7月完成",
        "今晚即进驻小区",
        "我馆从新学期起取消押金",
    ],
)
def test_promises_of_many_forms(text: str) -> None:
    assert [span for span, _ in told(text + "。")] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "截至4月底，全县已建成口袋公园十一处。",
        "该线2024年3月开通以来客流平稳。",
        "去年年底前完成的三个小区，目前均已验收。",
        "该桥已于2023年11月15日验收，12月1日正式通车。",
        "希望年内启动调研。",
        "建议由贵局牵头，将该项列入明年计划。",
        "提案人建议力争年底前建成，我们认为难以做到。",
        "物业应当在收到报修后二十四小时内到场。",
        "逾期未改的将依法处罚。",
        "若您对答复不满意，可在十日内提出，我们将重新办理。",
        "该地块业主拟于明年建设酒店。",
        "公交集团表示，将根据客流适时调整。",
        "目前暂不具备条件。",
        "新桥通车后，拥堵将得到缓解。",
        "该办法自2025年1月1日起施行。",
        "但县里未承诺补贴。",
        "反映村里将补助款留用的问题失实。",
        "所以并未将其移出名单。",
        "您可于6月下旬到窗口咨询。",
        "合同签订后，并将文本发放到户。",
        "我局将一如既往做好服务。",
        "现将有关情况答复如下：该处为市政道路。",
        "收到申请的单位可以将材料转交街道。",
        "2023年冬季清淤六万立方米，水质好转。",
        "12月29日上午，执法人员到现场核查。",
        "明年能否安排，要看财力。",
        "今年1至4月，全区新增车位三千个。",
        "其营业执照到2030年8月才到期。",
        "承包人计划今年把鱼塘改种莲藕。",
        "有意参加的农户可到村委会报名。",
        "关于第12号提案的会办意见。",
        "根据《“十四五”期间渠道整治方案》（2024年6月前有效），该渠由镇里管护。",
        "请在闸门验收后一年内，凭身份证和收据，到水利所办理。",
        "请携带申请表，于6月底前到窗口办理。",
        "如果用水计划有变化，请以2025年公告为准。",
        "农户可前往村委会，年底前领补助。",
        "每月20日前将水费存入账户即可，不必到窗口缴纳。",
        "过户并不要求双方同时到场，年底前凭证即可办理。",
        "每年11月至次年3月为枯水期，渠首实行封闭管理。",
        "夏季检修一般安排在每年5月至9月，检修期间停止供水。",
        "转移申请定于每年4月1日前。",
        "近日，经工作人员实地走访，发现渠水已清。",
        "《纲要》明确，到2035年基本建成节水型社会。",
        "国家发展改革委提出，到2025年用水量要下降一成。",
        "按照国务院要求，各地要在2025年6月底前完成清查。",
        "依据民法典由业主共同决定，我办不便干预。",
        "该处施工会给居民带来不便。",
        "交通运输部将于近期修订该办法，我局无权改动。",
        "6月上旬将有强降雨，请您收好晾晒物。",
        "我们会认真对待每一条留言。",
        "我局将深入贯彻落实上级精神。",
        "关于在年底前建成滨河步道的建议。",
        "网传“年底前全部拆除”的说法不实。",
        "对上规模的农场，县财政将按照面积分三档给予奖励。",
        "食堂每次月考后都将召开座谈会。",
        "入夏后确有异味。",
        "据其介绍将于2025年通车。",
        "若本月仍未移走，请再联系我们。",
        "用水量将降低10%左右。",
    ],
)
def test_what_is_no_promise(text: str) -> None:
    assert told(text) == []


def test_clauses_with_days_of_their_own_are_promises_of_their_own() -> None:
    assert told("目前用地已报批，9月份招标，2025年底前建成启用。") == [
        ("9月份招标", "2024-09-30"),
        ("2025年底前建成启用", "2025-12-31"),
    ]


def test_a_term_behind_belongs_to_what_it_ends() -> None:
    assert told("我局将对沿渠枯树逐株补植，今年11月底前完成。") == [
        ("我局将对沿渠枯树逐株补植，今年11月底前完成", "2024-11-30")
    ]


def test_who_asks_for_something_may_promise_behind_it() -> None:
    assert told("请您提供门牌号，我局将在三日内换表。") == [("我局将在三日内换表", "2024-05-23")]
    assert told("请拨打热线报修，预计两天内修复。") == [("预计两天内修复", "2024-05-22")]


def test_what_comes_again_and_again_is_promised_where_plans_stand() -> None:
    text = "三、下一步工作\n1. 2024年底前清淤两处。\n2. 每年4月和11月集中清淤。"
    (_, again) = find_promises(text, DATED)
    assert parts(text, again) == (None, "集中清淤", "每年4月和11月")
    assert again.by is None
    assert told("我局将于每年3月开展清淤。") == [("我局将于每年3月开展清淤", None)]


def test_what_follows_a_promise_behind_a_semicolon_is_one() -> None:
    assert told("2024年计划新建车场两处；在医院周边试行预约停车。") == [
        ("2024年计划新建车场两处", "2024-12-31"),
        ("在医院周边试行预约停车", None),
    ]


def test_below_a_heading_of_plans_nothing_needs_to_say_when() -> None:
    text = """一、清淤情况
加强巡查是关键。
二、下一步工作打算
（一）加强渠道巡查。每日两次。
（二）推动泵站建设。
三、其他情况
开展宣传两次。"""
    assert told(text) == [("加强渠道巡查", None), ("推动泵站建设", None)]


def test_what_is_listed_behind_an_announcement_is_promised() -> None:
    text = "下一步，我局将做好以下工作：\n一是加强监管。二是推动改造。\n开展检查三次。"
    assert [span for span, _ in told(text)] == ["我局将做好以下工作", "加强监管", "推动改造"]


def test_without_a_date_a_term_alone_promises_nothing() -> None:
    text = "2022年县里印发方案，4月下发提醒。我局将于2023年底前更换闸门。"
    assert told(text, None) == [("我局将于2023年底前更换闸门", "2023-12-31")]


def test_only_what_the_office_says_is_read_where_that_is_known() -> None:
    text = "我局将检修水泵。我局将更换阀门。"
    half = len(text) // 2
    found = find_promises(text, DATED, [(half, len(text))])
    assert [text[one.start : one.end] for one in found] == ["我局将更换阀门"]


@pytest.mark.parametrize(
    ("half", "precision", "recall"), [("open", 0.97, 0.92), ("kept", 0.82, 0.90)]
)
def test_promises_of_a_hand_of_its_own_are_found(
    half: str, precision: float, recall: float
) -> None:
    readings = list(read(DATA / f"promises-{half}.jsonl"))
    right = sum(len(one.pairs) for one in readings)
    assert right >= precision * sum(len(one.found) for one in readings)
    assert right >= recall * sum(len(one.row["promises"]) for one in readings)
    assert sum(one.dates_right for one in readings) == right


def test_the_measure_counts_spans_and_days(tmp_path: Path) -> None:
    kept = {"start": 0, "end": 14, "by": "2024-12-31", "who": "我局"}
    rows = [
        {"text": "我局将于年底前更换全部阀门。", "dated": DATED, "promises": [kept]},
        {"text": "我局将检修水泵。", "dated": DATED, "promises": []},
    ]
    path = tmp_path / "promises.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert measures(read(path)) == {
        "promises: precision": "0.500 (1 of 2)",
        "promises: recall": "1.000 (1 of 1)",
        "dates right, of those found": "1.000 (1 of 1)",
        "who right": "1.000 (1 of 1)",
        "sentences: precision": "0.500 (1 of 2)",
        "sentences: recall": "1.000 (1 of 1)",
    }


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("但区委政法委将推动此事", "区委政法委"),
        ("由园林处于国庆前更换栏杆", "园林处"),
        ("水利站拟于11月10日前补装护栏", "水利站"),
        ("街道民政科将于10月补发津贴", "街道民政科"),
        ("处理意见我局将尽快公布", "我局"),
        ("我局已要求施工队于6月底前清场", "施工队"),
        ("我局将要求施工队于6月底前清场", "我局"),
        ("车站预计明年6月启用", None),
        ("拟新建养老服务中心6个", None),
    ],
)
def test_who_is_named_with_all_of_the_name_and_nothing_else(text: str, who: str | None) -> None:
    (promise,) = find_promises(f"{text}。", DATED)
    assert parts(text, promise)[0] == who


def test_who_announces_a_list_does_what_is_listed() -> None:
    text = "我局将抓好三件事：一是修订方案；二是布设网点；三是年底前组织演练。"
    found = [(text[one.start : one.end], parts(text, one)[0]) for one in find_promises(text, DATED)]
    assert found == [("修订方案", "我局"), ("布设网点", "我局"), ("年底前组织演练", "我局")]


def test_who_turns_to_another_deed_promises_once_more() -> None:
    assert told("水利局将疏浚河道，随后由城管局补种树木。") == [
        ("水利局将疏浚河道", None),
        ("随后由城管局补种树木", None),
    ]
    assert told("我站将于本月内换线，同时考虑加焊防盗罩。") == [
        ("我站将于本月内换线", "2024-05-31"),
        ("考虑加焊防盗罩", None),
    ]
    assert told("民政办将为其申报救助，一个月内上门送达结果。") == [
        ("民政办将为其申报救助", None),
        ("一个月内上门送达结果", "2024-06-20"),
    ]


@pytest.mark.parametrize(
    ("hand", "precision", "recall", "dates", "who"),
    [
        ("a", 0.92, 0.95, 0.88, 0.93),
        ("b", 0.95, 0.89, 0.93, 0.96),
        ("sealed", 0.83, 0.92, 0.98, 0.93),
    ],
)
def test_promises_of_further_hands_are_found(
    hand: str, precision: float, recall: float, dates: float, who: float
) -> None:
    readings = list(read(DATA / f"promises-{hand}.jsonl"))
    right = sum(len(one.pairs) for one in readings)
    assert right >= precision * sum(len(one.found) for one in readings)
    assert right >= recall * sum(len(one.row["promises"]) for one in readings)
    assert sum(one.dates_right for one in readings) >= dates * right
    assert sum(one.who_right for one in readings) >= who * right


def test_what_waits_for_something_is_promised_however_it_goes_on() -> None:
    awaited = "待汛期结束后，由村里组织人手清理沟渠"
    assert told(f"{awaited}。") == [(awaited, None)]
    assert told("待新站启用后，将及时在站牌上公布班次。") == [
        ("待新站启用后，将及时在站牌上公布班次", None)
    ]
    assert told("待展馆开馆后，若客流仍多，我局将加开专线。")[-1] == ("我局将加开专线", None)


def test_what_firms_and_owners_do_on_their_own_is_no_promise() -> None:
    assert told("业委会表示近期要自行组织换届，街道不作干预。") == []
    assert told("村民自筹资金翻修戏台，计划中秋节前完工，不属于政府投资。") == []
    assert told("据小区开发商介绍，二期会所拟于2026年交付。") == []
    assert told("该企业已停工，拟搬迁至镇外。") == []
    assert told("区教育局表示，新校舍今年9月投入使用。") == [
        ("新校舍今年9月投入使用", "2024-09-30")
    ]


def test_plans_that_are_under_study_or_drawn_up_are_promises() -> None:
    assert told("镇里已规划重新铺设一条供水干管。") == [("镇里已规划重新铺设一条供水干管", None)]
    assert told("市水利局谋划实施东河治理工程。") == [("市水利局谋划实施东河治理工程", None)]
    studied = "市图书馆正在研究延长夜间开馆，拟于四季度公布实施"
    assert told(f"{studied}。") == [(studied, "2024-12-31")]
    assert told("我们这周五之前给您换上新的井盖。") == [
        ("我们这周五之前给您换上新的井盖", "2024-05-24")
    ]
    assert told("在“十四五”期间未争取到该线路。") == []
    assert told("我们将积极向市里上报，尽力争取项目。") == [
        ("我们将积极向市里上报，尽力争取项目", None)
    ]


def test_what_is_put_off_is_no_promise() -> None:
    assert told("居民会议决定，暂缓加装雨棚。") == []
    assert told("社区表示会加大清扫频次。") == [("社区表示会加大清扫频次", None)]


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("8月11日，大同市杏儿沟煤矿瓦斯爆炸事故造成43人死亡。", "2004-01-16"),
        ("9月2日，青石桥发生一起追尾事故。", "2024-08-20"),
        ("您儿子到今年8月31日未满6周岁。", "2018-08-30"),
        ("2016年镇政府下拨经费是4万元，而不是网友所反映的8万元。", "2016-09-09"),
        ("2017年白内障定点医院为市爱尔眼科医院。", "2017-03-15"),
        ("该酒吧按我局的要求于12月12日进行了停业整改。", "2019-12-04"),
        ("片区小学学位将在2026年达到高峰。", DATED),
        ("加装电梯并不要求全体业主一致同意，只要达到法定比例即可启动。", DATED),
        ("由于高三学生要求暑假能在学校自习，教室开放过。", "2018-06-13"),
        ("受春运和春节期间拆迁腾地的影响，该路仍未开工。", "2016-01-07"),
        ("2024年招生安排\n一、招生对象", "2023-12-23"),
        ("2027年元月16日", "2026-12-20"),
        ("三、下一步工作\n1.对个人混投拒不改正的，依法处50元以上200元以下罚款。", DATED),
    ],
)
def test_what_only_tells_causes_and_titles_are_no_promises(text: str, dated: str) -> None:
    assert told(text, dated) == []


@pytest.mark.parametrize(
    "text",
    [
        "确保2025年底前不发生内涝",
        "明年重点是推进东片改造",
        "2025年为老人安装扶手60户",
        "双方约定了6月底前完成交接",
        "根据计划，该路明年6月通车",
        "因雨水较多，预计明年3月完工",
        "自2024年7月1日起收费标准调整为每吨2元",
        "我局将拆除1998年建成的危房",
        "2025年底前，对辖区内的老旧电梯，逐台更换",
        "6月底前修复被破坏的绿化带",
        "年底前对发生过事故的路口全部安装信号灯",
        "6月底前完成因施工造成的破损路面修复",
        "年底前完成主次干道尤其是学校周边道路的修补",
        "年底前对全区管网特别是主城区管网进行改造",
        "6月底前对属于危房的房屋全部拆除",
    ],
)
def test_what_looks_like_telling_may_be_promised(text: str) -> None:
    assert [text.endswith(span) for span, _ in told(f"{text}。")] == [True]


def test_for_whom_something_is_done_belongs_to_the_promise() -> None:
    text = "三、下一步工作\n1.对连续两个季度末位的小区，由街镇约谈物业企业。"
    assert told(text) == [("对连续两个季度末位的小区，由街镇约谈物业企业", None)]


@pytest.mark.parametrize(
    "text",
    [
        "工程预计5月10日开工，9月30日竣工。",
        "我局将确保该项目在9月30日全部完工。",
        "项目计划4月开工，力争主体工程9月30日完工。",
    ],
)
def test_a_day_of_what_is_planned_lies_ahead(text: str) -> None:
    assert told(text, "2024-05-01")[-1][1] == "2024-09-30"
