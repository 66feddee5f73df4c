-- an id is a key in 16 hexadecimal digits, and leads back to it
{{ unlike_expected([
    [key_as_id('cast(255 as bigint)'),
     "'00000000000000ff'"],
    [key_as_id('9223372036854775807'),
     "'7fffffffffffffff'"],
    [id_as_key("'00000000000000ff'"),
     "255"],
    [id_as_key("'7fffffffffffffff'"),
     "9223372036854775807"],
    [id_as_key(key_as_id('cast(1234567890123456789 as bigint)')),
     "1234567890123456789"],
]) }}
