"""The ledger of corrections: how one is stored and linked, and what it follows.

Apart from the use cases, because deliveries come here too: a correction follows its changes.
"""
