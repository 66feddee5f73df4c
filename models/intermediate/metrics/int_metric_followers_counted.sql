with followers as (
    select * from {{ ref('int_followers_dated') }}
),

reads as (
    select * from {{ ref('int_content_reads') }}
    where is_engagement_mature
),

months as (
    select distinct
        channel_code,
        month_start_date,
        cast(month_start_date + interval '1' month as date) as next_month_start_date
    from reads
),

engaged as (
    select distinct
        channel_code,
        month_start_date,
        user_key
    from reads
    where has_engaged
),

-- who follows when the month ends
following as (
    select distinct
        followers.channel_code,
        months.month_start_date,
        followers.user_key
    from followers
    inner join months
        on
            followers.channel_code = months.channel_code
            and followers.followed_date < months.next_month_start_date
            and (
                followers.changed_date is null
                or followers.changed_date >= months.next_month_start_date
            )
)

select
    'engagement_rate_followers' as metric_code,
    following.channel_code,
    following.month_start_date,
    following.user_key as unit_key,
    true as is_counted_once,
    case when engaged.user_key is not null then 1 else 0 end as numerator,
    1 as denominator
from following
left join engaged
    on
        following.channel_code = engaged.channel_code
        and following.month_start_date = engaged.month_start_date
        and following.user_key = engaged.user_key
