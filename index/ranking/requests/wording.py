"""The words with which a sentence asks, and those with which it tells, reproaches or thanks."""

from __future__ import annotations

import re

BARE = 7
"""A question of so many characters says nothing without the one before it."""

LABEL = 8
"""So few characters are a title, and say nothing of what should be done."""

TITLE = 40
"""A line of no more characters and without a mark at its end is a title."""

NEAR = 12
"""So many characters before a word that asks tell whether it tells what was asked before."""

QUOTED = re.compile(r"“[^“”\n]{0,200}”|‘[^‘’\n]{0,200}’|「[^「」\n]{0,200}」|《[^《》\n]{0,80}》")
FORMAL = re.compile(
    r"^[^\S\n]{0,20}[#*]{0,3} ?(?:关于|对)[^\n]{2,60}(?:提案|建议|议案|意见)[^\S\n]{0,20}$"
    r"|案由|提案人|为此[，,]?建议|[我们]们?建议|各位(?:代表|委员)"
    r"|(?:政协委员|人大代表)[^。\n]{0,20}(?:建议|呼吁|建言|提案|提出)",
    re.MULTILINE,
)
WHO = (
    r"(?:(?:我|我们|俺们?|咱们?|本人|来电人|来信人|市民|诉求人|投诉人|居民|业主们?|代表们|委员们"
    r"|(?<=们)(?:全体|广大)?(?:业主|居民|村民|家长|群众|住户|商户))"
    r"|也|都|还|更|又|并|再次|首先|现|在此|真心|诚挚地?|衷心|郑重|强烈|真诚|诚|迫切|特此?|谨|敬|非常|急切|一致){0,5}"
)
TO = r"领导|政府|上级|主管|有关|相关|各级|各位|贵|能|早|尽|一[并起]|予以|及时|协调|督促"
ASKS = r"建议(?!如下|书|人|：)|希望|[恳肯垦]请|恳求|请求|呼吁|提议|期盼|盼望|热切?盼|提请|敦请"
HOPE = rf"[望盼希](?={TO}|[\u4e00-\u9fff]{{2,6}}(?:部门|[局委办]))"
REQUEST = re.compile(rf"{WHO}(?:{ASKS}|{HOPE})")
REPORTED = re.compile(
    r"□{0,200}(?P<who>[^，。：:□]{0,24}(?:先生|女士|委员|代表|市民)|[他她]们?|(?!有|群众|居民|业主|村民|专家|网友)[\u4e00-\u9fff]{2,4}(?=建议[，,：:]))"
    r"[还则也又]?(?:提出)?(?:建议|呼吁|希望)"
)
"""What a report says that somebody asks for: 李委员还建议."""
TOPIC = re.compile(r"(?![这此该上])[^，。：:；被]{2,10}建议(?!的|是|书|者|人|案|都|被|得)")
"""A further request that begins with its subject: 样式建议…."""
DEMAND = re.compile(
    rf"{WHO}(?:要求|麻烦|求|请(?![问予示教])|拜托|能不能|能否|可否|可不可以|想请问|请问|想问|想咨询|想了解|咨询)"
)
SHOULD = re.compile(
    r"(?:应当|应该|应尽快|应由|应(?=[^\s对用付急聘届邀])|可以|可由|可在|不妨|有必要|亟需|亟待|是否可以"
    r"|能否|可否|能不能|可不可以|请(?![问予您你示]|研究|领导|审|阅))"
)
OBLIGES = re.compile(
    r"(?<![反响相对效供适])应(?:当|该|尽快|由)|必须|务必|理应|(?:至少|一定|都|总)要|不妨|有必要"
)
OPINION = re.compile(
    r"(?:我们?|本人)(?:看|想|觉得|认为|主张|以为|的(?:意见|想法|看法|建议)是?)[，,：:]?"
)
_BEHIND_A_COMMA = r"(?<=[，,：:])(?:因此|为此|所以)?(?:我们?|特|谨|强烈)?"
WITHIN = re.compile(rf"{_BEHIND_A_COMMA}(?:建议|恳请|呼吁|能否|可否|应当(?!说)|应该(?!说)|理应)")
WITHIN_LISTED = re.compile(rf"{_BEHIND_A_COMMA}(?:建议|恳请|呼吁)")
"""The same before a list, where 应当 belongs to the problems that are told."""
POLITELY = re.compile(r"[，,：:](?:也|还|就|那就|都)?请(?![问等您你予示教研审阅])")
WITHIN_MESSAGE = re.compile(
    r"[，,：:、]\s?(?:我们?|现|今天|今|特|谨|强烈|真心|也|还|因此|为此|所以|在此|故|并|方便|再次|来信|来电|向[您你贵][^，。]{0,4}?)*"
    rf"(?:建议|[恳肯垦敬]请|恳求|申请(?=[您你贵区县市乡镇政])|呼吁|请求|要求|希望|咨询|询问|麻烦|烦请|拜托|想了解|求(?!助|救)|请(?![问等您你])|{HOPE})"
)
ASKED_FOR = re.compile(
    r"能不能|能否|可否|可不可以|请问|希望|建议|恳请|要求|有没有|什么时候|何时|如何|怎么"
)
ANYWHERE = re.compile(r"希望|建议|麻烦|恳请|请求|求你|帮忙(?=[催看修查])")
URGES = re.compile(
    r"(?:请|务必|必须|应该)?(?:尽快|尽早|立即|马上(?![要就到])(?![^，。]{0,10}了[，。])|赶紧|严查|严惩|彻查|公开|还(?:我们?|百姓|老百姓|居民)一)"
)
PAST = re.compile(
    r"去年|前年|上届|曾经?|当时|此前|上次|20\d\d年|已经|以前|原来|说是|有人|(?<!来电)[称说道]，|原以为"
)
TOLD = re.compile(
    r"(?:人家|他们?|她们?|对方|物业|回复|答复|工作人员|客服)[^，。]{0,4}[说讲称道](?!法)|告知"
)
"""What others say."""
IF_ONLY = re.compile(r"(?:如果|要是|若)?能[^，。]{1,24}(?:最好|就好|更好)了?[。！!]?$")
"""A wish put as a condition: 能多开一班就好了."""
CAME_OF_IT = re.compile(
    r"(?:建议|希望|[恳肯垦]请|请求|要求|呼吁|麻烦|提[案出])[^。]{0,60}[，,；;](?:但|可是?|却|然而|结果|均|都|一直|至今)"
    r"[^。]{0,16}(?:[未没](?!来)|拒|无果|置之不理|不予|不了了之)(?![^。]{0,60}(?:建议|希望|请|求|望|麻烦|能否|能不能))"
)
"""A request that was made before, and what came of it; nothing is asked behind."""
WEAK = re.compile(r"为(?:什么|何|啥)|何故|[何啥]原因|知情[？?]|说好的|知不知道")
"""What a question asks that reproaches rather than asks for something."""
THANKS = re.compile(
    r"[，,](?:在此)?(?:万分|非常|十分|不胜)?(?:感谢|谢谢|感激|多谢)[^，。！!？?]{0,8}[。！!～~\s]{0,8}$"
)
DEPARTMENT = re.compile(r"建议[^，。]{0,24}(?:办理|承办|会办|主办|协办)[。]?$")
RHETORICAL = re.compile(
    r"难道|谁不|凭什么|凭啥|何不|何必|怎么[能可]|哪能(?!办|够)|哪里还|还让不让|何在|谈何|何谈|试问|岂|不是.{0,12}吗[？?]"
    r"|还有没有王法|有人管(?:吗|么)[？?]|(?:政府|[交民]警|管|法律?|公平|天理|公道)[^，。]{0,6}在哪里?[？?]"
    r"|(?:对|是)不对[？?]$|^.{0,4}[？?！!]*$|良心|天理|公理|正义"
)
ANNOUNCED = re.compile(
    r"关于[^，。]{0,12}的问题[。：:]?$|[几两三四五六\d下]个?(?:问题|事情?|情况|件事|点疑问)[^，。？?]{0,4}[。：:！!]?$"
)
POLITE = re.compile(
    r"[^，。]{0,8}(?:[希盼]?望|恳请|请|求|麻烦|期盼|要求|拜托)[^，。]{0,14}"
    r"(?:了|办结|反馈|重视|回复|答复|采纳|关注|支持|说法|理解|研究|考虑|回音|解答|帮忙|解决问题?|处理)(?:一下)?(?:此事|此问题|这个问题)?"
    r"(?:(?<=重视|关注|关心|考虑|核实|理解|支持)[^，。]{0,7})?(?:为盼|为谢|[，,]?(?:万分|非常|十分)?(?:感谢|谢谢|多谢)[您你们了啦]{0,2})?[。！!～~，,]*$"
)
LEANS = re.compile(
    r"(?:能不能|能否|可否|可不可以|要不要|是不是|是否|还是|或者|怎么[办收]|如果|多少钱|需要|要带|有没有[标要规])"
)
