package io.hawser.room.websocket;

/** What is fired through a pipeline besides what was read. */
public enum WebSocketEvent {
    /** All parts of a message were read: what follows is another's. */
    MESSAGE_ENDS
}
