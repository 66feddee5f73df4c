{{ landed_records('crm', 'contacts') }}
