-- who did nothing that a tag asks about is nobody's: every tag has an `at least`, and a row here is what was done
with rules as (
    select * from {{ ref('tag_rules') }}
    where {{ of_this_industry() }}
),

events as (
    select
        events.event_key,
        events.interaction_type,
        events.touchpoint_code,
        events.channel_code,
        channels.channel_kind
    from {{ ref('int_events_defined') }} as events
    inner join {{ ref('channels') }} as channels
        on events.channel_code = channels.channel_code
    where {{ of_this_industry('channels.industry') }}
),

hours as (
    select * from {{ ref('int_person_hours') }}
),

items as (
    select
        item_id,
        category
    from {{ ref('stg_catalog__items') }}
),

dates as (
    select * from {{ ref('int_profile_dates') }}
),

-- two rows of a condition may name the same event
events_of_rules as (
    select distinct
        rules.tag_code,
        rules.condition_number,
        rules.item_category,
        cast(dates.as_of_date - rules.within_days * interval '1' day as date)
            as before_date,
        events.event_key
    from rules
    inner join events
        on
            coalesce(rules.interaction_type, events.interaction_type)
            = events.interaction_type
            and coalesce(rules.touchpoint_code, events.touchpoint_code)
            = events.touchpoint_code
            and coalesce(rules.channel_code, events.channel_code)
            = events.channel_code
            and coalesce(rules.channel_kind, events.channel_kind)
            = events.channel_kind
    cross join dates
),

counted as (
    select
        hours.user_key,
        events_of_rules.tag_code,
        events_of_rules.condition_number,
        sum(hours.interaction_count) as interaction_count,
        min(hours.first_at) as first_at,
        max(hours.last_at) as last_at
    from hours
    inner join events_of_rules on hours.event_key = events_of_rules.event_key
    left join items on hours.item_id = items.item_id
    where
        coalesce(hours.active_date > events_of_rules.before_date, true)
        and (
            events_of_rules.item_category is null
            or events_of_rules.item_category = items.category
        )
    group by
        hours.user_key,
        events_of_rules.tag_code,
        events_of_rules.condition_number
),

conditions as (
    select
        tag_code,
        condition_number,
        max(min_count) as min_count,
        max(max_count) as max_count
    from rules
    group by tag_code, condition_number
),

needs as (
    select
        tag_code,
        count(min_count) as needed_count
    from conditions
    group by tag_code
),

judged as (
    select
        counted.user_key,
        counted.tag_code,
        count(
            case when counted.interaction_count >= conditions.min_count then 1 end
        ) as met_count,
        count(
            case when counted.interaction_count > conditions.max_count then 1 end
        ) as broken_count,
        sum(
            case when conditions.min_count > 0 then counted.interaction_count end
        ) as evidence_count,
        min(case when conditions.min_count > 0 then counted.first_at end) as first_at,
        max(case when conditions.min_count > 0 then counted.last_at end) as last_at
    from counted
    inner join conditions
        on
            counted.tag_code = conditions.tag_code
            and counted.condition_number = conditions.condition_number
    group by counted.user_key, counted.tag_code
)

select
    judged.user_key,
    judged.tag_code,
    cast(judged.evidence_count as bigint) as evidence_count,
    judged.first_at,
    judged.last_at
from judged
inner join needs on judged.tag_code = needs.tag_code
where
    judged.met_count = needs.needed_count
    and judged.broken_count = 0
    and needs.needed_count > 0
