# ruff: noqa: E501 - lists of words; a Chinese sign counts as two columns
"""The words of the school: regions, courses, articles, and what students and parents write."""

from __future__ import annotations

import numpy as np

from demo.words import phrases

TREATED, CONTROL, ALIKE = 0, 1, 2
REGIONS = ["上海", "北京", "四川"]
COURSES = [
    ("C-ENG1", "雅思强化班", "语言", 6_800),
    ("C-ENG2", "商务英语口语", "语言", 4_200),
    ("C-PY01", "Python 数据分析", "职业技能", 3_600),
    ("C-ACC1", "初级会计冲刺班", "考证", 2_980),
    ("C-DES1", "UI 设计入门", "职业技能", 3_980),
    ("C-KID1", "少儿编程启蒙", "素质", 5_200),
]
PRICES = np.array([price for *_, price in COURSES])

ARTICLES = ["新学期课程速递：六门好课开放试听", "学员故事：三个月从零到雅思7分", "课程资讯：Python数据分析就业行情", "名师专访：如何坚持学完一门课",
            "本周直播预告：初级会计考点", "少儿编程该从几岁开始", "寒假集训营课程安排", "学习方法：碎片时间怎么用", "课程资讯：UI设计作品集指南",
            "试听课开放预约"]  # fmt: skip
ARTICLE_COMMENTS = [
    "写得很好，先收藏",
    "课程什么时候有优惠？",
    "还在犹豫要不要报",
    "老师讲得好",
    "孩子想学编程",
]
SEARCHES = ["雅思培训", "Python 课程", "会计考证", "试听课", "课程价格"]

TEACHER, TIMETABLE, REFUND, PLATFORM, QUESTION = range(5)
CATEGORIES = [
    ("teacher", "授课质量", phrases(["老师讲课", "助教答疑"], ["节奏太快，", "敷衍了事，"], ["要求换老师", "希望改进"])),
    ("timetable", "课程安排", phrases(["上课时间", "直播课"], ["一改再改，", "临时取消，"], ["影响工作，要投诉", "请给个说法"])),
    ("refund", "退费问题", phrases(["申请退费", "退课"], ["两周了没有消息，", "手续费太高，"], ["请尽快处理", "要投诉"])),
    ("platform", "平台故障", phrases(["上课平台", "回放"], ["一直卡顿，", "打不开，"], ["影响学习", "请修复"])),
    ("question", "课程咨询", phrases(["请问", "想了解一下"], ["试听课怎么预约，", "课程有效期多久，", "发票怎么开，"], ["谢谢", "谢谢老师"])),
]  # fmt: skip
LESSON_TEXTS = [
    phrases(["老师照本宣科，", "课堂太吵，"], ["完全听不懂", "浪费时间"]),
    phrases(["讲得太快，", "例子太少，"], ["跟不上", "希望改进"]),
    phrases(["内容一般，", "还可以，"], ["作业有点多", "互动少"]),
    phrases(["讲得清楚，", "内容实用，"], ["收获不小", "要是有讲义更好"]),
    phrases(["老师非常耐心，", "讲得生动，"], ["收获很大", "强烈推荐", "期待下节课"]),
]  # fmt: skip
ENROL = (["报名流程太复杂", "顾问一直催单"], ["报名方便，顾问专业", "试听后很满意就报了"])
OVERALL = (["效果一般，不会推荐", "班主任不负责"], ["学到了真本事，推荐", "会继续报下一期"])
CAMPAIGN = "autumn_term"
