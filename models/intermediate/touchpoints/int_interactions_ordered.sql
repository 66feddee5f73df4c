{{ config(materialized='view') }}
{{ with_orders(ref('int_interactions_unioned')) }}
