"""What Dafu needs to run, whatever it is asked: its log, its jobs, and who waits how long."""
