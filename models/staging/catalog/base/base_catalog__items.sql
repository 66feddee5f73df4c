{{ landed_records('catalog', 'items') }}
