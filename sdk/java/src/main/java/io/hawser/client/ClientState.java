package io.hawser.client;

/** What a client is doing. */
public enum ClientState {
    /** Looking for a room, connecting to it and binding. */
    CONNECTING,
    /** Messages are coming. */
    BOUND,
    /** The connection was lost or refused; another attempt follows by itself. */
    WAITING,
    /** For good: closed by the app, or refused in a way that trying again does not mend. */
    CLOSED
}
