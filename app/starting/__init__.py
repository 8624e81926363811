"""What has a computer start the page by itself: units of systemd, tasks of Windows."""
