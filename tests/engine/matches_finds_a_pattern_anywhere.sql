-- unanchored patterns match inside, anchored ones the whole text; null stays null
{{ unlike_expected([
    [matches("'abc'", 'b'),
     "true"],
    [matches("'abc'", '^b'),
     "false"],
    [matches("'a1'", '^[a-z][0-9]$'),
     "true"],
    [matches("'触点'", '^[一-龥]+$'),
     "true"],
    [matches("'C:' || chr(92) || 'N'", '[\\\\]N$'),
     "true"],
    [matches("'7' || chr(133)", '^[0-9]$'),
     "false"],
    [matches("'7' || chr(133)", '^[0-9].$'),
     "true"],
    [matches('cast(null as ' ~ text_type() ~ ')', 'b'),
     "cast(null as boolean)"],
]) }}
