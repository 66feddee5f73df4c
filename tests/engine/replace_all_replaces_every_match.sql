-- every match goes, and groups can stay
{{ unlike_expected([
    [replace_all("'a-b-c'", '-', ''),
     "'abc'"],
    [replace_all("'12 CNY'", '^([0-9]+) *[A-Z]+$', '\\1'),
     "'12'"],
    [replace_all("'12 CNY' || chr(133)", ' *[A-Z]+$', ''),
     "'12 CNY' || chr(133)"],
    [replace_all("''", '-', ''),
     "''"],
]) }}
