-- tabs, line ends, no-break and full-width spaces and byte-order marks go from both ends
{{ unlike_expected([
    [trim_white_space("'\u3000\ufeff a b\u00a0' || chr(9) || chr(13) || chr(10)"),
     "'a b'"],
    [trim_white_space("'  '"),
     "''"],
]) }}
