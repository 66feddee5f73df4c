-- a timestamp with a zone is an instant
select 1 as case_number
where
    {{ zoned_to_utc(zoned_literal('2025-03-01 09:30:00+08:00')) }}
    <> timestamp '2025-03-01 01:30:00'
