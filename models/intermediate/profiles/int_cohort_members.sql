-- the channel of the first interaction that counts as activity, so that day 0 is everybody's
with lifecycles as (
    select
        user_key,
        first_active_date,
        last_active_date,
        cast(date_trunc('month', first_active_date) as date) as cohort_month_date
    from {{ ref('int_person_lifecycles') }}
),

first_channels as (
    select
        user_key,
        {{ value_at_first('channel_code', ['first_active_at', 'channel_code']) }}
            as channel_code
    from {{ ref('int_person_channels') }}
    group by user_key
)

select
    lifecycles.user_key,
    first_channels.channel_code,
    lifecycles.cohort_month_date,
    lifecycles.first_active_date,
    lifecycles.last_active_date
from lifecycles
inner join first_channels on lifecycles.user_key = first_channels.user_key
union all
select
    user_key,
    '(all)' as channel_code,
    cohort_month_date,
    first_active_date,
    last_active_date
from lifecycles
