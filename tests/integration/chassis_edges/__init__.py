"""The edges of the runtime over real sockets: web server, command client, outbound guard, judges."""
