-- one case of each rule; python_tests/test_masking.py tries them in many spellings
{% set cases = [
    ('请打１３８ 1234 5678找我', '请打[masked]找我'),
    ('电话幺三八，一二三四，五六七八', '电话[masked]'),
    ('①③⑧①②③④⑤⑥⑦⑧ 13987654321', '[masked][masked]'),
    ('1 3 8 1 2 3 4 5 6 7 8', '[masked]'),
    ('𝟭𝟯𝟴 ⒈⒉⒊⒋ ⑸⑹➐➇', '[masked]'),
    ('㊀㊂㊇ ۱۲۳۴ ५६७८', '[masked]'),
    ('邮箱 li.hua ＠ example . com 谢谢', '邮箱 [masked] 谢谢'),
    ('li.hua(at)example.com', '[masked]'),
    ('müller@exämple.com', '[masked]'),
    ('müller (AT) example.de', '[masked]'),
    ('call (415) 555-2671 or 07700 900123', 'call [masked] or [masked]'),
    ('回复@张三丰：收到', '回复[masked]：收到'),
    ('身份证 440301 1990 0307 231x', '身份证 [masked]'),
    ('四四〇三〇一一九九〇〇三〇七二三幺五', '[masked]'),
    ('订单号：4398 6623 16，很慢', '订单号：[masked]，很慢'),
    ('会员M五二零九八四八零', '会员[masked]'),
    ('微信号：zhang_san88', '微信号：[masked]'),
    ('加我 vx zhangsan', '加我 vx [masked]'),
    ('oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', '[masked]'),
    ('卡 6222 0212 3456 7890 123', '卡 [masked]'),
    ('021-5888 1234', '[masked]'),
    ('+44 20 7946 0958', '[masked]'),
    ('我叫王秀英，想退货', '我叫[masked]，想退货'),
    ('我叫欧阳修文，想退货', '我叫[masked]，想退货'),
    ('联系人：阿不都·买买提', '联系人：[masked]'),
    ('买家 qh-小红 说好', '买家 [masked] 说好'),
    ('2024-08-22 13:30 买了3件，共1299.00元', '2024-08-22 13:30 买了3件，共1299.00元'),
    ('尺码 36 37 38 39 40', '尺码 36 37 38 39 40'),
    ('一共12345678元，2023-2024年', '一共12345678元，2023-2024年'),
    ('order arrived quickly in 3 days', 'order arrived quickly in 3 days'),
    ('满100减20，iPhone15 256GB', '满100减20，iPhone15 256GB'),
    ('', ''),
] %}

with cases as (
    {%- for landed, expected in cases %}
    select
        {{ loop.index }} as case_number,
        '{{ landed }}' as landed,
        'qh-小红' as own_number,
        '{{ expected }}' as expected
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

named as (
    select
        case_number,
        {{ legible_text('landed') }} as legible_text,
        own_number,
        expected
    from cases
),

masked as (
    select
        case_number,
        legible_text,
        {{ masked_text('legible_text', ['own_number']) }} as actual,
        expected
    from named
)

select *
from masked
where actual is distinct from expected
