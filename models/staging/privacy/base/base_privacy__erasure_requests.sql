{{ landed_records('privacy', 'erasure_requests', first='{{ hide_requested_identifiers() }}') }}
