{{ landed_records('his', 'follow_ups') }}
