with out_of_scope as (
    select record_key from {{ ref('int_records_out_of_scope') }}
),

-- records that are known through another record
derived as (
    select
        record_key,
        record_hash,
        identifier_set_key
    from {{ ref('int_messages_identified') }}
    union all
    select
        record_key,
        record_hash,
        identifier_set_key
    from {{ ref('int_survey_responses_identified') }}
    union all
    select
        record_key,
        record_hash,
        identifier_set_key
    from {{ ref('int_shipments_identified') }}
    union all
    select
        record_key,
        record_hash,
        identifier_set_key
    from {{ ref('int_tracking_events_identified') }}
    union all
    select
        record_key,
        record_hash,
        identifier_set_key
    from {{ ref('int_deliveries_identified') }}
    union all
    select
        record_key,
        record_hash,
        identifier_set_key
    from {{ ref('int_equipment_events_identified') }}
    where order_key is not null
),

parts as (
    -- contacts are no interactions; responses and events on the way are among the
    -- derived records
    select
        identifier_set_key,
        bucket,
        input_hash
    from {{ ref('int_set_records') }}
    where
        not (source_system = 'crm' and source_table = 'contacts')
        and not (source_system = 'survey' and source_table = 'responses')
        and not (source_system = 'logistics' and source_table = 'tracking_events')
    union all
    select
        derived.identifier_set_key,
        case when derived.identifier_set_key is null then derived.record_key % 1024 end
            as bucket,
        {{ row_hash(["'derived'", 'derived.record_hash']) }} as input_hash
    from derived
    left join out_of_scope on derived.record_key = out_of_scope.record_key
    where out_of_scope.record_key is null
    union all
    -- the order that a number stands for can change without the record that carries it
    select
        identifier_set_key,
        case when identifier_set_key is null then record_key % 1024 end as bucket,
        {{ row_hash(["'order'", 'record_hash', 'part_code', 'order_key']) }}
            as input_hash
    from {{ ref('int_interactions_ordered') }}
    where
        order_no is not null
        -- a shop's order is always the order that its own record is
        and not (source_system = 'ecommerce' and source_table = 'orders')
),

inputs as (
    select
        identifier_set_key,
        bucket,
        {{ sum_of_hashes(['input_hash']) }} as input_hash
    from parts
    group by identifier_set_key, bucket
)

select
    inputs.identifier_set_key,
    {{ partition_key(
        'identifier_sets.profile_key', 'inputs.identifier_set_key', 'inputs.bucket'
    ) }} as partition_key,
    identifier_sets.profile_key,
    identifier_sets.user_key,
    identifier_sets.person_identifier_key,
    inputs.input_hash
from inputs
left join {{ ref('int_identifier_sets_resolved') }} as identifier_sets
    on inputs.identifier_set_key = identifier_sets.identifier_set_key
