{{ landed_records('operations', 'actions') }}
