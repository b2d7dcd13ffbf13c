"""How well mails are read: labelled mails against what the reader says of them."""
