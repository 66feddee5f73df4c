{{ landed_records('ecommerce', 'order_items') }}
