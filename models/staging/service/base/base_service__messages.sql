{{ landed_records('service', 'messages') }}
