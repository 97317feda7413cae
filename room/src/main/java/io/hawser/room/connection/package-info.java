/**
 * A client's connection and its bindings: what is said in which state, and how a mailbox becomes a stream of messages
 * (rules R1 to R3). All of a connection's state is touched on its event loop alone.
 */
@NullMarked
package io.hawser.room.connection;

import org.jspecify.annotations.NullMarked;
