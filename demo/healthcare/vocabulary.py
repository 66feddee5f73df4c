# ruff: noqa: E501 - lists of words; a Chinese sign counts as two columns
"""The words of the healthcare scenario."""

from __future__ import annotations

from demo.words import phrases

REGIONS = ["上海", "江苏", "浙江", "安徽"]
CONSULT_REGIONS = (0, 1)  # where online consultation was repaired, and its control
FOLLOW_UP_REGIONS = (2, 3)  # where follow-up calls were repaired, and their control

DEPARTMENTS = ["内科", "外科", "儿科", "妇产科", "皮肤科", "口腔科", "眼科", "体检中心"]
# account, channel, campaign, yuan a day
ACCOUNTS = [
    ("baidu-01", "website", "brand_search", 1200.0),
    ("baidu-02", "website", "checkup_offer", 800.0),
    ("gdt-01", "website", "clinic_nearby", 600.0),
]
CAMPAIGNS = [line[2] for line in ACCOUNTS]
PAGES = ["/", "/departments", "/doctors", "/checkup", "/contact"]
ARTICLES = phrases(
    ["名医说｜", "科普：", "季节提醒｜", "患者故事："],
    ["血压怎么量才准", "儿童发热的五个误区", "体检报告怎么看", "皮肤过敏怎么办", "颈椎病的日常护理",
     "孕期检查时间表", "种植牙前要知道的事", "流感疫苗打不打"],
)  # fmt: skip
CONSULTATION_COMMENTS = (
    phrases(["等了半天", "医生只回一句", "答非所问，", "问了三次"], ["没有结论", "就让来医院", "态度敷衍", "还是不知道挂哪个科"]),
    phrases(["医生回复很快，", "讲得很清楚，", "耐心解答，", "线上问诊省了一趟，"], ["放心多了", "知道该挂哪个科", "会再来", "推荐"]),
)  # fmt: skip
VISIT_COMMENTS = (
    phrases(
        ["候诊一个小时，", "检查排队太久，", "指引不清楚，"], ["体验差", "下次不来了", "希望改进"]
    ),
    phrases(["就诊很顺利，", "医生专业，", "环境干净，"], ["满意", "护士也热情", "感谢"]),
)
WEBSITE_COMMENTS = (
    phrases(["广告页面", "官网"], ["打开慢", "找不到医生介绍"]),
    phrases(["广告页面", "官网"], ["信息清楚", "看着专业"]),
)
FOLLOW_UP_TEXTS = (
    phrases(["回访电话", "随访"], ["像念稿子，问题没人答", "打来就问满不满意，没问病情", "打了三次都在上班时间", "说会回电，再没消息"]),
    phrases(["回访", "随访护士"], ["很细心，提醒了复查时间", "解答了用药问题", "态度好，问得仔细", "及时，帮我约了复诊"]),
)  # fmt: skip
OVERALL_COMMENTS = (
    ["整体一般，不会推荐", "还有很多要改进"],
    ["整体满意，会推荐给家人", "值得信任的医院"],
)
CALL_TEXTS = phrases(
    ["来电咨询", "患者询问"],
    ["挂号方式，", "检查报告，", "医保报销，", "出诊时间，"],
    ["已解答。", "已转科室。", "约定回电。"],
)
TICKET_SUBJECTS = [
    ("report", "检查报告"),
    ("insurance", "医保报销"),
    ("booking", "预约改期"),
    ("service", "服务态度"),
]
TICKET_TEXTS = {
    "report": phrases(["检查报告", "化验单"], ["还没出来，", "看不懂，", "在哪里下载，"], ["请帮忙看看。", "急用"]),
    "insurance": phrases(["医保", "商保"], ["能不能报，", "怎么开发票，"], ["谢谢", "请回复"]),
    "booking": phrases(["想改", "需要取消"], ["明天的预约，", "复诊时间，"], ["怎么操作？", "麻烦处理"]),
    "service": phrases(["窗口", "导诊"], ["没人理，", "推来推去，"], ["要投诉", "请给个说法"]),
}  # fmt: skip
STAFF_ANSWERS = ["您好，已为您查询", "已转相关科室，请稍候", "报告可在小程序查看", "已帮您改约"]
