{{ landed_records('erp', 'shipments') }}
