{{ landed_records('production', 'equipment_events') }}
