# ruff: noqa: E501 - lists of words; a Chinese sign counts as two columns
"""The words of the retail scenario: names, regions, goods, campaigns, articles and what people write."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa

from demo.words import (  # noqa: F401 - retail speaks of them as its own
    BOT_AGENTS,
    GIVEN_NAMES,
    REGIONS,
    SURNAMES,
    TIERS,
    USER_AGENTS,
    phrases,
)

_GOODS = {
    "护肤": (
        ["保湿面霜", "氨基酸洁面乳", "玻尿酸精华", "防晒乳", "修护面膜", "舒缓爽肤水"],
        79,
        399,
    ),
    "家居": (["乳胶枕", "全棉四件套", "记忆棉坐垫", "香薰蜡烛", "落地灯", "收纳箱"], 59, 899),
    "厨具": (
        ["不粘炒锅", "陶瓷餐具套装", "真空保温杯", "便携榨汁机", "空气炸锅", "刀具套装"],
        49,
        1299,
    ),
    "家电": (["扫地机器人", "加湿器", "电动牙刷", "空气净化器", "吹风机", "挂烫机"], 129, 2999),
    "服饰": (["羊毛围巾", "纯棉短袖", "轻薄羽绒服", "瑜伽裤", "家居服", "帆布包"], 59, 799),
    "食品": (["有机燕麦片", "冻干咖啡", "坚果礼盒", "白桃乌龙茶", "低糖饼干", "蜂蜜"], 19, 199),
    "母婴": (["婴儿湿巾", "儿童保温壶", "待产包", "儿童绘本架", "婴儿背带", "辅食机"], 29, 599),
    "宠物": (["猫砂", "自动喂食器", "宠物窝", "冻干猫粮", "牵引绳", "宠物饮水机"], 19, 499),
}
_SERIES = ["青禾", "云栖", "暖屿", "森语", "素白", "拾光", "初雪"]


def _catalogue() -> tuple[list[str], list[str], list[str], np.ndarray, list[str]]:
    names, categories, prices, terms = [], [], [], []
    for category, (goods, low, high) in _GOODS.items():
        for position, (series, good) in enumerate(product(_SERIES, goods)):
            step = (position * 37) % 41 / 40
            names.append(f"{series}{good}")
            categories.append(category)
            terms.append(good)
            prices.append(int(low + (high - low) * step**2) * 100 + 90)
    codes = [f"I{number:04d}" for number in range(1, len(names) + 1)]
    return codes, names, categories, np.array(prices, np.int64), terms


ITEM_IDS, ITEM_NAMES, ITEM_CATEGORIES, ITEM_PRICES, ITEM_TERMS = _catalogue()
ITEM_COUNT = len(ITEM_IDS)
ITEM_ID_POOL = pa.array(ITEM_IDS)
ITEM_TERM_POOL = pa.array(ITEM_TERMS)

CAMPAIGN_CODES = ["summer_cool", "qixi", "back_to_school", "national_day", "d11", "d12", "new_year", "women_day",
                  "spring_new", "mid618"]  # fmt: skip
# Days after the last first of July on which each campaign runs.
CAMPAIGN_DAYS = [(0, 35), (35, 50), (50, 75), (80, 103), (115, 138), (155, 168), (188, 215), (240, 254),
                 (260, 300), (330, 357)]  # fmt: skip

# (referrer, utm_source, utm_medium, weight); the campaign of the day is added where there is a medium.
ENTRANCES = [
    (None, None, None, 38), ("https://www.baidu.com/", "baidu", "cpc", 18), ("https://www.baidu.com/", None, None, 14),
    ("https://www.bing.com/", None, None, 5), ("https://www.zhihu.com/", "zhihu", "content", 7),
    ("https://weibo.com/", "weibo", "social", 8), (None, "sms", "sms", 6), (None, "edm", "email", 4),
]  # fmt: skip

ARTICLES = [f"{lead}{topic}" for lead, topic in product(
    ["新手必看：", "店长亲测｜", "换季攻略：", "本周上新 ", "会员日｜", "一篇讲清："],
    ["敏感肌怎么选面霜", "小户型收纳的十个办法", "空气炸锅食谱合集", "给家人的一份体检清单", "羽绒服清洗指南",
     "早餐燕麦的三种吃法", "猫咪饮水机怎么选", "睡眠好不好看枕头", "露营装备清单", "送礼不踩雷"],
)]  # fmt: skip
CONTENTS = [f"{lead}{topic}" for lead, topic in product(
    ["开箱｜", "真实测评 ", "好物分享：", "避雷！", "跟着我买 ", "一镜到底 "],
    ["扫地机器人用了三个月", "这款面霜真的不油", "出租屋改造只花五百", "打工人的咖啡角", "新生儿囤货清单",
     "不粘锅到底粘不粘", "猫主子的新家", "通勤包里有什么", "冬天的幸福感小家电", "换季护肤流程"],
)]  # fmt: skip


_THING = ["面霜", "枕头", "锅", "保温杯", "加湿器", "围巾", "燕麦片", "扫地机", "四件套", "包装"]
_GOOD = [
    "质量很好，",
    "比想象中好用，",
    "做工精细，",
    "味道淡淡的很舒服，",
    "颜值在线，",
    "用了一周效果明显，",
]
_GOOD_END = [
    "物流也快。",
    "客服很耐心，会回购！",
    "家人都说好",
    "性价比高，推荐。",
    "已经推荐给朋友了",
    "下次还来，五星好评",
]
_FAIR = ["还可以，", "一般般，", "中规中矩，", "和描述差不多，"]
_FAIR_END = ["就是发货有点慢。", "价格偏高", "包装有点简陋。", "没有想象中那么好", "等了几天才到"]
_POOR = ["太失望了，", "用了两天就坏了，", "和图片完全不符，", "有异味，", "做工粗糙，"]
_POOR_END = [
    "客服半天不回复！",
    "申请退货还要自己出运费。",
    "再也不买了",
    "物流慢得离谱",
    "包装破损也没人管。",
    "差评",
]

# By star: position 0 is one star.
REVIEWS = [
    phrases(_THING, _POOR, _POOR_END),
    phrases(_THING, _POOR[1:], _POOR_END[:4]),
    phrases(_THING, _FAIR, _FAIR_END),
    phrases(
        _THING,
        _GOOD[:4],
        ["就是物流慢了点。", "包装可以再好一些", "整体满意。", "价格再低点就好了"],
    ),
    phrases(_THING, _GOOD, _GOOD_END),
]
SURVEY_COMMENTS = {
    "store_purchase": (["门店排队太久", "店员爱答不理", "试用装都是空的", "结账等了二十分钟，没人管"],
                       ["导购很专业", "门店环境舒服，服务热情", "店员推荐得很准", "结账很快，还送了小样"]),
    "own_shop_order": (["下单页面总是卡", "优惠券用不了，算法太复杂", "找不到想要的规格"],
                       ["下单方便", "优惠力度大，流程顺畅", "页面清楚，一分钟搞定"]),
    "hotline_call": (["打了三次才接通", "客服推来推去没解决", "等待音乐听了十分钟"], ["电话一打就通", "客服态度好，问题当场解决", "讲得很清楚"]),
    "service_ticket": (["工单两天没人回", "机器人答非所问", "问题没有解决就关单了"], ["回复及时", "处理得很快，很满意", "客服跟进到底，点赞"]),
    "erp_delivery": (["快递晚了三天", "包裹破损，配送员态度差", "没打电话就放驿站"], ["次日就到了", "包装严实，送货上门", "配送很快"]),
    "website_visit": (["网站打开太慢", "搜索不准，找半天"], ["网站简洁好找", "商品介绍很详细"]),
    "app_visit": (["APP老是闪退", "推送太多，烦人"], ["APP很流畅", "签到有惊喜，界面好看"]),
    "": (["不会再推荐给朋友", "最近品控下降"], ["一直用这个牌子，愿意推荐", "品牌值得信赖"]),
}  # fmt: skip
ARTICLE_COMMENTS = phrases(
    ["学到了，", "写得真好，", "收藏了，", "请问", "小编，"],
    ["敏感肌能用吗？", "什么时候有活动？", "门店有现货吗？", "已经下单", "期待下一期"],
)
SOCIAL_COMMENTS = phrases(
    ["求链接，", "已种草，", "博主", "姐妹们", "真的吗，"],
    ["多少钱呀", "好用吗？", "我也买了，真香", "踩过坑，谨慎", "颜色好好看", "线下哪里能买"],
)
WECHAT_MESSAGES = phrases(
    ["你好，", "在吗？", "请问", "麻烦问下，"],
    [
        "订单什么时候发货",
        "可以开发票吗",
        "门店几点关门",
        "会员积分怎么用",
        "优惠券领不了",
        "这个适合送老人吗",
    ],
)
COMMUNITY_POSTS = phrases(
    ["群里的朋友，", "有没有人", "分享一下：", "刚收到货，", "吐槽一句，"],
    [
        "用过这款扫地机？",
        "面霜比上次便宜",
        "这次的包装很用心",
        "快递太慢了",
        "门店活动今天最后一天",
        "客服换人了吗，态度差",
        "给宝宝买的，很满意",
    ],
)
TICKET_SUBJECTS = [
    ("delivery", "物流配送"),
    ("refund", "退款退货"),
    ("quality", "商品质量"),
    ("invoice", "发票问题"),
    ("points", "会员积分"),
    ("usage", "使用咨询"),
]
TICKET_TEXTS = {
    "delivery": phrases(["我的包裹", "订单"], ["三天没更新物流了，", "显示签收但我没收到，", "催了两次还没发货，"], ["请尽快处理！", "麻烦查一下。", "再不到就退款"]),
    "refund": phrases(["申请退款", "退货寄回"], ["已经一周了，", "一直显示审核中，"], ["钱什么时候到账？", "请给个说法。", "谢谢"]),
    "quality": phrases(["收到的", "用了两天的"], ["保温杯漏水，", "加湿器不出雾，", "面霜有异味，", "四件套开线，"], ["要求换货。", "太失望了，要投诉", "怎么处理？"]),
    "invoice": phrases(["需要", "请补开"], ["电子发票，", "增值税专用发票，"], ["抬头已发。", "谢谢！"]),
    "points": phrases(["积分", "会员等级"], ["没有到账，", "突然变少了，"], ["请核实。", "怎么回事？"]),
    "usage": phrases(["请问", "想咨询"], ["扫地机怎么连WiFi，", "空气炸锅第一次怎么用，", "面膜一周敷几次，"], ["谢谢。", "说明书看不懂"]),
}  # fmt: skip
CALL_TEXTS = phrases(
    ["客户来电", "来电人"],
    ["咨询物流进度，", "要求退货，", "反映商品质量问题，", "询问门店地址，", "咨询会员权益，"],
    ["已解答。", "已转仓库跟进。", "情绪激动，已安抚。", "约定次日回电"],
)
CUSTOMER_MESSAGES = [
    "好的，谢谢",
    "还没有收到回复",
    "什么时候能处理好？",
    "可以了，已解决",
    "请转人工",
    "我再等等",
    "图片已经发了",
]
AGENT_MESSAGES = [
    "您好，请稍等，我帮您查询",
    "已为您加急处理",
    "很抱歉给您带来不便",
    "退款将在三个工作日内到账",
    "请提供一下订单号",
    "感谢您的耐心等待",
]
BOT_MESSAGES = [
    "您好，我是智能客服小禾，请选择问题类型",
    "您可以在“我的订单”中查看物流",
    "正在为您转接人工",
]
B2B_OUTCOMES = ["跟进中", "已报价", "已签约", "无意向"]
