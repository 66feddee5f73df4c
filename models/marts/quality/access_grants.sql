with roles as (
    select * from {{ ref('access_roles') }}
)

select
    role as role_code,
    relation as relation_name,
    columns as granted_columns,
    regions as granted_regions,
    channels as granted_channels
from roles
