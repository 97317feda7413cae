package io.hawser.wire;

/**
 * The type byte of each frame of protocol version 1. Types are never reused; a receiver skips those it does not know.
 */
public final class FrameType {
    public static final int HELLO = 1;
    public static final int WELCOME = 2;
    public static final int BIND = 3;
    public static final int BOUND = 4;
    public static final int UNBIND = 5;
    public static final int UNBOUND = 6;
    public static final int PING = 7;
    public static final int PONG = 8;
    public static final int MESSAGE = 9;
    public static final int ACK = 10;
    public static final int BROADCAST = 11;
    public static final int SYNC = 12;
    public static final int UPLINK = 13;
    public static final int UPLINK_ACK = 14;
    public static final int COMMAND = 15;
    public static final int KICKED = 16;
    public static final int ERROR = 17;
    public static final int RENEW_TOKEN = 18;
    public static final int TOKEN_RENEWED = 19;
    public static final int TOKEN_EXPIRING = 20;
    public static final int JOIN = 21;
    public static final int GROUPS = 22;
    public static final int PULL = 23;
    public static final int PULLED = 24;
    public static final int DIAGNOSTICS = 25;

    private static final String[] NAMES = {
        "HELLO",
        "WELCOME",
        "BIND",
        "BOUND",
        "UNBIND",
        "UNBOUND",
        "PING",
        "PONG",
        "MESSAGE",
        "ACK",
        "BROADCAST",
        "SYNC",
        "UPLINK",
        "UPLINK_ACK",
        "COMMAND",
        "KICKED",
        "ERROR",
        "RENEW_TOKEN",
        "TOKEN_RENEWED",
        "TOKEN_EXPIRING",
        "JOIN",
        "GROUPS",
        "PULL",
        "PULLED",
        "DIAGNOSTICS"
    };

    private FrameType() {}

    /** Returns the name of the type, or its number where it is not known here. */
    public static String nameOf(int type) {
        return isKnown(type) ? NAMES[type - 1] : "type " + type;
    }

    /** Returns whether protocol version 1 defines the type; what it does not is skipped. */
    public static boolean isKnown(int type) {
        return type >= 1 && type <= NAMES.length;
    }
}
