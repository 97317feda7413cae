package io.hawser.saver.redis;

import java.nio.charset.StandardCharsets;

/** The Redis keys of a user's log. All carry the slot as their hash tag, so that Redis Cluster keeps them together. */
public final class LogKeys {
    private final byte[] marker;
    private final byte[] state;
    private final byte[] messages;
    private final byte[] tombstones;
    private final byte[] collapse;

    public LogKeys(int slot, String app, String user) {
        String log = app + "/" + user;
        marker = marker(slot);
        state = key(slot, "s:" + log);
        messages = key(slot, "l:" + log);
        tombstones = key(slot, "t:" + log);
        collapse = key(slot, "c:" + log);
    }

    /** Holds the slot's generation. */
    public byte[] marker() {
        return marker;
    }

    /** String, packed: generation of the last reconciliation, head, bytes, mailboxes. */
    public byte[] state() {
        return state;
    }

    /** Stream; the id of an entry is its seq, as {@code generation-n}. */
    public byte[] messages() {
        return messages;
    }

    /** Hash: seq to reason. */
    public byte[] tombstones() {
        return tombstones;
    }

    /** Hash: target and collapse key to seq. */
    public byte[] collapse() {
        return collapse;
    }

    /** All of a log: marker, state, messages, tombstones, collapse keys. */
    public byte[][] all() {
        return new byte[][] {marker, state, messages, tombstones, collapse};
    }

    public static byte[] marker(int slot) {
        return key(slot, "g");
    }

    /** Nothing is ever stored under it: who deletes it is told whether the server writes. */
    static byte[] probe(int number) {
        return key(number, "w");
    }

    /** Says how long the user's name is: both it and the request's id may hold any character. */
    public static byte[] request(int slot, String app, String user, String requestId) {
        return key(slot, "r:" + app + "/" + user.length() + "/" + user + "/" + requestId);
    }

    private static byte[] key(int slot, String rest) {
        return ("{" + slot + "}" + rest).getBytes(StandardCharsets.UTF_8);
    }
}
