{{ landed_records('crm', 'activities') }}
