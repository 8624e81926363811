"""A reply as its card shows it, with all its fields, and one of which nothing is known."""

from app.types import ReplyCard

CARD = ReplyCard(
    reply_id="r1",
    title="对区政协第0058号提案的答复",
    matter="完善社区助餐服务",
    agency="云溪区民政局",
    doc_number="云民〔2022〕7号",
    date="2022-04-09",
    kind="提案答复",
    outcome="B",
    disclosure=None,
    source="/srv/a.txt",
)
BARE = ReplyCard("r2", None, None, None, None, None, None, None, None, "/srv/b.txt")
