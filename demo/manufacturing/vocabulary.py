# ruff: noqa: E501 - lists of words; a Chinese sign counts as two columns
"""The words of the manufacturer: regions, machines, and what buyers and engineers write."""

from __future__ import annotations

import numpy as np

from demo.words import phrases

TREATED, CONTROL, ALIKE = 0, 1, 2
REGIONS = ["江苏", "浙江", "山东"]
ITEMS = [
    ("PM-110", "离心泵 PM110", "泵", 18_600),
    ("PM-220", "多级泵 PM220", "泵", 42_800),
    ("KC-15", "螺杆空压机 KC15", "空压机", 36_500),
    ("KC-37", "螺杆空压机 KC37", "空压机", 88_000),
    ("FJ-05", "罗茨风机 FJ05", "风机", 27_300),
    ("FJ-11", "罗茨风机 FJ11", "风机", 51_900),
]
PARTS = [
    ("SP-01", "机械密封", "配件", 320),
    ("SP-02", "空气滤芯", "配件", 180),
    ("SP-03", "轴承套件", "配件", 560),
    ("SP-04", "润滑油 20L", "配件", 690),
]
MOTOR = ("MT-01", "主电机", "部件", 2_600)
ITEM_PRICES = np.array([price for *_, price in ITEMS])
SEARCHES = ["空压机选型", "多级泵参数", "风机报价", "售后网点", "样本下载"]

ENQUIRY = (
    ["询价三天才有人回", "采购商务响应太慢", "催了几次才给报价", "回复慢，耽误了招标"],
    ["半天就回复了，专业", "报价及时，选型建议很好", "响应快，对接顺畅", "工程师当天联系我们"],
)  # fmt: skip
DELIVERY = (
    ["交货晚于约定", "到货缺资料", "运输包装破损"],
    ["按期到货", "随机资料齐全", "交付顺利，安装指导到位"],
)
STORE = (
    ["门店配件缺货", "柜台等了很久"],
    ["门店配件齐全", "店员懂技术，推荐准确"],
)
OVERALL = (
    ["响应慢，不会推荐", "合作体验一般"],
    ["值得长期合作", "响应及时，愿意推荐给同行"],
)
QUALITY, DOCUMENT, SPARE, USAGE = range(4)
CATEGORIES = [
    ("quality", "设备质量", phrases(["新到的设备", "这批机器", "上月交付的机组"], ["运行一个月后异响，", "轴承温度过高，", "密封漏油，", "频繁报警停机，"], ["要求更换。", "影响生产，要投诉", "请尽快派人处理"])),
    ("document", "资料发票", phrases(["请补寄", "需要"], ["合格证，", "增值税发票，"], ["谢谢", "尽快"])),
    ("spare_part", "配件咨询", phrases(["请问", "咨询一下"], ["机械密封型号，", "滤芯更换周期，"], ["谢谢", "有没有现货"])),
    ("usage", "使用指导", phrases(["请问", "想咨询"], ["变频器怎么设定，", "首次启动要注意什么，"], ["谢谢。", "方便远程指导吗"])),
]  # fmt: skip
ROUTINE = ["start", "calibration", "maintenance", "stop"]
ANOMALIES = [("overheat", "critical"), ("alarm", "warning"), ("fault", "critical"), ("alarm", "warning"), ("overheat", "warning")]  # fmt: skip
