{#- A free text (see `legible_text`) without what can identify somebody: `[masked]` stands in the place of phone numbers,
    e-mail and IP addresses, identity cards, order and member numbers, WeChat and other account ids, bank cards, and of
    names that introduce themselves, however their digits are grouped or written (Chinese numerals too). Prices, dates,
    times, years and quantities stay. `values`: columns whose values are masked as they stand, such as the record's own numbers.

    The rules are [pattern, replacement], in turn. U+E001 stands for the mask until the end, U+E000 for a fence beside a
    number that may stay. No engine looks around in patterns alike, so what stands beside a match is a group of its own; a
    rule whose matches share a blank goes twice. -#}
{%- macro masked_text(text, values=[]) -%}
    {%- set fence, mask = '\ue000', '\ue001' -%}
    {%- set han = '零〇○一二两兩三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖幺' -%}
    {%- set any = '[0-9' ~ han ~ ']' -%}
    {%- set start, end = '(^|[^0-9' ~ han ~ '])', '([^0-9' ~ han ~ ']|$)' -%}
    {#- between the digits of one number: blanks, dashes, brackets; and every sign that is no letter -#}
    {%- set gap = '[ _~*()（）·—–‐‑−-]{0,3}' -%}
    {%- set sign = '[^0-9A-Za-z一-龥〇' ~ fence ~ mask ~ ']{1,3}' -%}
    {%- set first, second = '[1一壹幺]', '[3-9三四五六七八九叁參肆伍陆陸柒捌玖]' -%}
    {%- set country = '([+]|00)?(86)?' ~ gap -%}
    {%- set letter = 'A-Za-zÀ-ɏ0-9' -%}
    {%- set name = '[' ~ letter ~ '._%+' ~ han ~ '-]+' -%}
    {%- set account = '(微信号?码?|威信|薇信|徽信|[vV]信号?|[vV][xX]|[wW][xX]|[wW]e[cC]hat|[wW]eixin|WEIXIN|WECHAT|加[vV]|[qQ][qQ]号?|扣扣号?|企鹅号?)' -%}
    {%- set paper = '(订单编?号?码?|[运快]递?单号?码?|单号|会员[卡编]?号?码?|卡号|[账帐工学]号|编号|手机尾?号?码?|电话号?码?|联系方式|身份证号?码?|证件号?码?|护照号?码?|(^|[^A-Za-z])([oO]rder|ORDER|[mM]ember(ship)?|MEMBER|[pP]hone|[mM]obile|[tT]el))' -%}
    {%- set told = '([ :：#=]*([是为叫]|id|ID|Id|is|no|No|NO|number|Number)?[ .:：#=]*)' -%}
    {%- set coin = '(元|块|角|分|钱|万|千|百|亿|人|个|件|次|份|盒|瓶|袋|台|斤|克|公里|米|毫升|步|天|年|月|日|小时|分钟|秒|平|度|%|％|折|积分|kg|km|ml|mAh|cm|mm|pcs|yuan|dollar)' -%}
    {%- set label = '姓名 ?[是为:：] ?|收[件货]人 ?[是为:：] ?|联系人 ?[是为:：] ?' -%}
    {#- of four letters, behind a surname of two; and of several words -#}
    {%- set long_name = '(欧阳|上官|司马|司徒|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|夏侯|端木|南宫)[一-龥]{2}|[一-龥]{1,8}·[一-龥·]{1,12}' -%}
    {%- set octet, hex = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])', '[0-9A-Fa-f]{1,4}' -%}
    {%- set not_unit = '([^0-9A-Za-z' ~ fence ~ ']|$)' -%}
    {%- set rules = [
        [name ~ ' ?@ ?[' ~ letter ~ '-]+( ?[.。] ?[' ~ letter ~ '-]+)+', mask],
        [name ~ ' ?(艾特|[(（【{] ?([aA][tT]|@) ?[)）】}]|\\[[aA][tT]\\]) ?([' ~ letter ~ '-]+ ?([.。点]|[dD][oO][tT]| [dD][oO][tT] ) ?)+[A-Za-z]{2,}', mask],
        [name ~ ' ?(@|#| [aA][tT] ) ?([' ~ letter ~ '-]+ ?([.。点]|[dD][oO][tT]| [dD][oO][tT] ) ?)+([cC][oO][mM]|[cC][nN]|[nN][eE][tT]|[oO][rR][gG]|edu|gov|io|me|co|de|fr|uk|eu)', mask],
        ['@[A-Za-z0-9_-]{3,}([.][A-Za-z0-9-]+)*', mask],
        ['@[A-Za-z0-9_-]{0,2}[一-龥][A-Za-z0-9_一-龥-]{1,14}([ :：])', mask ~ '\\1'],
        ['(^|[^A-Za-z0-9_-])(wxid_[A-Za-z0-9_-]+|gh_[a-z0-9]{8,}|[A-Za-z0-9_-]{24,})', '\\1' ~ mask],
        ['(^|[^0-9])' ~ octet ~ '([.。．]' ~ octet ~ '){3}([^0-9]|$)', '\\1' ~ mask ~ '\\5'],
        ['(^|[^0-9A-Za-z])((' ~ hex ~ '[:：]){7}' ~ hex ~ '|(' ~ hex ~ '[:：]){1,6}([:：]' ~ hex ~ '){1,6})([^0-9A-Za-z]|$)', '\\1' ~ mask ~ '\\6'],
        [start ~ any ~ (gap ~ any) * 5 ~ gap ~ '(1' ~ gap ~ '[89]|2' ~ gap ~ '0|[一壹幺]' ~ gap ~ '[八九捌玖]|[二贰貳]' ~ gap ~ '[零〇○])' ~ (gap ~ any) * 2
            ~ gap ~ '[01零〇○一壹幺]' ~ gap ~ any ~ gap ~ '[0-3零〇○一二三壹贰貳叁參幺]' ~ (gap ~ any) * 4 ~ gap ~ '[0-9Xx' ~ han ~ ']', '\\1' ~ mask],
        [start ~ country ~ first ~ gap ~ second ~ '(' ~ gap ~ any ~ '){9}' ~ end, '\\1' ~ mask ~ '\\5'],
        [start ~ country ~ first ~ gap ~ second ~ '(' ~ gap ~ any ~ '){9}' ~ end, '\\1' ~ mask ~ '\\5'],
        [start ~ country ~ first ~ second ~ any ~ sign ~ any ~ '{4}' ~ sign ~ any ~ '{4}', '\\1' ~ mask],
        [start ~ country ~ first ~ sign ~ second ~ '(' ~ sign ~ any ~ '){9}', '\\1' ~ mask],
        ['(^|[^0-9A-Za-z])[1lI][3-9][0-9oOlI]{9}', '\\1' ~ mask],
        [account ~ '([ ]*([:：#=是为叫]|id|ID|Id)[ :：#=是]*)[A-Za-z0-9_' ~ han ~ '-]{4,}([ -][0-9' ~ han ~ ']{2,})*', '\\1\\2' ~ mask],
        [account ~ told ~ '([A-Za-z0-9_' ~ han ~ '-] ){4,}[A-Za-z0-9_' ~ han ~ '-]' ~ not_unit, '\\1\\2' ~ mask ~ '\\5'],
        [account ~ told ~ '[A-Za-z_-]{0,15}[0-9_' ~ han ~ '][A-Za-z0-9_' ~ han ~ '-]{3,}([ -][0-9]{2,})*' ~ not_unit, '\\1\\2' ~ mask ~ '\\5'],
        ['([vV]信号?|[vV][xX]|[wW][xX]|加[vV]|微信号?|[qQ][qQ]号?)( ?)[A-Za-z][A-Za-z0-9_-]{4,}', '\\1\\2' ~ mask],
        [paper ~ told ~ '[A-Za-z]{0,6}[-_]?' ~ any ~ '([ _-]?[0-9' ~ han ~ 'A-Z]){4,}' ~ not_unit, '\\1\\5' ~ mask ~ '\\8'],
        ['(^|[^0-9./-])((19|20)[0-9]{2})([./-])(1[0-2]|0?[1-9])([./-])([12][0-9]|3[01]|0?[1-9])([^0-9]|$)', '\\1\\2' ~ fence ~ '\\4\\5' ~ fence ~ '\\6\\7' ~ fence ~ '\\8'],
        ['(^|[^0-9])((19|20)[0-9]{2})(0[1-9]|1[0-2])([0-2][0-9]|3[01])([^0-9]|$)', '\\1\\2' ~ fence ~ '\\4' ~ fence ~ '\\5' ~ fence ~ '\\6'],
        ['(^|[^0-9])((19|20)[0-9]{2})( ?[~—–至到-] ?|[ /])((19|20)[0-9]{2})([^0-9]|$)', '\\1\\2' ~ fence ~ '\\4\\5' ~ fence ~ '\\7'],
        ['([0-9])( ?)' ~ coin, '\\1' ~ fence ~ '\\2\\3'],
        ['([¥￥$€£]|RMB|rmb|CNY|USD|EUR|HKD|GBP)( ?[0-9][0-9.,]*)', '\\1' ~ fence ~ '\\2' ~ fence],
        ['[+][0-9]([ ()/-]{0,2}[0-9]){7,}', mask],
        ['[(（](0[0-9]{1,4}|[2-9][0-9]{2})[)）][ -]?[0-9]{3,4}[ -]?[0-9]{3,4}', mask],
        ['(^|[^0-9])0[0-9]{2,4} ?[ /-] ?[0-9]{6,8}([^0-9' ~ fence ~ ']|$)', '\\1' ~ mask ~ '\\2'],
        ['(^|[^0-9A-Za-z])[A-Za-z]{1,4}[_ -]?' ~ any ~ '([ -]?' ~ any ~ '){6,}[A-Za-z]{0,3}' ~ not_unit, '\\1' ~ mask ~ '\\3'],
        ['(^|[^0-9A-Za-z])[A-Za-z]{1,6}[_-]?([0-9]{5,}|[' ~ han ~ ']{5,})[A-Za-z]{0,3}' ~ not_unit, '\\1' ~ mask ~ '\\3'],
        ['[A-Za-z_-]{0,12}[0-9]{7,}[A-Za-z]{0,6}' ~ not_unit, mask ~ '\\1'],
        [any ~ '{8,}' ~ not_unit, mask ~ '\\1'],
        ['[0-9]{4,8}([ -]{1,2}[0-9]{2,8}){2,}', mask],
        ['(^|[^0-9])0[0-9]{2,3}[ )-]{1,2}[0-9]{3,4}[ -]?[0-9]{4}', '\\1' ~ mask],
        ['(^|[^0-9])[48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}', '\\1' ~ mask],
        ['(^|[^0-9])[0-9]{3}[ -][0-9]{3,4}[ -][0-9]{4}([^0-9]|$)', '\\1' ~ mask ~ '\\2'],
        ['(^|[^0-9])[0-9]{4}[ -][0-9]{4}([^0-9' ~ fence ~ ']|$)', '\\1' ~ mask ~ '\\2'],
        ['[' ~ han ~ ']([ _~*()（）·—–‐‑−-]{0,2}[' ~ han ~ ']){7,}', mask],
        [any ~ '([ .·*_/|—–,，、-]{1,3}' ~ any ~ '){7,}' ~ end, mask ~ '\\2'],
        ['((^|[^帮给替让为对跟被])我叫|' ~ label ~ '|[mM]y name is )([一-龥]{2,3}|' ~ long_name ~ '|[A-Z][a-z]+( [A-Z][a-z]+)?)([^A-Za-z一-龥·]|$)', '\\1' ~ mask ~ '\\6'],
        ['(' ~ label ~ ')[一-龥]{4}([^A-Za-z一-龥·]|$)', '\\1' ~ mask ~ '\\2'],
        [fence, ''],
    ] -%}
    {#- a text that no rule applies to, as most are, is looked at once -#}
    {%- set like_digit = '[0-9oOlI' ~ han ~ ']' -%}
    {%- set may_identify = '@|艾特|[({（【] ?[aA][tT]|\\[[aA][tT]|[A-Za-z0-9]#[A-Za-z0-9]| [aA][tT] |微信|威信|薇信|徽信|扣扣|企鹅|我叫|名字|姓名|[件货系]人|name is|[vVwW][xX信]|[wW]e[cCiI]|WE[CI]|[qQ][qQ]|[A-Za-z0-9_-]{24}|加[vV]'
        ~ '|' ~ like_digit ~ '([^A-Za-z一-龥]{0,3}' ~ like_digit ~ '){4}|([0-9][.。．]){3}|[0-9A-Fa-f][:：]([:：]|[0-9A-Fa-f]{1,4}[:：])' -%}
    {%- set masked = namespace(sql=text) -%}
    {%- for value in values -%}
        {%- set masked.sql = 'replace(' ~ masked.sql ~ ', coalesce(case when length(' ~ value ~ ') >= 4 then ' ~ value
            ~ " end, '" ~ mask ~ "'), '" ~ mask ~ "')" -%}
    {%- endfor -%}
    {%- set plain = masked.sql -%}
    {%- for pattern, replacement in rules -%}
        {%- set masked.sql = replace_all(masked.sql, pattern, replacement) -%}
    {%- endfor -%}
    case
        when {{ matches(text, may_identify) }}
            then replace({{ masked.sql }}, '{{ mask }}', '[masked]')
        else replace({{ plain }}, '{{ mask }}', '[masked]')
    end
{%- endmacro -%}
