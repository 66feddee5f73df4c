{{ landed_records('service', 'tickets') }}
