-- equal rows have one hash; order, nulls and borders between columns count
with hashed as (
    select
        {{ row_hash(["'a'", "'b'"]) }} as one,
        {{ row_hash(["'a'", "'b'"]) }} as same,
        {{ row_hash(["'b'", "'a'"]) }} as turned,
        {{ row_hash(["'ab'", "''"]) }} as moved,
        {{ row_hash(["'ab'", "cast(null as " ~ text_type() ~ ")"]) }} as null_behind,
        {{ row_hash(["cast(null as " ~ text_type() ~ ")", "'ab'"]) }} as null_before
)

select * from hashed
where
    one <> same
    or one in (turned, moved, null_behind, null_before)
    or moved in (null_behind, null_before)
    or null_behind = null_before
    or one % 1024 < 0
