with fits as (
    select * from {{ ref('int_driver_fits') }}
),

touchpoints as (
    select * from {{ ref('int_driver_touchpoints') }}
),

person_counts as (
    select
        outcome_code,
        person_group,
        cast(moment as bigint) as user_count
    from {{ ref('int_driver_moments') }}
    where row_variable = 0 and column_variable = 0
),

player_counts as (
    select
        outcome_code,
        cast(max(player_number) as integer) + 1 as player_count
    from touchpoints
    group by outcome_code
),

weights as (
    {{ player_weights() }}
),

players as (
    select
        outcome_code,
        touchpoint_code,
        player_number
    from touchpoints
    union all
    select
        outcome_code,
        '(non_response)' as touchpoint_code,
        9 as player_number
    from player_counts
),

player_bits as (
    {%- for player in range(1, 10) %}
    select
        {{ player }} as player_number,
        {{ 2 ** (player - 1) }} as place
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

memberships as (
    select
        fits.outcome_code,
        fits.left_out_group,
        players.touchpoint_code,
        fits.member_count,
        fits.explained_share,
        cast(floor(fits.subset_number * 1.0 / player_bits.place) as integer) % 2
            as is_member
    from fits
    inner join players on fits.outcome_code = players.outcome_code
    inner join player_bits
        on players.player_number = player_bits.player_number
),

-- what a player adds to each set without it: the sets with it less those without
shares as (
    select
        memberships.outcome_code,
        memberships.left_out_group,
        memberships.touchpoint_code,
        sum(
            (2 * memberships.is_member - 1)
            * weights.weight
            * memberships.explained_share
        ) as share
    from memberships
    inner join player_counts on memberships.outcome_code = player_counts.outcome_code
    inner join weights
        on
            player_counts.player_count = weights.player_count
            and memberships.member_count - memberships.is_member = weights.member_count
    group by
        memberships.outcome_code,
        memberships.left_out_group,
        memberships.touchpoint_code
),

whole_models as (
    select
        fits.outcome_code,
        fits.left_out_group,
        max(fits.explained_share) as explained_share,
        max(fits.parameter_count) as parameter_count,
        sum(person_counts.user_count) as user_count
    from fits
    inner join player_counts on fits.outcome_code = player_counts.outcome_code
    inner join person_counts
        on
            fits.outcome_code = person_counts.outcome_code
            and fits.left_out_group <> person_counts.person_group
    where fits.member_count = player_counts.player_count
    group by fits.outcome_code, fits.left_out_group
),

adjusted as (
    select
        outcome_code,
        left_out_group,
        explained_share,
        parameter_count,
        user_count,
        greatest(
            0,
            1 - (1 - explained_share) * (user_count - 1)
            / nullif(user_count - 1 - parameter_count, 0)
        ) as adjusted_share
    from whole_models
)

select
    shares.outcome_code,
    shares.left_out_group,
    shares.touchpoint_code,
    adjusted.user_count,
    adjusted.parameter_count,
    adjusted.adjusted_share,
    coalesce(
        shares.share * adjusted.adjusted_share / nullif(adjusted.explained_share, 0), 0
    ) as importance
from shares
inner join adjusted
    on
        shares.outcome_code = adjusted.outcome_code
        and shares.left_out_group = adjusted.left_out_group
