"""What proposals and messages ask for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.ranking.hits import Candidate, rank_either
from index.ranking.requests.find import find_requests
from index.ranking.requests.split import MOST, SHORT, split_query
from index.stores.texts import Readable
from tools.marked import Marked, Wanted
from tools.requests import measure

OPENING = (
    "尊敬的各位领导：\n　　近年来，我市老旧小区加装电梯工作持续推进，但居民在调研中反映了一些问题，"
    "群众建议很多。一是审批慢，二是资金缺。\n"
)
CLOSING = "\n　　以上建议妥否，请予答复。\n联系人：王某，联系电话：0000-0000000"


def found(text: str) -> list[str]:
    requests = find_requests(text)
    assert all(text[each.start : each.end] == each.text for each in requests)
    return [each.text for each in requests]


def test_points_within_a_paragraph_are_requests() -> None:
    text = (
        OPENING + "为此，建议：一是简化审批流程。并联办理。二是提高补贴标准；三是一楼住户给予补偿。"
    )
    points = ["简化审批流程。并联办理。", "提高补贴标准；", "一楼住户给予补偿。"]
    assert found(text + CLOSING) == points


def test_a_heading_of_its_own_begins_the_list() -> None:
    text = OPENING + "三、有关建议\n（一）增设公交站点。\n（二）延长末班车时间到22.5时。"
    assert found(text) == ["增设公交站点。", "延长末班车时间到22.5时。"]


def test_a_sentence_that_announces_requests_begins_the_list() -> None:
    text = (
        "大家问怎么办，我想提三条建议。\n第一条，先修危房。修好以后出租。\n第二条，电线埋到地下。\n"
        "我的发言完了，谢谢。"
    )
    assert found(text) == ["先修危房。修好以后出租。", "电线埋到地下。"]
    text = "我不懂政策，只有两个请求。一请您派人来看看楼；二请把我们楼列入计划。\n盼您回信。"
    assert found(text) == ["您派人来看看楼；", "把我们楼列入计划。"]


def test_sub_points_and_titles_stay_with_their_request() -> None:
    text = (
        "一、问题\n1.卡难退。\n二、建议\n1.资金存管。\n（1）设专户；\n（2）按月公布。\n"
        "2.畅通渠道。一是设热线；二是限时回复。\n三、下一步\n1.再开会。"
    )
    assert found(text) == [
        "资金存管。\n（1）设专户；\n（2）按月公布。",
        "畅通渠道。一是设热线；二是限时回复。",
    ]


def test_paragraphs_below_a_head_are_requests() -> None:
    text = (
        "建议有关部门：\n\n规定维修时限，逾期处罚。\n\n新建车位预留电缆。\n\n另外，能否设换电站。"
    )
    assert found(text) == ["规定维修时限，逾期处罚。", "新建车位预留电缆。", "能否设换电站。"]
    text = (
        "为此建议：在社区设看护点，收费公开；公布黑名单；同时对二孩家庭发放补助。另外，培训祖辈。"
    )
    assert found(text) == [
        "在社区设看护点，收费公开；",
        "公布黑名单；",
        "对二孩家庭发放补助。",
        "培训祖辈。",
    ]


def test_labels_numbers_and_bullets_of_all_kinds() -> None:
    assert found("【求解】\n降价——公开标准。\n增号——留两成号源。") == [
        "降价——公开标准。",
        "增号——留两成号源。",
    ]
    assert found("## 建议\n- 加密班次。\n- 增设站点\n  在医院门口设站。\n\n## 附议人\n张某") == [
        "加密班次。",
        "增设站点\n  在医院门口设站。",
    ]
    assert found("关于电单车的建议\n一是投放多。二是乱停。\n一要控制总量。二要划定围栏。") == [
        "控制总量。",
        "划定围栏。",
    ]
    assert found("办法 | 1.划定禁摆区。2.公布抽检结果。\n建议承办单位 | 城管局") == [
        "划定禁摆区。",
        "公布抽检结果。",
    ]
    assert found("為此，懇請：\n①改建長者中心；\n②開設書法班。") == [
        "改建長者中心；",
        "開設書法班。",
    ]


def test_what_each_problem_ends_with_is_asked() -> None:
    text = (
        "关于乡村出行的提案\n一、快递不进村。村民要跑十几里路到镇上去取件。建议整合网点。\n"
        "二、班车少。下午三点就收班了，赶集看病都不方便。建议延长末班车时间，建议增开赶集班车。"
    )
    assert found(text) == ["建议整合网点。", "建议延长末班车时间，", "建议增开赶集班车。"]


def test_sentences_suggest_and_go_on() -> None:
    text = (
        "关于修路的建议\n有居民希望封路，我们不赞成。某小学家长曾联名希望装路灯。"
        "店主说：“建议你去起诉。”去年，我们建议过改道。\n"
        "希望县里尽快抢修，并将这条路列入计划，同时在沿线设三处卖货点。再就是在村口建候车亭。"
    )
    assert found(text) == [
        "希望县里尽快抢修，",
        "并将这条路列入计划，",
        "在沿线设三处卖货点。",
        "在村口建候车亭。",
    ]


def test_a_citizen_asks_in_one_breath() -> None:
    text = (
        "领导好，我想问几个事。门口单车乱停，盲道都占了，到底归哪个部门管？能不能划个停车区？"
        "还有路灯坏了七八盏，什么时候能修？难道要出了事才管吗？谢谢！"
    )
    assert found(text) == [
        "门口单车乱停，盲道都占了，到底归哪个部门管？能不能划个停车区？",
        "路灯坏了七八盏，什么时候能修？",
    ]
    text = "我们小区水管老化水又黄又臭好几个月了能不能派人来检测一下还有楼道灯坏了归谁管啊"
    assert found(text) == [
        "我们小区水管老化水又黄又臭好几个月了能不能派人来检测一下",
        "楼道灯坏了归谁管啊",
    ]
    text = (
        "书记您好！补贴至今没有到账。希望给个准确的发放时间。另外厂门口没有灯，恳请尽快安装路灯。"
    )
    assert found(text) == ["希望给个准确的发放时间。", "厂门口没有灯，恳请尽快安装路灯。"]


def test_a_list_without_a_head_asks_where_its_points_say_what_to_do() -> None:
    text = (
        "关于支持夜校的提案\n一、情况\n（一）夜校教室不够。\n（二）老师课时费偏低。\n"
        "二、打开大门\n（一）开放中小学教室，晚上借给夜校。\n（二）由街道配一名值班员。\n"
        "三、用好人才\n（一）聘请退休教师，按课时付酬。\n（二）把授课计入志愿时长。"
    )
    assert found(text) == [
        "开放中小学教室，晚上借给夜校。",
        "由街道配一名值班员。",
        "聘请退休教师，按课时付酬。",
        "把授课计入志愿时长。",
    ]
    done = "两年来成效明显。一是加大投入，建成三所；二是完善制度，出台了办法。还要再接再厉。"
    assert found(f"关于夜校的提案\n{done}") == []


def test_letters_cells_and_paragraphs_are_lists_too() -> None:
    assert found("我们的想法：\nA. 先把桥头的灯装上；\nB. 旧灯杆换成太阳能的；") == [
        "先把桥头的灯装上；",
        "旧灯杆换成太阳能的；",
    ]
    table = "序号 | 问题 | 意见\n---|---|---\n1 | 没有书店 | 建一家书房\n2 | 车少 | 增加两班车"
    assert found(table) == ["建一家书房", "增加两班车"]
    assert found(table.replace("---|---|---\n", "").replace(" | ", "　")) == [
        "建一家书房",
        "增加两班车",
    ]
    paragraphs = [
        "加大财政投入。对消防改造给予全额补助，逐步提高护理补贴。",
        "引进专业机构。把三家养老院交给有经验的机构运营。",
        "推进医养结合。由镇卫生院派驻医生，定期巡诊。",
    ]
    assert found("关于养老院的提案\n\n普遍招不到人。\n\n" + "\n\n".join(paragraphs)) == paragraphs
    assert found("对公园的几点想法\n——场地：把旧仓库改成球馆\n——人手：招募志愿者") == [
        "场地：把旧仓库改成球馆",
        "人手：招募志愿者",
    ]
    assert found("建　议：\n加装四组高杆灯；步道设庭院灯。\n建议办理单位：文体局") == [
        "加装四组高杆灯；",
        "步道设庭院灯。",
    ]
    answers = "钱从哪里来？由县财政出一半。\n谁来管？交给村委会管理。\n坏了怎么办？设立维修基金。"
    assert found(answers) == ["由县财政出一半。", "交给村委会管理。", "设立维修基金。"]


def test_a_speech_says_what_ought_to_be() -> None:
    text = (
        "各位代表：\n首先是没有场地。我看街道应该把旧仓库腾出来，再配一名管理员。"
        "其次是没有钱，银行能不能开一个专项贷款？去年有人说应该停办，这是气话。"
        "每个社区至少要有一名懂行的顾问。"
    )
    assert found(text) == [
        "我看街道应该把旧仓库腾出来，",
        "再配一名管理员。",
        "没有钱，银行能不能开一个专项贷款？",
        "每个社区至少要有一名懂行的顾问。",
    ]


def test_a_citizen_asks_in_any_dialect_and_form() -> None:
    assert found("阿拉小区格垃圾房好勿好搬脱？夜里厢味道大得来。") == [
        "阿拉小区格垃圾房好勿好搬脱？"
    ]
    assert found("我屋头停电两天了，啥子时候来电嘛") == ["我屋头停电两天了，啥子时候来电嘛"]
    record = "市民来电称，家中水管爆裂，咨询维修电话。另反映路口井盖松动，要求更换。要求电话回复。"
    assert found(record) == [
        "市民来电称，家中水管爆裂，咨询维修电话。",
        "路口井盖松动，要求更换。",
    ]
    assert found("我去问过，人家说爱修不修，叫我等。") == []
    assert found("门口天天堵车，出不去。望有关部门重视。") == ["望有关部门重视。"]


def test_a_single_request_is_one_and_none_is_none() -> None:
    assert found(OPENING) == []
    assert found(OPENING + "为此，建议：简化审批流程。" + CLOSING) == ["简化审批流程。"]
    assert found("你好") == []
    assert found("") == []


def test_a_thank_you_within_a_request_ends_no_list() -> None:
    listed = "为此，建议：1、设感谢信箱。感谢职工。2、修路。\n感谢！"
    assert found(OPENING + listed) == ["设感谢信箱。感谢职工。", "修路。"]


def test_what_is_no_numeral_is_read_nevertheless() -> None:
    listed = "建议：\n一、修路。\n二、三二十、修桥。"
    assert found(OPENING + listed) == ["修路。", "三二十、修桥。"]


HEADS = st.sampled_from(
    ["为此，建议：", "建议如下：", "提出以下建议：\n", "诉求：", "\n三、有关建议\n", "\n具体建议\n"]
)
NUMBERS = st.sampled_from(["{han}是", "\n{digit}、", "（{digit}）", "{han}、", "（{han}）"])
POINTS = st.lists(st.text("电梯路灯公交站，0.5", max_size=30), min_size=2, max_size=10)


@given(HEADS, NUMBERS, POINTS, st.sampled_from(["", CLOSING, "\n此致\n敬礼"]))
def test_every_point_of_a_list_is_a_request(
    head: str, number: str, points: list[str], closing: str
) -> None:
    numbers = [number.format(han=han, digit=n) for n, han in enumerate("一二三四五六七八九十", 1)]
    listed = "".join(f"{n}增设{point}。" for n, point in zip(numbers, points, strict=False))
    text = OPENING + head + listed + closing
    assert found(text) == [f"增设{point}。" for point in points]
    assert split_query(text) == tuple(f"增设{point}。" for point in points[:MOST])


PIECES = st.sampled_from([
    *("建议：", "建议如下：\n", "一是", "二是", "\n1、", "\n2、", "（1）", "（2）", "\n- "),
    *("电梯", "修路。", "；", "妥否", "感谢", " ", "\n", "希望", "能不能", "？", "另外，", "**"),
    "三二十、",
])  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_requests_are_parts_of_the_text_in_order(text: str) -> None:
    place = 0
    for request in find_requests(text):
        assert place <= request.start < request.end <= len(text)
        assert request.text == text[request.start : request.end] == request.text.strip()
        place = request.end


def test_a_query_is_split_by_what_it_lists() -> None:
    short = "建议：1、装路灯。2、修路；"
    assert split_query(short.rjust(SHORT - 1, "路")) == ()
    assert split_query(short.rjust(SHORT, "路")) == ("装路灯。", "修路")
    assert split_query(OPENING + "为此，建议：简化审批流程。" + CLOSING) == ()


def test_requests_are_measured_by_where_they_are_cut() -> None:
    text = "路坏了。我们建议修路。建议种树。"
    wanted = (Wanted(0, 4, 11), Wanted(11, 11, 16), Wanted(11, 11, 26))
    count = measure([Marked("a", "hand", "proposal", text, wanted)])["hand, proposal"]
    assert (count.wanted, count.found, count.right, count.overlapping) == (3, 2, 2, 2)


def ranked(key: int, score: float, lexical: float = 0.0, asked_for: bool = False) -> Candidate:
    return Candidate(Readable(key, f"r{key}", None, "", "", ""), score, lexical, 0.5, asked_for)


def test_what_answers_two_requests_a_little_is_before_what_answers_one() -> None:
    either = rank_either([[ranked(1, 0.5), ranked(2, 0.6)], [ranked(1, 0.5, 7.0)]])
    assert [(each.passage.key, each.score) for each in either] == [(1, 0.75), (2, 0.6)]


def test_what_was_asked_for_by_its_number_stays_first() -> None:
    either = rank_either([[ranked(1, 0.2, asked_for=True)], [ranked(2, 0.9), ranked(1, 0.5, 7.0)]])
    assert [(each.passage.key, each.lexical) for each in either] == [(1, 7.0), (2, 0.0)]


def test_what_a_page_says_around_a_message_or_answers_to_it_asks_for_nothing() -> None:
    page = (
        "来信编号 20230417\n来信主题 咨询夜市何时开张  是否公开 公开\n"
        "信件类型：建议 受理单位：商务局\n"
        "来信内容：您好，滨河夜市停了半年。请问什么时候能再开？\n处理状态：已办结\n"
        "回复单位：柳安区商务局\n您好！来信收悉。夜市九月重开，希望您继续支持，请到前台登记。\n"
        "居民赵先生反映：\n我家楼下的井盖响了一夜，希望尽快换掉。\n柳安区城管局答复：\n"
        "已要求施工单位更换，建议您拨打热线。\n文章标题：咨询夜市何时开张，转载请注明\n"
    )
    assert found(page) == [
        "请问什么时候能再开？",
        "我家楼下的井盖响了一夜，希望尽快换掉。",
    ]


def test_particulars_of_a_proposal_are_no_head_of_a_list() -> None:
    text = (
        "关于给盲道清障的建议\n建议编号：2021-077\n审查意见：立案，请区城管局会同区残联办理\n"
        "建议内容：盲道被占已成常态。建议在路口装设监控，占用一次扣一分。\n承办单位：区城管局\n"
        "附议代表李某：您提出的建议收悉，现答复如下：\n一、加强巡查。\n二、请社区配合。"
    )
    assert found(text) == ["建议在路口装设监控，占用一次扣一分。"]


def test_a_request_made_before_is_told_with_what_came_of_it() -> None:
    text = (
        "关于疏浚北塘的提案\n代表们几次提案，呼吁尽快清淤，镇里也说会排期，但一直没有动工。"
        "建议县水利局今冬开工。"
    )
    assert found(text) == ["建议县水利局今冬开工。"]
    message = (
        "我曾向物业建议换门锁，但都被拒绝。听说钱早就有了，但迟迟没见行动，"
        "麻烦派人来催一催，十分感谢！"
    )
    assert found(message) == [
        "听说钱早就有了，但迟迟没见行动，麻烦派人来催一催，",
    ]


def test_questions_that_reproach_count_only_where_nothing_else_is_asked() -> None:
    reproach = "为什么别的楼都有门禁，我们楼却没有？"
    assert found(f"您好！{reproach}请问什么时候能给我们装？") == ["请问什么时候能给我们装？"]
    assert found(f"您好！{reproach}") == [reproach]


def test_a_report_tells_who_asks() -> None:
    text = (
        "沈青委员：管好共享雨伞\n沈青在提案中说，雨伞借出后三成不还。对此，她建议，由商户代管伞架，"
        "逾期按天计费。沈青还建议，在地铁口增设归还点。颜色建议用橙色，便于找到。"
    )
    assert found(text) == [
        "她建议，由商户代管伞架，逾期按天计费。",
        "沈青还建议，在地铁口增设归还点。",
        "颜色建议用橙色，便于找到。",
    ]


def test_points_behind_what_should_be_done_as_follows_are_requests() -> None:
    text = (
        "关于东街菜场的议案\n摊位拥挤，特要求区政府会同各部门办好以下事项：\n1、安排过渡摊位和水电；\n"
        "2、菜场北门改为消防通道。"
    )
    assert found(text) == ["安排过渡摊位和水电；", "菜场北门改为消防通道。"]
    problems = (
        "关于保护古井的提案\n一、问题\n井台开裂，平时应当有人看护。\n二、建议\n"
        "1、修补井台，加盖木罩。\n2、由村里请一名看井人。\n通过以上办法，让古井再用百年。"
    )
    assert found(problems) == ["修补井台，加盖木罩。", "由村里请一名看井人。"]


def test_questions_behind_a_colon_are_asked_one_by_one() -> None:
    text = "老宅要翻修。请问：瓦片坏了能换吗？手续归哪个部门办？另外门前路窄，能不能拓宽？"
    assert found(text) == ["请问：瓦片坏了能换吗？", "手续归哪个部门办？", "门前路窄，能不能拓宽？"]


def test_a_last_point_ends_a_list_of_any_length_and_a_title_asks_nothing_beside_it() -> None:
    text = (
        "市人大代表许棠：\n建议让旧书流动起来\n许棠建议：首先，在六个路口设旧书亭，由店家照看；"
        "其次，办好每月一次的换书集；最后，把存书目录放到网上，方便查找。\n"
    )
    assert found(text) == [
        "在六个路口设旧书亭，由店家照看；",
        "办好每月一次的换书集；",
        "把存书目录放到网上，方便查找。",
    ]


def test_each_message_of_a_page_is_heeded_and_quoted_ones_where_nothing_else_is_asked() -> None:
    page = (
        "网友留言：河堤边的灯什么时候装？\n网友留言：菜场后门的井盖丢了，请尽快处理。\n"
        "网友留言：谢谢环卫师傅，路面干净多了。"
    )
    assert found(page) == [
        "网友留言：河堤边的灯什么时候装？",
        "网友留言：菜场后门的井盖丢了，请尽快处理。",
    ]
    report = (
        "街坊都说桥头窄。开店的周先生说：“希望把桥栏往外挪半米。”旁边的女士则建议，装一面凸镜。"
    )
    assert found(report) == [
        "开店的周先生说：“希望把桥栏往外挪半米。",
        "旁边的女士则建议，装一面凸镜。",
    ]


def test_parts_of_a_whole_text_are_no_list() -> None:
    text = (
        "建议内容：\n一、案由\n河西村靠一口井吃水。\n二、案据\n水厂离村只有两里，村民愿意出工。\n"
        "三、方案\n建议县水务局把河西村列入今年的供水工程，铺管两里。"
    )
    assert found(text) == ["建议县水务局把河西村列入今年的供水工程，铺管两里。"]


def test_a_headline_is_no_list_and_a_speaker_may_stand_behind_a_quotation() -> None:
    report = (
        "政协委员建言：多方合力补齐“午托”短板\n“双职工家庭最愁中午。”市政协委员邵云说。\n"
        "“这件事拖不得。”邵云建议，市财政给午托班每个学位补三百元；鼓励社区食堂接单。\n"
    )
    assert found(report) == ["邵云建议，市财政给午托班每个学位补三百元；", "鼓励社区食堂接单。"]
    message = "马上过年了，工钱还没发。自习室插座太少，能多装几个就好了。"
    assert found(message) == ["自习室插座太少，能多装几个就好了。"]
    plan = "解决问题的意见建议：\n1、在城西加装快充桩十个；\n2、对占位的油车予以劝离。"
    assert found(plan) == ["在城西加装快充桩十个；", "对占位的油车予以劝离。"]


def test_a_message_asks_by_opinion_and_for_all_of_a_place() -> None:
    text = (
        "我觉得公园里应该装两台饮水机。还应该多放些垃圾桶。夜校名额太少。"
        "我们全体业主强烈要求把围挡往后退两米。不当之处，请批评指正。"
    )
    assert found(text) == [
        "我觉得公园里应该装两台饮水机。",
        "还应该多放些垃圾桶。",
        "我们全体业主强烈要求把围挡往后退两米。",
    ]


def test_proposals_one_below_the_other_each_have_their_requests() -> None:
    text = (
        "县两会提案选登\n一、关于管好共享雨伞的提案（许棠委员）\n针对雨伞借而不还的问题，建议：由商户代管伞架；"
        "逾期按天计费。\n二、关于增设母婴室的提案（邵云委员）\n针对车站没有母婴室的问题，建议：在候车厅隔出一间；"
        "配齐护理台。\n审查意见：建议由县商务局办理。"
    )
    assert found(text) == [
        "由商户代管伞架；",
        "逾期按天计费。",
        "在候车厅隔出一间；",
        "配齐护理台。",
    ]


def test_a_line_of_marks_is_no_request() -> None:
    assert found("诉求：\n修好路灯\n，\n") == ["修好路灯"]


def test_what_is_asked_with_it_behind_a_comma_is_a_request_too() -> None:
    text = (
        "村口的小桥塌了半边，我们来信再次申请区政府拨款重修。建议水利、交通部门联合查看，"
        "同时妥善安置渡船。"
    )
    assert found(text) == [
        "村口的小桥塌了半边，我们来信再次申请区政府拨款重修。",
        "建议水利、交通部门联合查看，",
        "妥善安置渡船。",
    ]
