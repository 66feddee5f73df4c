{{ landed_records('hotline', 'calls') }}
