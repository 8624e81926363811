"""Whose words a page announces: the labels above a citizen's message and above its answer."""

from __future__ import annotations

import re

from corpus.text.days import DAY
from corpus.text.label_words import (
    ANSWERED,
    ANSWERS,
    ASKED,
    BODY,
    FINDING,
    HANDLED,
    INQUIRED,
    TIME,
)
from corpus.text.label_words import CONTENT as CONTENT_NOUN

_LEAD = r"[【\[（(<•·◆◇■▪●✔✓√☑|\s]{0,3}"
_ENDS = (
    r"(?:[】\]]|[】\]）)>]?\s*(?:[:：|｜]|$"
    r"|[（(\[]?\s*(?:19|20)\d\d\s?[-年/.]\s?\d{1,2}\s?[-月/.][^。，]{0,40}$))"
)
"""What stands behind a label: its bracket, a colon, a cell's border, nothing, or when it was
written."""
_WORDS = (
    r"(?:内\s{0,3}容|正\s?文|详情|描述|原文|全文"
    r"|(?:详细|具体|主要|内容|问题|事项)(?:内容|描述|诉求|情况))"
)
"""What was said, where nothing says by whom."""
PUBLIC = (
    r"(?:网友|网民|市民|群众|百姓|公众|居民|村民|业主|家长|客户|用户|读者|听众|观众|粉丝|(?:微信|微博)?好友"
    r"|来信人|写信人)"
)
"""What a page calls a citizen."""
MESSAGE_LABEL = re.compile(
    rf"{_LEAD}(?:(?:我的|{PUBLIC}|网上|主要|工单)?"
    rf"(?:{ASKED}|事项|建议|意见|建言|帖文|原帖|评价){CONTENT_NOUN}(?:{_ENDS}|\s)"
    rf"|(?:{_WORDS}|反映问题|(?:主要|具体)诉求|{ASKED}(?:事项|诉求|请求|事由|问题))\s(?=\S{{{12}}})"
    rf"|(?:{_WORDS}|{PUBLIC}(?:[（(][^（）()]{{1,6}}[）)]|“[^”]{{1,20}}”|[\u4e00-\u9fff]{{1,5}})?(?:来信|来电|留言|提问|咨询|诉求|追问|补充提问|反映|投诉|建议|意见|问)"
    rf"|(?:问题|诉求|来信|留言|投诉)[一二三四五六七八九十\d]{{1,3}}"
    r"|(?=.{1,6}来[信函帖])[\u4e00-\u9fff*＊×]{1,4}(?:先生|女士|同志|同学|某)?来[信函帖]"
    r"|[^。，：:]{1,24}向[\u4e00-\u9fff]{2,16}(?:提?问|咨询|留言|反映)"
    r"|[^。，：:]{0,12}[\u4e00-\u9fff]{1,8}(?:政府|局)问"
    r"|[^。，：:]{0,12}通过[^。，：:]{2,16}(?:留言|反映|咨询|投诉|来信|提问|求助)"
    rf"|(?:[^。，：:]{{1,12}})?来电(?:反映|咨询|投诉|求助|称)|(?:主要|具体)诉求|{ASKED}(?:事项|诉求|请求|事由|问题)|反映(?:问题|情况)|[\u4e00-\u9fff]{{2,4}}留言板"
    rf"|来信|留言|咨询|提问|追问|补充提问|我要(?:说|问|咨询|投诉|写信|留言)|问|问题|诉求|Q|楼主){_ENDS})"
)
"""What a page writes above, or before, the words of a citizen."""
CITIZEN_SPEAKS = re.compile(
    r"网[友民]\s?[:：]\s?(?![^。]{0,30}[您你]|感谢|谢谢|来信|收|经|关于|根据|我[局委办县市区镇乡街])"
    r"(?=[^。]{20})"
)
"""`网友：` before what somebody wrote; before a greeting it is a salutation."""
NAMED_CITIZEN = re.compile(
    rf"{_LEAD}(?:\d{{1,2}}\s?[.、．]\s?)?@?"
    rf"(?:{PUBLIC}(?:朋友)?\s?(?:[“@][^”。，：:]{{1,20}}”?|(?!回|答|评|追|[您你])[^\s。，；：:！？“”（）()您你]{{1,10}})?"
    r"|[\u4e00-\u9fff*＊×]{1,3}(?:先生|女士|小姐|同学|老师|师傅|大爷|大妈|阿姨|同志))"
    r"(?:[（(][^（）()]{1,16}[）)])?(?:[】\]]\s*[:：]?|\s*[:：])(?!\s?(?:[您你]|感谢|谢谢))"
)
"""`市民王先生：` before his words, where an office speaks below; a letter greets him so as well."""
_BY = (
    rf"(?:官方|部门|单位|网上|领导|最终|职能部门|政府|有关部门|{ASKED}|受理"
    r"|再次|补充|后续|第[一二三四五六七八九十\d]{1,2}次|(?:官方|部门|单位)(?:再次|二次|补充))?"
)
_ANSWERS = r"(?:再?答复|再?回复|回音|回应|回信|复信|回文|回函|回帖|解答|回答|答疑)"
_NAMED = (
    r"[\u4e00-\u9fff]{2,20}(?:局|委|委员会|办|办公室|政府|中心|镇|乡|街道|处|公司|集团"
    r"|省|市|区|县|厅|院|队|所)"
)
_NAMED_ANSWERS = rf"{_NAMED}\s?的?(?:官方|再次|二次)?(?:回复|答复|回应|解答|回答|答)(?:如下)?"
NAMED_ANSWER = re.compile(rf"{_LEAD}{_NAMED_ANSWERS}{_ENDS}")
"""`市水务局回复：`, which says who answers."""
ANSWER_LABEL = re.compile(
    rf"{_LEAD}(?:{_BY}(?:{_ANSWERS}|{ANSWERS}){FINDING}(?:{_ENDS}|\s(?=\S{{6}}))"
    rf"|{INQUIRED}{FINDING}(?:{_ENDS}|\s(?=\S{{6}}))"
    rf"|{_BY}{_ANSWERS}\s(?=尊敬的|经[^，。]{{0,8}}[，：]|\S{{0,12}}[您你]们?好)"
    rf"|(?:{_BY}(?:{_ANSWERS}|处理|办理|办复|反馈|答|A)(?:选登|[一二三四五1-5])?|沙发|板凳|2[楼#]"
    rf"|{_NAMED_ANSWERS}){_ENDS}"
    rf"|官方(?:回复|答复|回应)\s(?={ANSWERED}{BODY})"
    rf"|[【\[（(](?:19|20)\d\d[-年/.]\d{{1,2}}[-月/.][^】\]）)]{{1,16}}[】\]）)]\s?{_NAMED}[:：])"
)
"""What a page writes above, or before, the office's answer."""
_WRITER = (
    rf"(?:{PUBLIC}|信访人|诉求人|留言人|投诉人|咨询人|提问人|举报人|发帖人|楼主|您的|我的?|我要)"
)
_AGAIN = r"(?:追加|再次|再|二次|第[二三四五]次|继续|补充)"
_SAYS_AGAIN = (
    r"(?:留言|提问|追问|咨询|投诉|来信|来电|诉求|反映|发帖|评价|评论|问题|意见|回复|内容|描述)"
)
_RATED = r"(?:非常|很|基本|比较)?不?满意|一般|[\d.]{1,3}[分星颗]|[★☆⭐]"
ADDED = re.compile(
    rf"{_LEAD}(?:(?:{_WRITER}的?)?(?:追问|追评|{_AGAIN}(?:追问|追评)|(?!再次?(?:回复|内容)|补充(?:回复|内容|意见)){_AGAIN}{_SAYS_AGAIN})"
    rf"|{_WRITER}的?{_AGAIN}?(?:回复|反馈|补充|回应|回帖|跟帖|评论|点评|质疑|追加|(?:满意度)?评[价议]|打分)"
    r"|(?:办理|服务|满意度|处理|[回答]复)(?:效果|结果|情况)?(?:评[价议]|点评)"
    r"|(?:满意度)?(?:评[价议]|点评)(?=内容|意见|理由|描述|说明)|不满意(?=原因|理由)"
    rf"|(?:满意(?:程?度)?|评[价议](?:结果)?)(?=[】\]]?\s*[:：|｜]\s?(?:{_RATED})))"
    r"(?:的?(?:内\s?容|意见|结果|情况|理由|原因|描述|说明|详情|问题|时间|日期|人))?[一二三四五\d]?"
    rf"(?:{_ENDS}|[（(][^（）()]{{1,24}}[）)]\s*[:：])"
)
"""What a page writes above, or before, what a citizen adds below an answer: `追加留言：`."""
THOUGHT_OF = re.compile(r"[^：:|｜】追]{0,12}?(?:评[价议]|点评|满意|打分)")
"""What such a label has that announces what is thought of the answer."""
RATING = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,6}}[:：]?\s?)??(?:{_RATED}|未?评价|暂?无)[\s,，、;；。|★☆⭐]{{0,20}}"
)
"""What is thought of an answer in a word or in stars."""
OF_CONTENT = re.compile(r"内\s?容|正\s?文|详情|描述|全文")
"""What a label that says whose contents follow has in it."""
CONTENT = re.compile(rf"{_LEAD}{_WORDS}(?:{_ENDS}|\s(?=\S))")
"""A label that heads the message in a page's first part, the answer in its second."""
ANSWER_PARTICULAR = re.compile(
    rf"{_LEAD}(?:{_NAMED}\s)?(?:{ANSWERED}|{HANDLED}|受理|回文|跟帖|回帖)"
    rf"(?:{BODY}|{TIME}|人|者|状态|科室|处室)(?:[】\]]|\s*(?:[:：|｜]|$|\s\S))"
)
"""The particulars that a page puts between a message and its answer."""
SECTION = re.compile(
    rf"{_LEAD}(?:{ASKED}|{ANSWERED}|{HANDLED})(?:信息|情况|详情|内容|公示|回应|选登|查看|查询)\s*[】\]]?"
)
"""The heading of a part of a page."""
SENDER_SPEAKS = re.compile(
    r"(?!尊敬|敬爱|亲爱)(?:[\u4e00-\u9fff]{3,24}(?:局|委员会|(?<!家|业)委|厅|政府|办公室|街道|中心|大队|支队|公司|集团|镇|乡)"
    r"|[\u4e00-\u9fff]{2,12}[区县市旗])[：:]\s*(?=\S{8})"
)
"""`某某镇人民政府：` before what it says, on one line."""
SENDER_HEADS = re.compile(rf"{_NAMED}\s?[:：]")
"""A sender on a line of its own, with a colon: above what it says, or above what is said to it."""
SENDER_ALONE = re.compile(
    r"[\u4e00-\u9fff（）()]{2,36}(?:局|委员会|委|政府|办公室|街道|办事处|中心|大队|支队|公司|集团|镇|乡|区|县)"
)
"""A sender named on a line of its own, above what it says."""
_BYLINE = re.compile(rf"[^。！？，,；]{{0,40}}?{DAY}[^。！？，,；]{{0,60}}")
_OF_BYLINE = re.compile(
    r"\d[:：]\d\d|已(?:回复|答复|办结|发布|受理|转办|转达)|[·|]|浏览|阅读|点击|评论|查看"
)
TYPED_TITLE = re.compile(r"[•·\s]{0,3}[\[【][\u4e00-\u9fff]{2,6}[\]】]\s?[^。！？]{4,60}")
"""`[投诉] ……`: a title behind what kind of message it heads."""
_LONGEST_BYLINE = 80


def is_byline(line: str) -> bool:
    """Tell whether a line says who wrote something and when: `网友小李 2024-03-02 浏览30`."""
    return (
        len(line) <= _LONGEST_BYLINE
        and _BYLINE.fullmatch(line) is not None
        and _OF_BYLINE.search(line) is not None
    )
