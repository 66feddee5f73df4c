-- a key can be compared with row hashes, and keeps its value
select 1 as case_number
where
    {{ key_as_row_hash('cast(5 as bigint)') }} <> 5
    or {{ key_as_row_hash('cast(5 as bigint)') }} = {{ row_hash(["'x'"]) }}
