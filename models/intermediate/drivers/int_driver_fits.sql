{{ config(pre_hook="{{ sweep_drivers(ref('int_driver_correlations')) }}") }}
with fits as (
    {{ working_rows('driver_fits', {
        'outcome_code': "''",
        'left_out_group': '0',
        'subset_number': '0',
        'member_count': '0',
        'parameter_count': '0',
        'coefficient': 'cast(0 as ' ~ double_type() ~ ')'
    }) }}
)

select
    outcome_code,
    left_out_group,
    subset_number,
    member_count,
    parameter_count,
    1 - coefficient as explained_share
from fits
