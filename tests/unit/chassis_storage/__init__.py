"""The storage half of chassis, without sockets."""
