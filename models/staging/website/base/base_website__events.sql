{{ landed_records('website', 'events') }}
