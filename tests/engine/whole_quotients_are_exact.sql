-- also where a double has no digits left
{{ unlike_expected([
    [whole_quotient('7', '2'), '3'],
    [whole_quotient('-7', '2'), '-3'],
    [whole_quotient('6', '2'), '3'],
    [whole_quotient('cast(9223372036854775807 as bigint)', '1'), '9223372036854775807'],
    [whole_quotient('cast(9223372036854775807 as bigint)', '7'), '1317624576693539401'],
]) }}
