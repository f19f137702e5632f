"""Use cases, one a file, each ``(command, work) -> answer`` inside one transaction.

Every context's package lists its ``HANDLERS``, the ``TARGETS`` of its commands and its ``TIMERS``.
"""
