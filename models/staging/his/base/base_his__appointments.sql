{{ landed_records('his', 'appointments') }}
