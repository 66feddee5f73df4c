"""Healthcare: a made-up hospital group, 青禾医疗, in four regions."""
