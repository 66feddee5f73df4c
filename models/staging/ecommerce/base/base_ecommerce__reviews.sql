{{ landed_records('ecommerce', 'reviews') }}
