"""What stands around a letter on a site's page, and what announces its parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.text.label_words import LABEL_WORD

_BEGINS = re.compile(
    r"(?:您|你)?(?:当前|现在|目前)?(?:的|所在)*位置\s*[:：].*"
    r"|[\[【（(]?\s*字(?:体|号)(?:大小)?\s*[:：]?.{0,20}|[\[【（(]?(?:(?:大|中|小)(?:\s+|(?=[\]】）)]|$))){1,3}[\]】）)]?"
    r"|(?:浏览|访问|点击|阅读)(?:次数|人次|量|数)?\s*[:：]?\s*\d*\s*次?"
    r"|(?:[\[【]?(?:打印|关闭|收藏|返回|分享|复制|下载|我要纠错|纠错|纠错或建议)(?:本页|本文|窗口|页面|此页|顶部|列表|链接|到|至|打印)?[\]】]?[\s|：:]*){1,8}"
    r"|(?:(?:微信|微博|新浪微博|腾讯微博|QQ空间|QQ|朋友圈|人人网|更多)[\s|、]*){1,8}"
    r"|扫一扫.{0,40}|手机(?:扫|查看|版|站|端).{0,20}|在手机打开.{0,20}"
    r"|(?:上|下)一(?:篇|条|页)\s*[:：]?.{0,80}|相关(?:链接|文章|阅读|信息|新闻|推荐|文档|附件|稿件).{0,40}"
    r"|今天是(?:[:：\s]*(?:\d|[一二]〇|二[〇○零]|星期|周|农历).{0,60})?"
    r"|(?:登录|注册|搜索|一网搜|检索|高级搜索|热词|无障碍|阅读辅助|进入?老年模式|长者模式|关怀版|长辈版|适老化|繁體|简体|English|RSS"
    r"|订阅|网站支持IPv6|智能问答|政务微博|政务微信|移动版|便民服务|政务公开|政务服务|互动交流|新闻中心|走进.{2,6})(?:[\s|｜·]+\S{1,8}){0,8}"
    r"|(?:热门?搜索?|热搜|搜索热|热门)(?:词|词条|词语|标签)?\s*[:：]?.{0,60}|标签\s*[:：]?.{0,40}"
    r"|(?:附件|文件|附件文件)?下载\s*[:：]?.{0,30}|政策咨询|如果?您对该.{0,60}"
    r"|(?:来源|信息来源|稿源|作者|编辑|责任编辑|责编|录入|审核)\s*[:：].{0,60}"
    r"|(?:非常)?(?:不?满意|一般)(?:[\s/|、]*(?:非常)?(?:不?满意|一般|基本满意))*|[（(]?(?:非常满意|满意|基本满意|不满意)[）)]?"
    r"|回复(?:内容|速度|态度)评价\s*[:：]?"
    r"|(?:发表|查看|全部|网友|留言与?|最新)?评论.{0,30}"
    r"|联系我们|聯絡我們|关于我们|使用帮助|隐私声明|免责声明|网站声明|随便看|猜你喜欢"
    r"|查看\s*[:：]\s*\d+.*|发表于.*|只看该作者.*|游客\s*[:：].*|未注册会员|楼主|沙发|板凳|\d{1,3}[#楼]|!\[\].{0,80}"
    r"|本网站所收集.*|使用信箱.{0,200}|已归档|正文"
    r"|尊敬的用户.{0,20}|账号\+密码登录|还没有账号[？?]?|立即注册|(?:用户|会员)登录|我要(?:评论|留言|咨询|投诉)|点击查看.{0,20}|(?:[\[【]?(?:登录|注册)[\]】]?\s*){2}|---\|[-|]*"
    r"|[\[\]【】|｜·•\-—_*＊=…\s/\\>»]+|admin.{0,40}"
)
"""A whole line that belongs to a page rather than to the letter on it: by how it begins…"""
_HOLDS = re.compile(
    r".{0,20}(?:首页|网站首页)\s*(?:[>»›/]|&gt;).*"
    r"|\S{0,6}首页(?:[\s|｜·—-]+[^\s|｜。，：:]{1,10}){0,16}"
    r"|(?:[^>»›/。，]{1,30}\s*(?:[>»›]|(?<!\d)/(?!\d))+\s*){2,12}[^>»›。，]{0,60}|.{0,10}二维码.{0,10}"
    r"|.{0,6}欢迎.{0,6}(?:访问|光临|来到|登录|登陆|使用).{0,60}|.{0,30}20\d\d年\d{1,2}月\d{1,2}日\s*星期.{0,10}"
    r"|.{0,200}(?:版权所有|ICP备|公网安备|网站标识码|网站地图|[Cc]opy[Rr]ight|网站维护|主办(?:单位)?\s*[:：].{2,40}(?:承办|维护|运维|技术支持|开发|管理单位)).{0,200}"
    r"|.{0,10}(?:满意程?度|评价|打分|评分)(?:调查|结果)?\s*[:：]?.{0,30}|.{0,12}共有?\s*\d+\s*条.{0,12}"
    r"|[^。，]{0,20}满意[^。，]{1,20}满意[^。，]{0,20}"
    r"|.{0,4}基本介[绍紹]|.{0,4}熱門詞條|.{0,10}转载.{0,60}|.{0,40}门户网站|.{0,6}正文"
    r"|\S{1,60}\.(?:png|jpe?g|gif|bmp)|.{0,80}(?:网站标识码|备案序?号).{0,120}"
    r"|.{0,12}不支持您.{0,8}浏览器.{0,200}|.{0,20}忘记密码.{0,10}"
)
"""… and what holds its sign after other words."""
_SIGNS = re.compile(
    r"首页|[>»›/]|二维码|欢迎|星期|版权所有|ICP备|公网安备|网站标识码|网站地图|opy[Rr]ight|网站维护|主办单位|主办\s?[:：]|满意程?度|满意.{1,20}满意|评价|打分|评分|共有?\s*\d+\s*条"
    r"|基本介|熱門|转载|门户|正文|\.(?:png|jpe?g|gif|bmp)|备案|不支持|忘记密码"
)
"""Each has one of these: most lines have none, and need not be tried with each at every place."""

LABEL_ALONE = re.compile(rf"[•·◆■▪\-\s]*[\[【]?{LABEL_WORD}[\]】]?\s*(?P<colon>[:：]?)")
"""A label without its value, which then stands on the line below."""

_AFTERWARDS = re.compile(
    r"[【\[{（(■◆•·\s]{0,3}(?:(?:用户|网友|网民|群众|市民|公众|来信人|信访人|诉求人|写信人|留言人|您的|我的?|我要)?的?(?:满意度?)?(?:评价|评议|打分|追评)"
    r"(?:内容|结果|情况|信息|意见)?|回访(?:结果|情况|记录|时间)?|追评"
    r"|相关(?:提问|来信|信件|留言|知识|问题|诉求|咨询|建议|推荐|回复|办件|热点)|友情链接|上一[篇条封件]|下一[篇条封件])"
    r"(?:[】\]}）)]|\s*[:：|（(]|\s|$)"
)
"""What a page writes below an answer: what was thought of it, and other messages."""

_MENU = re.compile(r"(?:[^|｜。，：:]{1,16}\s*[|｜]\s*){1,12}[^|｜。，：:]{0,16}")
_LONGEST = 300


_AFTER_SIGNS = frozenset("【[{（(■◆•· 用网群市公来信诉写留您我要的满评打追回相友上下")
_LONGEST_AFTER = 80


def follows_answer(line: str) -> bool:
    """Tell whether a line begins what a page writes below an answer: `用户评价`, `相关信件`."""
    return (
        line[:1] in _AFTER_SIGNS
        and len(line) <= _LONGEST_AFTER
        and _AFTERWARDS.match(line) is not None
    )


def is_furniture(line: str) -> bool:
    """Tell whether a whole line belongs to the page around a letter."""
    return len(line) <= _LONGEST and (
        _BEGINS.fullmatch(line) is not None
        or (_SIGNS.search(line) is not None and _HOLDS.fullmatch(line) is not None)
    )


_ENDS_SAID = frozenset("。！？!?；;”")
_OF_SITE = re.compile(
    r"邮编|邮政编码|网址|传真|浏览器|Powered|访客|总机"
    r"|(?:技术|新闻|网站|站务|客服|客户|投稿|报料|爆料|举报|栏目|编辑部|广告|运维|维护|值班)\S{0,4}(?:电话|热线|邮箱|[:：])"
)
"""What a site says of itself, and hardly an answer of where to turn to."""


def foot_from(lines: Sequence[str]) -> int:
    """Return the line with which a page's foot begins, below all that a letter says.

    These are the last lines that are no sentences, from the first that is a page's on.
    """
    foot = len(lines)
    for number in range(foot - 1, -1, -1):
        line = lines[number]
        if is_furniture(line) or follows_answer(line):
            foot = number
        elif line[-1:] in _ENDS_SAID or "。" in line:
            break
        elif _OF_SITE.search(line):
            foot = number
    return foot


def is_menu(line: str) -> bool:
    """Tell whether a line is a row of short cells: above a letter a menu, in it a table's row."""
    return len(line) <= _LONGEST and _MENU.fullmatch(line) is not None
