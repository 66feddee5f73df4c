{{ landed_records('store', 'transactions') }}
