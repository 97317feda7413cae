/** WebSocket (RFC 6455): from the HTTP request to messages that hold frames. */
@NullMarked
package io.hawser.room.websocket;

import org.jspecify.annotations.NullMarked;
