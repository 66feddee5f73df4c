{{ landed_records('store', 'visits') }}
