"""Sign-in to mailboxes by OAuth 2.0: the member allows it at the provider, Flux keeps tokens in place of a password."""
