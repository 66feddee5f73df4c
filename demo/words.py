"""Words that every made-up company uses: names, regions, browsers, robots."""

from __future__ import annotations

from itertools import product

SURNAMES = list(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
)
GIVEN_NAMES = {
    "female": [
        "秀英",
        "芳",
        "娜",
        "敏",
        "静",
        "丽",
        "艳",
        "婷",
        "雪",
        "倩",
        "欣怡",
        "梓涵",
        "诗涵",
        "雨桐",
        "佳琪",
        "思琪",
        "晓燕",
        "海燕",
        "玉兰",
        "梦洁",
        "若曦",
        "子萱",
        "一诺",
        "可馨",
    ],
    "male": [
        "伟",
        "强",
        "磊",
        "军",
        "洋",
        "勇",
        "杰",
        "涛",
        "超",
        "明",
        "浩然",
        "子轩",
        "宇轩",
        "俊杰",
        "志强",
        "建国",
        "文博",
        "一鸣",
        "天宇",
        "博文",
        "泽宇",
        "家豪",
        "晨阳",
        "思远",
    ],
}
REGIONS = [
    ("广东", 14), ("江苏", 10), ("浙江", 10), ("上海", 9), ("北京", 8), ("山东", 7), ("四川", 7), ("湖北", 6),
    ("河南", 6), ("福建", 5), ("湖南", 5), ("安徽", 4), ("陕西", 4), ("重庆", 3), ("辽宁", 2),
]  # fmt: skip
TIERS = ["普通", "银卡", "金卡", "黑金"]

USER_AGENTS = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; V2309A) Chrome/126.0",
    "Mozilla/5.0 (Linux; Android 13; 23049RAD8C) MicroMessenger/8.0.49",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/125.0",
]
BOT_AGENTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0)",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
    "Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)",
    "python-requests/2.32.3",
]


def phrases(*parts: list[str]) -> list[str]:
    """Every combination of the parts."""
    return ["".join(words) for words in product(*parts)]
