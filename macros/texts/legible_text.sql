{#- A free text with one spelling of each digit, letter and blank: full-width, circled, bracketed, dotted, raised, lowered and bold
    digits, Arabic, Persian, Indian and Thai ones, full-width letters and the signs of addresses in their ordinary form, unusual blanks and rows of them as one blank, invisible signs gone.
    Chinese punctuation stays. -#}
{%- macro legible_text(text) -%}
    {%- set unusual = '０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⓪❶❷❸❹❺❻❼❽❾⓿⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉٠١٢٣٤٥٦٧٨٩'
        ~ '➀➁➂➃➄➅➆➇➈➊➋➌➍➎➏➐➑➒⓵⓶⓷⓸⓹⓺⓻⓼⓽⑴⑵⑶⑷⑸⑹⑺⑻⑼⒈⒉⒊⒋⒌⒍⒎⒏⒐'
        ~ '۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९๐๑๒๓๔๕๖๗๘๙𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫𝟬𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴𝟵𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿'
        ~ '㈠㈡㈢㈣㈤㈥㈦㈧㈨㊀㊁㊂㊃㊄㊅㊆㊇㊈'
        ~ 'ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ＠．－＿＋＃／'
        ~ '\u00a0\u2002\u2003\u2009\u202f\u3000\t\r\n' -%}
    {%- set usual = '0123456789123456789012345678900123456789' ~ '0123456789' ~ '0123456789'
        ~ '123456789' * 5
        ~ '0123456789' * 8
        ~ '一二三四五六七八九' * 2
        ~ 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz@.-_+#/'
        ~ '         ' -%}
    {%- set invisible = '\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\ufe0f\u20e3\ue000\ue001' -%}
    {{ replace_all("translate(" ~ text ~ ", '" ~ unusual ~ invisible ~ "', '" ~ usual ~ "')", '  +', ' ') }}
{%- endmacro -%}
