"""How a clause speaks of what is to be done: whether its writer undertakes it."""

from __future__ import annotations

import re
from enum import StrEnum

from corpus.statements.doing import DOES, MANNER


class Intent(StrEnum):
    """What a clause is, but for a promise."""

    DONE = "done"
    WISH = "wish"
    RULE = "rule"
    OTHERS = "others"
    REFUSAL = "refusal"
    FORMULA = "formula"
    OFFER = "offer"  # what somebody who isn't content may do
    FORECAST = "forecast"  # what comes of itself
    ADVICE = "advice"  # what whoever reads it is told to do


_DOES = (
    rf"(?:{DOES}|{MANNER}(?:建成|明确|调[研查]|发展|提[出高]|开始|设计|新[建增开设购]"
    r"|[写转布投列纳竣启召施邀报研探交切作做形努力争跟联牵回告反沟衔坚围利根结请要达本](?![\u4e00-\u9fff]{0,1}[的期者])[\u4e00-\u9fff]))"
)
_DOING = re.compile(rf"[再就还也]{{0,2}}(?:由|把|对|在|向)?{_DOES}|[由把]|[修建装改拆换办]$")
_WILL = (
    rf"将(?:[于会把先另视]|[对与向在从由按依据就为通用结](?!\w{{0,6}}的)|{_DOES})"
    r"|将(?=安排|考虑|实[施行]|进行|试行|成立|承担|筹|委托(?!书)|依托|参[照与]|围绕|聚焦|全力|提[起请交供]|前往|派|面向|上[门线调报]|入户(?!费)|逐|定期|陆续|及时|尽快|适时|第一时间|进一步|继续)"
    r"|(?<=[们局委办厅部镇乡县区市省院校队处所会府道社站心门还也均都])将"
    r"(?!近|军|来|其|信|心|才|帅|此|该|原|您|你|这|本|上述|有关|所有|全部|相关|\d|第|[A-Z])"
)
"""将 of what will be, and not as 把: before a word of doing, or behind an office."""

MARKER = re.compile(
    rf"(?<![即便现兹可以须需应请责确求已要把后何能])(?:{_WILL})"
    r"|(?<![比模虚])拟(?![定订处人化录聘任]|[^，]{1,5}的)(?:于|在)?"
    r"|(?<![的入为原])计划(?=[于在今明本从自年上下]|到?20|\d)于?"
    r"|(?<![的入为度划作设资造施展程育学应月工让动行目原产总生])计划(?=到|赶|用|利用|投|为(?!依|准)|向|与|从|试|"
    r"[一二三四五六七八九十新再改扩续购引开启完建组安举对将把通实推先分逐每增同选优出施征打全])"
    r"|(?<!尽)力[争求]|争取(?=[在于到把将年今明上下用半\d一二两三四五六七八九十]|早日|尽|列入|纳入|完成|实现|建成|达到)"
    rf"|谋划(?={_DOES})|已(?:规划|计划)(?=重新|新建|在|{_DOES})"
    r"|预计|预期|定于(?!每)|[暂初]定|(?<!每[日天周月].{4})最[迟晚快]|不[晚迟]于|择[日机期]|(?:放|定|安排|排)[在到](?=(?!每)[^，]{1,12}[前后月日春夏秋冬周])"
    r"|(?<=[局委门队会司所办府道镇区村处院])表示(?=[一二两三四五六七八九十\d半年月今明尽本下将会])|打算|有望"
    r"|(?<=[们方司])保证|保证(?=[于在今明本下\d一二三]|[^，]{0,10}前)|明确(?=[在将于])"
    rf"|准备(?=[于在今明本对把用开年下单]|{_DOES})"
    r"|(?<=[们局委办院校站所队司社区])愿意?(?=[\u4e00-\u9fff])|(?<=[局们办镇道位司队院校站处所])会(?![议同计员长展审商签])"
    r"|(?:我[\u4e00-\u9fff]{1,3}|们|街道|社区|政府|[局委镇办])将"
    rf"|(?:^|(?<=[们道府区心村构员也还就将必期续后]))会(?![办议计商签同员诊展费])(?=[把将对安派为]|{_DOES})"
    r"|(?<![未不没的有])承诺(?!书|制|函|时限|期限|人|的|件|$)|答应"
    r"|同意(?!提案|您|你|所提|该|这|贵|上述|意见)(?=[于在将\d一二三]|尽快)"
    r"|(?<![须需有])待(?!遇|定|办|业|岗|机|命|见|业|在)(?=.{2,24}(?:[后时再即]))"
    r"|确保(?=[^，]{0,10}(?:前(?![提期后往来])|年内|月内|底))"
)
"""What makes a clause a promise where nothing speaks against it."""
_SOON = re.compile(r"尽快|尽早|抓紧|适时|近期|马上|随后")
_AHEAD = re.compile(r"下一?[步轮批次]|下阶段|下一阶段|接下来|今后|后续")
LONGEST_HEADING = 40
_PLANS = re.compile(
    r"(?:下一?步|下阶段|今后)的?(?:主要|重点)?(?:工作|打算|计划|措施|举措|思路|安排|考虑)"
    r"[^，。；将会]{0,10}[：:]?$"
)
_ACTS = re.compile(
    r"(?:(?:下一?步|今后|接下来|下阶段)(?!如|若))?(?:我们|[\u4e00-\u9fff]{0,8}?[局委办镇乡县区市](?!的|里|内))?"
    rf"(?:在.{{2,20}})?(?:重点|还要?|要)?{_DOES}"
)
"""How clauses begin that say who acts, or what is done, and nothing of when."""
_LABEL = re.compile(r"联系(?:人|地址|电话|方式|单位)|邮政编码|办理结果")
_DONE = re.compile(
    r"每[次逢年月周天日][^，]{0,10}[都均]|^经过|^经(?:查|核|调查|了解|走访|入户|现场)[^，将拟]*$|尚未|暂未|还没有?(?!到位)|(?<!尚)未(?:能|获|争取|被|对|开放|按|予|见|发现)|(?<![人天英口])才(?![能可])|早期|当初|(?<!公)共(?:有|计|投|查|开)|[数率额量价]为|参加(?:人|学生|群众)|收悉|"
    r"(?<!不)已(?!有居民|规划|计划|[^，对向将为就按]{1,3}的)|曾|截至|截止|以来|去年|前期(?=已|，|$|我|由)|此前|[今近]年来|历年|目前[^将拟]{0,12}(?:正在|为|有)"
    r"|(?<![就便]能)(?<!就)[^，就便]了(?!解)|刚刚|均为"
)
_CHANGED = re.compile(r"[从由].{1,14}(?:增加|提高|上升|降低|压缩|下降)[到至]")
_LISTED = re.compile(
    r"(?:列入|纳入|列为|上报(?!审)|写入|编入|列进|排[入进])[^，]{0,12}?(?:20\d\d年|[今明本]年|下一?年)度?[^，]{0,20}"
    r"(?:计划|工程|项目|预算|实事|清单|安排|方案|$)"
)
_ORDERED = re.compile(
    r"安排|联系|决定|责令|责成|(?<!的)要求|督促|约定|商定|协调(?!会)|明确|承诺|答应|敦促|通知(?!书)|敲定|确定"
)
_ADVICE = re.compile(
    r"(?<![申邀聘提报敦商恳敬将会再拟并])请(?![示求愿专])(?!.{0,3}(?:等|理解|放心|谅解|监督|关注|支持|原谅|包涵))"
    r"|(?<![才即就均都预便不])可(?:前往|持|凭|拨打|登[录陆]|自[行愿]|向.{1,12}(?:申[请报]|反映|咨询|提[出交]|投诉|举报|查询))"
    r"|即可(?:$|办理|领取|申[请报]|享受|报名|结算)"
)
"""What somebody else is to do, or may: 请携带…办理, 可前往…, 提交…即可."""
_WISH = re.compile(
    r"(?:希望|恳请|敬请|恳切|盼望(?![^，]{0,10}的)|呼吁|期盼|提请)|^提案人|^请(?![示求愿专])|请(?=您|你|贵|各|有关|关注|提|及时|拨|相关|予|参|耐心)(?!.{0,3}(?:放心|理解|谅解|监督))"
    r"|(?:(?<=^)|(?<=[是会我您们局委人])|^)(?:建议|提议)(?!的|，|中|“|》|收|和|人|案|、|后|。)"
    r"|诉求[是为]|要求(?=政府|贵|我局|我委)"
)
_RULE = re.compile(
    r"[您你]可|各[地级省市县区单部][^，]{0,6}(?:(?<![主重需必只])要(?![求点])|应(?!急)|须)|应当|应(?=[在于由及当按向])|必须|须(?=[在于由经向])|不得|严禁|禁止|未经|逾期|凡是?|的，?(?:将|由|可)?依法"
    r"|的将|视为|可以(?!看)|施行|生效"
    r"|有效期|有效至|到期|合同(?:约定|规定)|届满|报名|报考|申领|领取|发证|受理后|止$|为准|[则才]需|处以(?![内上下外])|给予.{0,8}处罚|按[^，]{1,36}(?:给予|予以|发放|享受)[^，]{0,8}(?:补[助贴]|奖[励补]|待遇|减免)"
)
_SOFT_RULE = re.compile(r"可以|施行|生效|报名|领取|受理后")
_EXPECTS = re.compile(r"预计|计划|力争|有望")
_REFUSAL = re.compile(
    r"(?:并未|未将|[失不]实|属实(?![行施现])|暂[不缓]|不予|暂无|无权|无法|不宜|难以|不能|不具备|尚不|(?<!承诺)(?<!保证)不再|不作|不属于|不符合|不建议|没有.{0,6}计划"
    r"|再(?:作|行|做)(?:决定|研究|考虑|商议)|原计划|没有依据|不要求|(?<![现到])[无不][需须必]|留作|研究后再|能否|何时能)(?![^，]{0,14}的)"
)
_FORMULA = re.compile(
    r"一如既往|(?:认真|虚心)[^，]{0,4}(?:对待|听取|吸[取纳收])|尽[^，]{0,3}(?:努力|全力|能力)[^，]{0,12}工作|努力(?:改进|提[高升])[^，]{0,8}(?:作风|服务|水平)|关于[^，]+的(?:建议|提案|议案)$|贯彻[^，]{0,12}(?:精神|要求|部署|理念)|牢固树立|始终坚持|工作做[得好细实]|^望|也不例外|[回答]复如下|(?:通知|公告|[数况排单准果])如下|如有.{0,4}情况|再接再厉|不负|感谢|竭诚|热忱|欢迎|敬请|谅解|造成.{0,6}不便|这样做|为您(?:详细)?(?:解答|服务)"
)
_UNDERTAKES = re.compile(r"将|拟|(?:[我们局委办府镇道]|^|也|还)会")
"""Who will ask others undertakes to: 我局将提请…."""
_QUOTES = re.compile(
    r"(?:^□+|国家|国务院|中央|上级|省[\u4e00-\u9fff]{0,10}|规划|纲要|文件)[\u4e00-\u9fff]{0,12}"
    r"(?:提出|明确|要求|规定|指出|强调)(?:$|[，到在：])"
)
"""What a plan or a higher authority says, which is no promise of who tells of it."""
_OBJECTION = re.compile(r"(?:若|如|如果)(?:您|你|对|有).{0,12}(?:满意|疑问|异议)")
_PRIVATE = re.compile(
    r"(?<![为对向让给与和同助织请谈])"
    r"(?:业主|开发商|企业|公司|集团|投资方"
    r"|建设方|运营[方商]|房东|商户|商家|居民(?!区|小区|楼|点)|群众|村民|网友|车主|家长|申请人|用人单位|平台"
    r"|业委会|投资人|购房人|债权人|管理人|原告|法院|承包人|股东|投资者|租户|摊主|店主|负责人称)"
    r"(?!(?:[反关提集期要][\u4e00-\u9fff])?[^，]{0,6}的)"
)
_PUBLIC = re.compile(
    r"(?:公交|[水电气热力暖][力务网]?|(?<!国)铁|来水|城[投建]|[交建国文旅]投|轨道|客运|路桥|高速|环卫|市政|园林|机场|港[口务]|电信|移动|联通|铁塔|通信)"
    r"(?:发展|建设|运营)?(?:有限|股份)?(?:公司|集团)|我公司|^(?:公司|集团)(?!负责人|表示|称|[^，]{0,6}的)"
)
"""Firms that serve the public, and answer for it as offices do."""
_ABOVE = re.compile(
    r"(?:联合国|全国人大|国务院(?!办公厅)|中央|国家(?!级)|省里|上级|(?:教育|科技|科学技术|工信|工业和信息化|公安|民政|司法|财政|人社|人力资源和?社会保障|自然资源"
    r"|国土资源|生态环境|环境保护|住建|住房和?城乡建设|交通运输|水利|农业农?村?|商务|文化和旅游|文旅|应急管理|退役军人事务)部(?!门))"
    r"[^，我]{0,14}?(?:将|拟|计划|正|预计)"
)
"""What the state's ministries will do."""
_FORECAST = re.compile(
    r"将(?:有(?!关|针|序|计划|效|力|条|组织|所|步骤|限|偿|机)|出现|遭遇|突破|超过)|[率例额量入出]将(?:降低|下降|提高|上升|增[长加])\d|人口将|(?:达到?|迎来)[^，]{0,4}(?:高峰|峰值)"
)
_FIRM = re.compile(
    r"(?:(?:该|此|涉事)公司|(?:该|此|涉事)?(?:企业|开发商|商[户家]|店[主铺]?|投资方|建设方))(?![^，]{0,6}的)"
)
_ON_THEIR_OWN = re.compile(
    r"^据[其该][^，]{0,6}介绍|自筹|自发|自行(?:组织|安排|出资|投票|解决|改造|建设)|(?:开发商|企业|业主|公司|业委会)介绍$"
)
"""How others do what no authority has a part in."""
_UNDERTAKEN = re.compile(
    r"承诺|答应|同意|保证|明确|责令|督促|要求|协调|组织|指导|敦促|约定|会同|联合|与"
)
_EFFECT = re.compile(
    r"^届时|率[将会]|[将会]?[极容]易|引发|会(?:下?降|好转|缓解|减少|有所|增加(?!.{0,6}[次频]))|会.{0,12}(?:带来|造成|导致|产生)|预计(?:可|能|将)?(?:覆盖|增加|新增|容纳|服务|惠及|缓解|带动|满足)|"
    r"预计[^，]{0,10}(?:流量|人数|数量|[率额])|将[^，]{0,16}(?:得到|有所|迎来|更加)|"
    r"(?:建成|投用|完工|实施|开放|通车|改造|投入使用|运营|落成|完成|出台|通过)后"
    r"|将会?(?:有效|极大|大大|显著|明显|有力|有利|有助|导致|造成|影响|产生|面临|带来|成为|是|被|受到|使|为(?![您其他她]|居民|群众|老人|学生|患者|[^，]{0,20}(?:配|安|建|[加增开][设装盖固配]|设[置立]|提供|办|购|补|换|申)))"
)
_OFFICE = re.compile(
    r"我[局委办厅部镇县区市乡省院校队处们所]|我们|街道|本[局委办镇]|[\u4e00-\u9fff]{1,14}(?:局|(?<!业)委|政府|专班|支队|大队|镇|街道|社区|财政|厅)(?=将|拟|计划|已|会|于|在|把|力争|可|组织|负责|牵头|[一二两三十\d])"
    r"|^(?:经(?:研究|核实|协商|了解|与|查|现场)|目前|下一?步)"
)


def speaks_office(clause: str) -> bool:
    """Tell whether the clause names an authority as who speaks or acts, or begins anew."""
    return bool(_OFFICE.search(clause))


def heads_plans(line: str) -> bool:
    """Tell whether a heading says that plans stand below it: 三、下一步工作打算."""
    return bool(_PLANS.search(line[:LONGEST_HEADING]))


def acts(clause: str) -> bool:
    """Tell whether the clause begins with who acts, or with what is done."""
    return _ACTS.match(clause) is not None and not _LABEL.match(clause)


def looks_ahead(clause: str) -> bool:
    """Tell whether the clause says of what follows that it lies ahead: 下一步, 今后."""
    return bool(_AHEAD.search(clause))


def against(clause: str, before: str) -> Intent | None:
    """Return what the clause is if it cannot be a promise; `before` stands before what marks it."""
    if _OBJECTION.search(clause):
        return Intent.OFFER
    if _FORMULA.search(clause):
        return Intent.FORMULA
    advice = _ADVICE.search(clause)
    if advice and not speaks_office(clause[: advice.start()]):
        return Intent.ADVICE
    wish = _WISH.search(clause)
    if wish and not _UNDERTAKES.search(clause, 0, wish.start()):
        return Intent.WISH
    if _REFUSAL.search(clause):
        return Intent.REFUSAL
    if on_their_own(clause):
        return Intent.OTHERS
    rule = _RULE.search(clause)
    soft = rule and _SOFT_RULE.fullmatch(rule[0])
    if rule and not (soft and (speaks_office(clause) or _EXPECTS.match(clause))):
        return Intent.RULE
    if quotes(before) or _ABOVE.match(clause):
        return Intent.OTHERS
    if _FORECAST.search(clause):
        return Intent.FORECAST
    if (
        _PRIVATE.search(_PUBLIC.sub("", before))
        and not _UNDERTAKEN.search(clause)
        and not speaks_office(before)
    ):
        return Intent.OTHERS
    return None


def of_firm(clause: str) -> bool:
    """Tell whether the clause tells of a firm, without saying that it undertook anything."""
    return bool(_FIRM.match(clause)) and not _UNDERTAKEN.search(clause)


def quotes(clause: str) -> bool:
    """Tell whether the clause begins what a plan or a higher authority says: 国务院要求，…."""
    return bool(_QUOTES.search(clause)) and not speaks_office(clause)


def on_their_own(clause: str) -> bool:
    """Tell whether the clause says that others do something themselves, or tells by them."""
    return bool(_ON_THEIR_OWN.search(clause)) and not speaks_office(clause)


def is_done(clause: str) -> bool:
    """Tell whether the clause says what was done, and no more."""
    return bool(_DONE.search(clause)) and not _LISTED.search(clause)


def is_changed(clause: str) -> bool:
    """Tell whether the clause says from what to what something changed, or will."""
    return bool(_CHANGED.search(clause))


def is_listed(clause: str) -> bool:
    """Tell whether something was put down for a year to come: 列入2025年计划."""
    return bool(_LISTED.search(clause))


def is_ordered(clause: str) -> bool:
    """Tell whether the clause says that somebody was told, or has undertaken, to do it."""
    return bool(_ORDERED.search(clause))


def is_effect(clause: str) -> bool:
    """Tell whether the clause says what will come of something, not who will do it."""
    return bool(_EFFECT.search(clause))


def does(clause: str, place: int = 0) -> bool:
    """Tell whether a clause goes on at a place with what is done."""
    return _DOING.match(clause, place) is not None


def is_soon(clause: str) -> bool:
    """Tell whether the clause has a word of those that plans are written with: 尽快, 继续."""
    return bool(_SOON.search(clause))
