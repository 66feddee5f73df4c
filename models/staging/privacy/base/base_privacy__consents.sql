{{ landed_records('privacy', 'consents', first='{{ judge_consents() }}') }}
