{{ landed_records('ecommerce', 'orders') }}
