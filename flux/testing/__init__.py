"""What tests need from outside: a mail server, a browser."""
