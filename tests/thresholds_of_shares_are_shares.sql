select
    industry,
    rule_code,
    kind,
    threshold
from {{ ref('alert_rules') }}
where kind in ('threshold', 'sla') and threshold > 1
