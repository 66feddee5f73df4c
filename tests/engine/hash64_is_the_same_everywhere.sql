-- the first 16 hexadecimal digits of the MD5, shifted right by one bit (RFC 1321 gives the digests)
{{ unlike_expected([
    [hash64("'a'"),
     "459572619813378900"],
    [hash64("''"),
     "7642263788200155394"],
    [hash64("'触点'"),
     "4170994157866864957"],
    [hash64('cast(null as ' ~ text_type() ~ ')'),
     "cast(null as bigint)"],
]) }}
