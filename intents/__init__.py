"""Understanding: an utterance becomes an intent with slots and an honest confidence."""
