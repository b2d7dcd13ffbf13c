"""Mail is read in a child process without database, network or secrets, so that no mail can harm a worker."""
