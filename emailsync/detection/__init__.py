"""E-mail detection: what people do with mail that no definition reads yet."""
