"""No identifier survives the masking, however it is spelt; ordinary numbers do.

What survives is judged apart from the rules: digits of every kind are folded into ASCII with the standard library, all
signs are dropped, and the identifier must not be found in what is left.
"""

from __future__ import annotations

import itertools
import random
import re
import unicodedata

import pytest

from test_normalisation import connection, expression

CHINESE = {
    sign: str(digit)
    for digit, signs in enumerate(
        [
            "零〇○",
            "一壹幺",
            "二两兩贰貳",
            "三叁參",
            "四肆",
            "五伍",
            "六陆陸",
            "七柒",
            "八捌",
            "九玖",
        ]
    )
    for sign in signs
}
PLAIN = "零一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"
SPOKEN = "〇幺二三四五六七八九"
WIDE = "０１２３４５６７８９"
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"
RARE = {
    "circled otherwise": "⓪➀➁➂➃➄➅➆➇➈",
    "circled in black": "⓿➊➋➌➍➎➏➐➑➒",
    "circled twice": "⓪⓵⓶⓷⓸⓹⓺⓻⓼⓽",
    "bracketed": "⓪⑴⑵⑶⑷⑸⑹⑺⑻⑼",
    "dotted": "⓪⒈⒉⒊⒋⒌⒍⒎⒏⒐",
    "bracketed Chinese": "〇㈠㈡㈢㈣㈤㈥㈦㈧㈨",
    "circled Chinese": "〇㊀㊁㊂㊃㊄㊅㊆㊇㊈",
    "Persian": "۰۱۲۳۴۵۶۷۸۹",
    "Indian": "०१२३४५६७८९",
    "Thai": "๐๑๒๓๔๕๖๗๘๙",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "outlined": "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "sans": "𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫",
    "bold sans": "𝟬𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵",
    "typewriter": "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
}


def masked(texts: list[str]) -> list[str]:
    """What the macros make of each text."""
    rows = connection().execute(
        f"""
        select {expression("masked_text")}
        from (
            select number, {expression("legible_text")} as landed
            from (select unnest($1::varchar[]) as landed, unnest(range(len($1))) as number)
        )
        order by number
        """,
        [texts],
    )
    return [row[0] for row in rows.fetchall()]


def bare(text: str) -> str:
    """Letters and digits alone, all digits ASCII, small letters, masks taken out."""
    digits = "".join(str(unicodedata.digit(sign, sign)) for sign in text)
    folded = unicodedata.normalize("NFKC", digits.replace("[masked]", "\n"))
    folded = "".join(CHINESE.get(sign, sign) for sign in folded).lower()
    return re.sub(r"[^0-9a-z\n一-龥]", "", folded)


def in_signs(signs: str):
    """A spelling of digits by other signs."""
    return lambda text: "".join(signs[int(sign)] if sign.isdecimal() else sign for sign in text)


def mixed(text: str) -> str:
    """Every second digit Chinese."""
    return "".join(
        PLAIN[int(sign)] if sign.isdecimal() and place % 2 else sign
        for place, sign in enumerate(text)
    )


def parted(sizes: tuple[int, ...], sign: str):
    """A spelling in groups; the last size repeats."""

    def spelt(text: str) -> str:
        parts, rest, number = [], text, 0
        while rest:
            size = sizes[min(number, len(sizes) - 1)]
            parts.append(rest[:size])
            rest, number = rest[size:], number + 1
        return sign.join(parts)

    return spelt


def wide(text: str) -> str:
    """Full-width digits, letters and signs."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


SPELLINGS = {
    "plain": lambda text: text,
    "wide": wide,
    "chinese": in_signs(PLAIN),
    "formal": in_signs(FORMAL),
    "spoken": in_signs(SPOKEN),
    "circled": in_signs(CIRCLED),
    "mixed": mixed,
    "each apart": parted((1,), " "),
    "each dashed": parted((1,), "-"),
    "zero-width": parted((1,), "\u200b"),
    **{name: in_signs(signs) for name, signs in RARE.items()},
    "keycaps": lambda text: "".join(
        sign + "\ufe0f\u20e3" if sign.isdecimal() else sign for sign in text
    ),
}
GROUPED = {
    f"{sizes} by {sign!r}": parted(sizes, sign)
    for sizes in [(3, 4, 4), (3, 3, 5), (3, 8), (7, 4), (4, 4), (5, 6)]
    for sign in (" ", "-", "  ", "\u3000", "—", "·")
} | {
    f"(3, 4, 4) by {sign!r}": parted((3, 4, 4), sign) for sign in (".", "，", "/", "、", "*", "\n")
}
FRAMES = ("{}", "请打{}找我", "电话：{}。", "我的号码是{}，谢谢", "call {} please", "3件，{} 2天")
PHONES = ("13812345678", "19987654321", "15000000001")
CARDS = ("440301199003072315", "11010120010230891X", "330106198512310028")
ORDERS = ("2024112612345678", "4398662316", "784512096633")
MEMBERS = ("M52098480", "VIP00012345", "C8812067", "52098480")
ACCOUNTS = ("zhang_san88", "abc12345", "lihua1990")


def survivors(identifier: str, spelt: list[str]) -> list[tuple[str, str]]:
    """(text, what came of it) of the texts that still hold the identifier, or six letters of it in a row."""
    sought = bare(identifier)
    pieces = [sought[start : start + 6] for start in range(max(1, len(sought) - 5))]
    return [
        (text, left)
        for text, left in zip(spelt, masked(spelt), strict=True)
        if any(piece in bare(left) for piece in pieces)
    ]


@pytest.mark.parametrize("phone", PHONES)
def test_no_phone_survives(phone: str) -> None:
    spellings = {**SPELLINGS, **GROUPED}
    groupings = [spell(phone) for spell in spellings.values()]
    both = [
        SPELLINGS[one](GROUPED[two](phone))
        for one in ("wide", "chinese", "mixed")
        for two in GROUPED
    ]
    frames = itertools.cycle(FRAMES)
    spelt = [
        next(frames).format(prefix + text)
        for prefix in ("", "+86 ", "86-", "0086")
        for text in groupings + both
    ]
    assert survivors(phone, spelt) == []


@pytest.mark.parametrize("card", CARDS)
def test_no_identity_card_survives(card: str) -> None:
    sizes = [(6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (6, 12)]
    spelt = [spell(card) for spell in SPELLINGS.values()]
    spelt += [parted(size, sign)(card) for size in sizes for sign in (" ", "-", "\u3000")]
    spelt += [in_signs(PLAIN)(parted(size, " ")(card)) for size in sizes]
    assert survivors(card, [frame.format(text) for text in spelt for frame in FRAMES]) == []


@pytest.mark.parametrize("number", ORDERS)
def test_no_order_number_survives(number: str) -> None:
    names = [name for name in SPELLINGS if not name.startswith("each")]
    spelt = [SPELLINGS[name](number) for name in names]
    spelt += [f"订单号：{parted((4,), ' ')(number)}", f"订单{parted((1,), ' ')(number)}有问题"]
    assert survivors(number, [frame.format(text) for text in spelt for frame in FRAMES]) == []


@pytest.mark.parametrize("number", MEMBERS)
def test_no_member_number_survives(number: str) -> None:
    spelt = [SPELLINGS[name](number) for name in ("plain", "wide", "chinese", "circled", "mixed")]
    spelt += [f"会员号{spell(number)}" for spell in SPELLINGS.values()]
    spelt += [parted((1, 4), " ")(number) if number[0].isalpha() else number]
    spelt += [f"会员卡号：{parted((3,), ' ')(number)}"]
    assert survivors(number, [frame.format(text) for text in spelt for frame in FRAMES]) == []


@pytest.mark.parametrize("account", ACCOUNTS)
def test_no_account_that_is_called_one_survives(account: str) -> None:
    labels = (
        "微信",
        "微信号：",
        "微信号是",
        "加微信 ",
        "wx:",
        "VX ",
        "v信",
        "WeChat: ",
        "ＷｅＣｈａｔ：",
        "QQ号",
    )
    spelt = [label + spell(account) for label in labels for spell in (str, wide, in_signs(PLAIN))]
    spelt += ["wxid_" + account, "加我 wxid_" + account]
    spelt += ["微信号：" + parted((1,), " ")(account)]
    assert survivors(account, spelt) == []


@pytest.mark.parametrize(
    "address", ["li.hua@example.com", "13812345678@qq.com", "a_b-c@mail.example.cn"]
)
def test_no_address_survives(address: str) -> None:
    user, domain = address.split("@")
    spelt = [
        address,
        wide(address),
        address.upper(),
        address.replace("@", " @ "),
        f"{user}(at){domain}",
    ]
    spelt += [
        f"{user}#{domain}",
        f"{user}艾特{domain}",
        address.replace("@", "＠").replace(".", "。"),
    ]
    assert survivors(user, [f"邮箱{text}，谢谢" for text in spelt]) == []


@pytest.mark.parametrize(
    "spelt",
    [
        "müller@example.com",
        "josé.lópez@exämple.com",
        "müller (AT) example.de",
        "müller[at]example.shop",
        "müller(@)example.com",
        "müller AT example DOT com",
    ],
)
def test_an_address_goes_as_a_whole(spelt: str) -> None:
    assert masked([f"mail: {spelt}, thanks"]) == ["mail: [masked], thanks"]


@pytest.mark.parametrize(
    "spelt",
    [
        "(415) 555-2671",
        "(07700) 900 123",
        "07700 900123",
        "(020) 7946 0958",
        "(0151) 23456789",
        "0151/2345678",
        "030 / 123456",
        "+49 (0)151 2345678",
        "+49/151/2345678",
    ],
)
def test_a_number_abroad_goes_as_a_whole(spelt: str) -> None:
    assert masked([f"call {spelt} please"]) == ["call [masked] please"]


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "10.0.0.1",
        "192.168.100.254",
        "198.51.100.23",
        "2001:db8::ff00:42:8329",
        "fe80::1",
        "2001:0DB8:85a3:0000:0000:8a2e:0370:7334",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "IP：{}。", "来自{}的访问", "[{}]", "from {}, again"])
def test_an_address_of_a_network_goes_as_a_whole(address: str, frame: str) -> None:
    sign = frame.format("\n").translate(str.maketrans("：", ":")).split("\n")
    for spelt in (address, wide(address)):
        [left] = masked([frame.format(spelt)])
        assert left.translate(str.maketrans("：", ":")) == "[masked]".join(sign)


def test_names_that_introduce_themselves_and_openids_go() -> None:
    texts = [
        "我叫王秀英，想退货",
        "收件人：李明",
        "我叫欧阳修文，想退货",
        "联系人：阿不都·买买提",
        "收货人：司马相如。",
        "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        "@zhang_san 你看",
        "回复@张三丰：收到",
        "021-5888 1234",
    ]
    assert masked(texts) == [
        "我叫[masked]，想退货",
        "收件人：[masked]",
        "我叫[masked]，想退货",
        "联系人：[masked]",
        "收货人：[masked]。",
        "[masked]",
        "[masked] 你看",
        "回复[masked]：收到",
        "[masked]",
    ]


def test_the_own_numbers_of_a_record_go_as_they_stand() -> None:
    sql = expression("masked_text", "Asia/Shanghai", "", ("buyer_id", "order_no"))
    found = connection().execute(
        f"select {sql} from (values ('买家 qh-小红 说好', 'qh-小红', null), ('小红的 abc', 'abc', 'B7')"
        ") as texts (landed, buyer_id, order_no)"
    )
    # values under four letters may be words
    assert found.fetchall() == [("买家 [masked] 说好",), ("小红的 abc",)]


# fmt: off
ORDINARY = [
    "价格199元", "原价1299.00现价999", "1,299.00元", "¥12999999", "一共12345678元", "2024-08-22收到",
    "20240822", "2024年8月22日下单，8月25日到", "2024/8/22 13:30", "2023-2024年", "10:30-21:30营业",
    "尺码 36 37 38 39 40", "199 299 399", "买了3件，退2件，还剩1件", "iPhone15 Pro Max 256GB", "RTX4090 显卡",
    "第一二三四次", "一二三，走起", "二零二四年八月", "三四五六天就到了", "1920x1080", "评分4.5/5",
    "加热到100度 30分钟", "客服回复慢，等了72小时", "第1、2、3、4步", "三三两两", "十一月二十二日",
    "订单2024年下的", "会员日满300减50", "微信支付200元", "微信小程序很好用", "wechat pay is fine",
    "order arrived quickly in 3 days", "member of the club", "My order cost RMB15000",
    "用了一周效果明显，物流也快。", "买了100000个", "1500000积分", "50ml*12", "KFR-35GW/N8",
    "5kg装 2袋 39.9元", "3楼B座1201室", "1+1=2", "满100减20，满200减50，满300减80", "12月12日 12:12 下单",
    "电池5000mAh", "QQ群很热闹", "加微信群", "一万二千三百四十五元", "收件人写错了", "电话没人接",
    "电话打了3次", "手机号码填错了", "帮我叫出租车", "便宜了1000-1500元",
    "@客服小美很耐心", "我叫的快递还没到", "收件人：地址写错了",
    "满(200)减30，满(300)减50", "(30) 2024-08-22收到", "arrived at 10.30", "0755 12345件",
    "版本1.2.3", "升级到 2.10.0 以后", "10:20:30到的", "比例 1:2:3", "3.5.1节", "std::vector",
]
# fmt: on


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_numbers_survive(text: str) -> None:
    assert masked([text]) == [text]


def test_phones_in_random_company_do_not_survive() -> None:
    """Several in one text, between other numbers and words."""
    rng = random.Random(7)
    words = [
        "换货",
        "3件",
        "199元",
        "2024-08-22",
        "很慢！",
        "ok",
        "M号",
        "一二",
        "，",
        " ",
        "。",
        "第2次",
    ]
    spells = list({**SPELLINGS, **GROUPED}.values())
    for _ in range(300):
        phone = f"1{rng.randint(3, 9)}{rng.randint(10**8, 10**9 - 1)}"
        parts = [rng.choice(words) for _ in range(rng.randint(0, 4))]
        place = rng.randint(0, len(parts))
        parts[place:place] = [
            " ",
            rng.choice(spells)(phone),
            rng.choice([" ", "，", "和"]),
            rng.choice(spells)(phone),
            " ",
        ]
        assert survivors(phone, ["".join(parts)]) == []


def test_the_judge_finds_what_is_not_masked() -> None:
    """A corpus whose judge sees nothing would pass whatever the rules are."""
    assert bare("电话 一三八１２３-4⑤6七8") == "电话13812345678"
    assert survivors("1379999", ["房号 137-9999"]) == [("房号 137-9999", "房号 137-9999")]
