-- Whoever is joined is joined by links that count; a candidate that does not count has a reason.
select
    links.link_id,
    links.status,
    links.refusal_reason
from {{ ref('identity_links') }} as links
where
    (links.status = 'counted' and links.user_id <> links.other_user_id)
    or (links.status = 'counted' and links.user_id is null)
    or (links.status = 'refused' and links.refusal_reason is null)
    or (links.status = 'counted' and links.refusal_reason is not null)
