package io.hawser.room.access;

/** What an address may do, made ready to be asked. */
record AddressLimit(int maxConnections, HandshakeRate handshakes) {}
