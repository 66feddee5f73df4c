{{ landed_records('wechat_oa', 'interactions') }}
