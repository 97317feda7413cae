package io.hawser.bench.chaos.relay;

/** Which way of a connection. */
public enum Way {
    /** From who connected to the server. */
    THERE,
    /** From the server to who connected. */
    BACK,
    BOTH;

    boolean isThere() {
        return this != BACK;
    }

    boolean isBack() {
        return this != THERE;
    }
}
