"""Pure rules of the gateway: who may see what, what a credential is worth."""
