{{ landed_records('app', 'events') }}
