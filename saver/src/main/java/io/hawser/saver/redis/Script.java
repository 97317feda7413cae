package io.hawser.saver.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What runs inside Redis. Each script checks the slot's generation, does one operation whole, and tells what it did. */
public enum Script {
    APPEND("lifetime", "prelude", "collapse", "bury", "room", "append"),
    OPEN("lifetime", "prelude", "collapse", "trim", "open"),
    LOAD("lifetime", "prelude", "collapse", "bury", "load"),
    ACKNOWLEDGE("prelude", "collapse", "trim", "acknowledge"),
    FORGET("prelude", "collapse", "trim", "forget"),
    REMOVE("lifetime", "prelude", "collapse", "bury", "remove"),
    STATUS("prelude", "status"),
    LIST("prelude", "list"),
    STATE("lifetime", "prelude", "state"),
    ERASE("prelude", "erase"),
    UNREMEMBER("prelude", "unremember"),
    SWEEP("lifetime", "prelude", "collapse", "bury", "sweep"),
    MARK("mark"),
    RECONCILE("lifetime", "reconcile"),
    RESTORE("lifetime", "restore"),
    REMEMBER("remember"),
    RECONCILED("lifetime", "reconciled");

    /** First value of every reply. */
    public static final int OK = 0;
    /** The slot's marker is missing or names another generation. */
    public static final int STALE = 1;
    /** The log is not there, or was not reconciled in this generation. */
    public static final int UNKNOWN = 2;
    /** No such mailbox, or no such user. */
    public static final int ABSENT = 3;

    public static final int FULL = 4;
    public static final int REPEATED = 5;
    public static final int CONFLICT = 6;
    /** As many mailboxes as a user may have. */
    public static final int LIMIT = 7;

    private final String text;
    private final String digest;

    Script(String... parts) {
        StringBuilder joined = new StringBuilder();
        for (String part : parts) {
            joined.append(read(part + ".lua"));
        }
        this.text = joined.toString();
        this.digest = sha1(text);
    }

    String text() {
        return text;
    }

    /** SHA-1 in hexadecimal, by which Redis knows the script. */
    String digest() {
        return digest;
    }

    private static String read(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + ": not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    static String sha1(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
