"""What the wording of a disclosure mark says: `不宜公开`, `秘密★5年`, `□主动公开 ☑依申请公开`.

Of two readings the stricter one is taken; 主动公开 is read only where every character is accounted
for. Where marks stand in a letter is for `corpus.fields.disclosure`.
"""

from __future__ import annotations

import re

from corpus.text.simplified import plain
from corpus.types import Disclosure

_LONGEST = 60
"""A mark has no more characters."""
_AROUND = " 　★☆。．.，,；;：:！!、·*＊_-—－~～“”\"'‘’《》「」『』()（）[]【】〔〕［］〈〉<>{}"

_SHOW = r"(?:上网公开|公开|公布|公示|上网|挂网|发布|外传|外泄|扩散|传播|泄露|示人)"
_NOT = r"(?:不|勿|免|未|非|缓|禁|拒|莫|毋)"
SUBJECT = (
    r"(?:(?:此|本|该)(?:份|次)?(?:提案|建议|来信)?"
    r"(?:件|文|复文|答复件?|回复件?|复|函件?|复函|批复|文件|材料|资料|意见|信息|信件?)"
    r"|答复件?|回复件?|复文|复函|信件|来信)"
)
"""The reply itself, where it is said of it that it is open or closed."""
_OBJECT = r"(?:发布|发表|公布|刊登|登载|全文|内容|本件|答复|复文|此件|类|件|级)"
_CLOSED = re.compile(rf"{_NOT}[^，。；：、/|或]{{0,6}}?{_SHOW}")
_CLOSED_WHOLE = re.compile(
    rf"(?:{SUBJECT})?(?:.{{1,6}}[，,])?"
    r"(?:请|敏感|暂时?|建议|应当?|拟|一律|均|依法|原则上|目前|属于?|为|涉密|内容|全文){0,3}"
    rf"严?{_NOT}(?:予|于|以|宜|得|能|可以?|准|要|同意|适宜|适合|便|应|作|做|主动|对外|向外|[向对]?(?:社会|公众)|在?网上|全文"
    rf"|擅自|随意|任意|止|绝|再){{0,3}}{_SHOW}{_OBJECT}{{0,2}}|(?:{SUBJECT})?不(?:宜|得)?对外"
)
_ON_REQUEST_WHOLE = re.compile(
    rf"(?:{SUBJECT})?(?:属于?|为|可以?|按|建议|同意|拟){{0,2}}[依凭应须需经按]?[法照]?申请(?:人|后|者)?(?:予以|可)?公开{_OBJECT}{{0,2}}|依申请"
)
_PUBLIC_WHOLE = re.compile(
    rf"(?:{SUBJECT})?(?:可以|可|同意|愿意|准予|予以|允许|适宜|宜|全文|全部|主动|对外|完全|已经?|属于?|为"
    rf"|(?:面?向)?(?:全?社会|社会?公众)|在?网上|在?互联网){{0,4}}公开{_OBJECT}{{0,2}}"
)
_SEVERAL = re.compile(r"(?:主动公开.{0,4}依申请公开|依申请公开.{0,4}不予公开)")
_ELSEWHERE = re.compile(
    r"^(?:第?[一二三四五六七八九十\d]{1,3}[、.．是要]|[（(][一二三四五六七八九十\d]{1,3}[）)]|关于"
    r"|对(?!内|外|社会)|推进|加强|加大|深化|完善|坚持|落实|做好|强化|规范|全面|进一步|严格|健全|实行"
    r"|实施|推行|扩大|提高|促进|开展|建立)"
    r"|(?:务|信息|办事|预算|决算|数据|资源|结果|流程|程序|标准|执法|行政|阳光|企业|事项|工作|重点|领域"
    r"|基层|法定|目录|权力|清单|收费|价格|政策|岗位|服务|监督|公平|公正|名单"
    r"|诉求|留言|热线|信箱|办件|工单|投诉|咨询|问政|账|收益|费|价|钱|款|资金|物业|小区|业委会|社区|村|楼盘|成绩|分数|请求|呼吁|希望|恳请|强烈)[^，：:后]{0,8}公开"
    r"|(?<![向对])(?:人大|政协|委员|代表|提案|建议(?!主动|不|公开))[^，：:后]{0,8}公开"
    r"|公开[、，和与及]?(?:透明|公平|公正|招|选|遴|竞|征|出让|拍|转让|承诺|曝光|听证|审|课|信|赛|电话|时间"
    r"|日期|单位|机构|部门|目录|指南|年报|年度|制度|专栏|平台|栏|网|站|内容|事项|依据|条例|规定|规范|申请"
    r"|渠道|主体|监督|办|工作|服务|水平|力度|程度|情况|原则|标准|公示|道歉|发行|资料|信息|数据|化|度|性"
    r"|通报|主动|场|活动|大|责任|科|室|人|法)"
    r"|[，。；？！：:].{2,}|招标|公告"
)
"""Short texts with 公开 that are headings, menus and such; others speak of the reply."""
_OF_WRITER = re.compile(r"公开(?:来信人|写信人|作者|本人|个人)?(?:姓名|署名|信息)$|^匿名")
_SHORT = 16
_AT_END = re.compile(rf"公开(?:{_OBJECT}|标题|摘要|部分|[（(×✗？?].{{0,6}}){{0,2}}$")


def is_unclear(text: str) -> bool:
    """Tell whether a text that stands by itself speaks of 公开 as a mark, whatever it means."""
    said = fold(text).strip(_AROUND)
    if _SEVERAL.search(said):
        return True
    if len(said) > _SHORT or not _AT_END.search(said):
        return False
    return _ELSEWHERE.search(said) is None


_PERIOD = r"(?:[\d一二三四五六七八九十〇零百]{1,4}(?:年|个?月|天|日)|长期|永久)"
_SECRET_WHOLE = re.compile(
    rf"(?:{SUBJECT})?(?:属于?|为|系)?(?:国家|工作|核心|普通|涉及国家)?"
    r"(?:绝密|机密|秘密|涉密|商密|保密|密件)(?:级|件|文件|资料|材料|等级|事项){0,2}"
    rf"(?:[★☆*＊·\-—：:（(]{{0,3}}(?:保密期限?)?[：:]?{_PERIOD}?)[★☆*＊]{{0,2}}"
)
_STARRED = re.compile(
    rf"(?:绝密|机密|秘密)[（(]{_PERIOD}[）)]|"
    r"(?:绝密|机密|秘密|商密)[级件]?[★☆]|[★☆](?:绝密|机密|秘密)"
)
_NO_SECRET = re.compile(
    r"(?:无|非密|不涉密|不涉及?|未?定密?|没有|普通|一般|平件|公开|否|/|-|—|非涉密|不保密|无密级?)?件?"
)

_FOR_WHOM = r"(?!(?:您|你|贵|委员|代表|主办|大家|网友|市民|参考|提案|承办))"
_INTERNAL_PHRASE = (
    r"内部(?:参考|讨论|工作|征求意见)?(?:资料|文件|文稿|稿|材料|刊物|使用|参考|掌握|情况|传阅|阅读|参阅|查阅|发行|交流|信息|电报|公开|资讯"
    r"|通报|简报|专用|明电|件)?"
    r"|内参|内刊|参阅件|机要件?|(?:敏感|受控)(?:信息|文件|资料)?|商业秘密|(?:供)?领导(?:同志)?参阅"
    r"|(?:仅|只|专)?供(?:内部|[^，。；]{0,4}领导)[^，。；]{0,6}"
    r"|(?i:confidential|internal(?:useonly)?|(?:top)?secret|restricted)"
    r"|(?:请)?(?:注意|妥善)(?:保存|保密|保管)"
    r"|(?:请|严)?(?:不得|不准|不可|不要|勿|禁止|严禁|切勿)(?:对外|向外|擅自|随意|任意|自行){0,2}"
    r"(?:外传|外泄|扩散|传播|转发|复印|复制|翻印|摘抄|摘录|泄露|外借)"
    r"|阅后(?:收回|销毁|即焚|退回|即毁|交回|归还|清退)"
    rf"|(?:仅|只|专)(?:供|限){_FOR_WHOM}[^，。；]{{1,12}}?(?:参考|参阅|查阅|使用|传阅|掌握|阅读|阅知|阅|研究|知悉|内部)"
    r"|(?:仅|只)?限(?:于)?(?:内部|本单位|本系统|系统内|机关|党内)[^，。；]{0,6}"
)
_INTERNAL_WHOLE = re.compile(
    rf"(?:{SUBJECT})?(?:属于?|为|系)?(?:(?:{_INTERNAL_PHRASE})[，、,；;。！!·]?){{1,4}}"
)

YES = re.compile(
    r"(?:是|可以?|同意|宜|适宜|准予|允许|能|对|[yY](?:es|ES)?|[tT]rue|TRUE|√|✓|✔|☑|■)的?"
)
NO = re.compile(r"(?:否|不.{0,4}|非|勿|免予?|未|[nN]o?|NO|[fF]alse|FALSE|0|×|✗|✘|禁止?|拒绝)")
_SOCIETY = re.compile(r"(?:面?向)?(?:全?社会|社会?公众)(?:公众)?|主动|(?:国际)?互联网")
_PUT_OUT = re.compile(
    r"(?:已经?|可以?|同意|准予|允许|适?宜)?(?:在?网上|对外|全文)?(?:上网|挂网|发布|公布|公示)(?:公开)?"
)


def fold(text: str) -> str:
    """Write a mark plainly: no spaces, simplified characters."""
    return plain("".join(text.split()))


def read_mark(text: str) -> Disclosure | None:
    """Return what a text that stands by itself says of its reply; None where it is no mark."""
    said = fold(text).strip(_AROUND)
    if not 2 <= len(said) <= _LONGEST:
        return None
    if _SECRET_WHOLE.fullmatch(said) or _STARRED.search(said):
        return Disclosure.SECRET
    if _INTERNAL_WHOLE.fullmatch(said):
        return Disclosure.INTERNAL
    if _CLOSED_WHOLE.fullmatch(said):
        return Disclosure.CLOSED
    if _ON_REQUEST_WHOLE.fullmatch(said):
        return Disclosure.ON_REQUEST
    if _PUBLIC_WHOLE.fullmatch(said):
        return Disclosure.PUBLIC
    return Disclosure.UNCLEAR if _SEVERAL.search(said) else None


def read_value(label: str, text: str) -> Disclosure | None:
    """Return what the value of a label says; UNCLEAR where that can't be told.

    None = the label is of secrecy, and there is none, or of the name of a message's writer.
    """
    label, said = fold(label), fold(text).strip(_AROUND)
    if _OF_WRITER.search(said):
        return None  # the name of whoever wrote it is said to be open, or not
    ticked = None if YES.fullmatch(said) else read_boxes(text, label)
    if ticked is not None:
        return ticked
    if "密" in label:
        return _read_secrecy(label, said)
    if label.endswith("范围") and "公开" not in label and "公布" not in label:
        return Disclosure.INTERNAL if said else None
    if "内部" in label and "公开" not in label:
        return None if NO.fullmatch(said) else Disclosure.INTERNAL
    mark = read_mark(said)
    if mark not in (None, Disclosure.UNCLEAR):
        return Disclosure.CLOSED if mark is Disclosure.INTERNAL else _not_denied(label, mark)
    yes = re.split(r"[，,（(：:；;]", said, maxsplit=1)
    if len(yes) == 2 and YES.fullmatch(yes[0]):
        return _not_denied(label, read_mark(yes[1]))
    if _SOCIETY.fullmatch(said):
        return _not_denied(label, Disclosure.PUBLIC)
    if YES.fullmatch(said) or _PUT_OUT.fullmatch(said):
        return _affirm(label)
    if NO.fullmatch(said) or said.startswith("否"):
        return Disclosure.UNCLEAR if "申请" in label or _denies(label) else Disclosure.CLOSED
    if _CLOSED.search(said):
        options = _OPTIONS.split(said)
        return Disclosure.UNCLEAR if len(options) > 1 else Disclosure.CLOSED
    if "内部" in said:
        return Disclosure.CLOSED
    return Disclosure.ON_REQUEST if re.fullmatch(r"[依凭按]?法?申请", said) else Disclosure.UNCLEAR


_OPTIONS = re.compile(r"[/、|或]|(?<=公开)(?=主动|依|不|免|公)")


def _denies(label: str) -> bool:
    """Tell whether a label asks for the contrary: `是否不予公开`."""
    return _CLOSED.search(label) is not None


def _not_denied(label: str, mark: Disclosure | None) -> Disclosure:
    if mark is None or (mark is Disclosure.PUBLIC and _denies(label)):
        return Disclosure.UNCLEAR
    return mark


def _affirm(label: str) -> Disclosure:
    """Return what a plain yes says to a label; to `公开方式` it says nothing."""
    if _denies(label):
        return Disclosure.CLOSED
    if "申请" in label:
        return Disclosure.ON_REQUEST
    return Disclosure.UNCLEAR if _MUTE.search(label) else Disclosure.PUBLIC


_MUTE = re.compile(
    r"^(?!.*[是可能宜]否).*公开(?:属性|方式|范围|类别|类型|种类|形式|选项|程度|级别)"
)


def _read_secrecy(label: str, said: str) -> Disclosure | None:
    if _NO_SECRET.fullmatch(said) or (NO.fullmatch(said) and "是否" in label):
        return None
    if "密" in said or "期限" in label or YES.fullmatch(said):
        return Disclosure.SECRET
    return Disclosure.INTERNAL if "内部" in said else Disclosure.UNCLEAR


_BRACKETED_BOX = re.compile(r"[\[（(【〔［][ 　]{0,4}([√✓✔xXvV●■☑☒×✗✘*＊]?)[ 　]{0,4}[\]）)】〕］]")
_TICKS, _BOXES, _CROSSES = "☑☒■√✓✔▣●◉⊠🗹✅◆", "□☐○◯◻▢❏❑❒◇", "×✗✘"
_GLYPHS = _TICKS + _BOXES + _CROSSES
_GLYPH = re.compile(f"[{_GLYPHS}]|口(?=[\u4e00-\u9fff]{{0,5}}(?:公开|是|否))")


def has_boxes(text: str) -> bool:
    """Tell whether a text has boxes to tick."""
    return _GLYPH.search(text) is not None or _BRACKETED_BOX.search(text) is not None


def read_boxes(text: str, label: str = "") -> Disclosure | None:
    """Return what the ticked boxes of a text say, the strictest of several; None without boxes.

    UNCLEAR where nothing is ticked, or it can't be told which box belongs to which words.
    """
    if not has_boxes(text):
        return None
    plain = _BRACKETED_BOX.sub(_as_glyph, text)
    plain = re.sub(r"口(?=[\u4e00-\u9fff]{0,5}(?:公开|是|否))", "□", plain)
    parts = [p for p in re.split(f"([{_GLYPHS}])", plain) if p.strip(_AROUND)]
    glyphs = [part in _GLYPHS for part in parts]
    if glyphs[0] is glyphs[-1]:
        return Disclosure.UNCLEAR if any(map(_is_option, parts)) or label else None
    if not glyphs[0]:
        parts.reverse()  # the box stands behind its words
    if not label and not any(map(_is_option, parts)):
        return None
    said: list[Disclosure | None] = []
    ticked = False
    for part in parts:
        if part in _GLYPHS:
            ticked = part in _TICKS
            continue
        mark = read_value(label, part) if label else read_mark(part)
        if len(part.split()) > 1 and (mark in (None, Disclosure.UNCLEAR) or not ticked):
            return Disclosure.UNCLEAR  # words that no box belongs to
        if ticked:
            said.append(mark)
        ticked = False
    found = strictest(said)
    return found if found and None not in said else Disclosure.UNCLEAR


def _as_glyph(match: re.Match[str]) -> str:
    return "□" if not match[1] else match[1] if match[1] in _CROSSES else "☑"


def _is_option(part: str) -> bool:
    return any(map(read_mark, part.split()))


STRICTNESS = (
    Disclosure.PUBLIC,
    Disclosure.ON_REQUEST,
    Disclosure.UNCLEAR,
    Disclosure.INTERNAL,
    Disclosure.CLOSED,
    Disclosure.SECRET,
)
"""The marks, the strictest last."""


def strictest(marks: list[Disclosure | None]) -> Disclosure | None:
    """Return the strictest of some marks, None where there is none."""
    return max((mark for mark in marks if mark), key=STRICTNESS.index, default=None)
