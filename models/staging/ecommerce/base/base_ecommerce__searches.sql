{{ landed_records('ecommerce', 'searches') }}
