{{ landed_records('erp', 'members') }}
