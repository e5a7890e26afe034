"""Where the notation of a language differs from Django's."""
