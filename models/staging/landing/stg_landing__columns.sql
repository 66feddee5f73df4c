-- depends_on: {{ ref('stg_landing__files') }}
{{ landed_columns(ref('stg_landing__files')) if execute }}
