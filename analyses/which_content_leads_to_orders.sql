-- Articles and posts by the readers who order afterwards, and each channel as a whole (a reader once per article there).
with contents as (
    select * from {{ ref('content_performance') }}
    where period_type = 'all'
),

channels as (
    select * from {{ ref('dim_channels') }}
),

listed as (
    select
        channel_code,
        content_id,
        reads,
        readers,
        order_base,
        ordering_readers,
        order_rate,
        order_rate_low,
        order_rate_high
    from contents
    union all
    select
        channel_code,
        '(all of the channel)' as content_id,
        sum(reads) as reads,
        sum(readers) as readers,
        sum(order_base) as order_base,
        sum(ordering_readers) as ordering_readers,
        {{ published_rate('sum(ordering_readers)', 'sum(order_base)') }} as order_rate,
        {{ published(
            wilson_low('sum(ordering_readers)', 'sum(order_base)'), 'sum(order_base)'
        ) }} as order_rate_low,
        {{ published(
            wilson_high('sum(ordering_readers)', 'sum(order_base)'), 'sum(order_base)'
        ) }} as order_rate_high
    from contents
    group by channel_code
)

select
    channels.channel_name,
    listed.content_id,
    listed.reads,
    listed.readers,
    listed.order_base,
    listed.ordering_readers,
    listed.order_rate,
    listed.order_rate_low,
    listed.order_rate_high
from listed
inner join channels on listed.channel_code = channels.channel_code
where listed.readers > 0
order by
    listed.ordering_readers desc,
    listed.order_base asc,
    channels.channel_name asc,
    listed.content_id asc
