-- tabs, line ends, no-break and full-width spaces and byte-order marks go from both ends
{{ unlike_expected([
    [trim_white_space("chr(12288) || chr(65279) || ' a b' || chr(9) || chr(13) || chr(10) || chr(160)"),
     "'a b'"],
    [trim_white_space("'  '"),
     "''"],
]) }}
