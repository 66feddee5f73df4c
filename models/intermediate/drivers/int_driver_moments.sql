{#- numbers of the variables: 0 one, 1–8 answered at all, 11–18 satisfied, 99 the outcome -#}
with touchpoints as (
    select * from {{ ref('int_driver_touchpoints') }}
),

states as (
    select
        states.outcome_code,
        states.user_key,
        {{ person_group('states.user_key') }} as person_group,
        touchpoints.player_number,
        states.is_satisfied,
        states.outcome_value
    from {{ ref('int_driver_states') }} as states
    inner join touchpoints
        on
            states.outcome_code = touchpoints.outcome_code
            and states.touchpoint_code = touchpoints.touchpoint_code
),

variables as (
    select
        outcome_code,
        user_key,
        person_group,
        player_number as variable_number,
        cast(1 as decimal(18, 9)) as variable_value
    from states
    union all
    -- where nobody was satisfied the variable is there, too: sets of players have all of theirs
    select
        outcome_code,
        user_key,
        person_group,
        player_number + 10 as variable_number,
        cast(case when is_satisfied then 1 else 0 end as decimal(18, 9))
            as variable_value
    from states
    union all
    select
        outcome_code,
        user_key,
        min(person_group) as person_group,
        99 as variable_number,
        min(outcome_value) as variable_value
    from states
    group by outcome_code, user_key
    union all
    select
        outcome_code,
        user_key,
        min(person_group) as person_group,
        0 as variable_number,
        cast(1 as decimal(18, 9)) as variable_value
    from states
    group by outcome_code, user_key
)

-- sums of products of decimals do not depend on their order
select
    ones.outcome_code,
    ones.person_group,
    ones.variable_number as row_variable,
    partners.variable_number as column_variable,
    sum(cast(ones.variable_value * partners.variable_value as decimal(28, 18)))
        as moment
from variables as ones
inner join variables as partners
    on ones.outcome_code = partners.outcome_code and ones.user_key = partners.user_key
group by
    ones.outcome_code,
    ones.person_group,
    ones.variable_number,
    partners.variable_number
