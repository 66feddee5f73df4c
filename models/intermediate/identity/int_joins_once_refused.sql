{{ config(materialized='view') }}
{{ refused_to_erased(ref('int_erasures')) }}
