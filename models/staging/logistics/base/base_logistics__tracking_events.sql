{{ landed_records('logistics', 'tracking_events') }}
