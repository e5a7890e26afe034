"""What can go wrong on one machine, said as a sentence that tells the person what to do."""


class LocalFailure(Exception):
    """Shown without a traceback; `make` then ends with 1."""


class AlreadyRunning(LocalFailure):
    """Another `make demo` holds this checkout."""


class PortTaken(LocalFailure):
    """Another program listens where the pages should be."""


class ServiceFailed(LocalFailure):
    """PostgreSQL or Redis did not start."""


class ProgramKeepsDying(LocalFailure):
    """A program ended again and again; carries the tail of its log."""
