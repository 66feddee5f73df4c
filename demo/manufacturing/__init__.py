"""Manufacturing: a made-up maker of pumps and compressors that sells to companies."""
