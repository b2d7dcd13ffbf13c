"""Reading mailboxes over IMAP (RFC 3501, RFC 9051) without changing anything in them."""
