{{ landed_files() if execute }}
