{{ landed_records('store', 'transaction_items') }}
