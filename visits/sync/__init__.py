"""The server side of the phone's outbox: messages arrive late, twice or never, and each is carried out once."""
