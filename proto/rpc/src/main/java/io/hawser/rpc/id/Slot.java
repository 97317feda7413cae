package io.hawser.rpc.id;

import java.nio.charset.StandardCharsets;

/**
 * The unit in which registers own sessions, savers own mailboxes, Redis keys are tagged and MySQL is sharded.
 *
 * <p>A slot is FNV-1a (64 bits, finished with the mixer of MurmurHash3) of {@code app '/' user} in UTF-8, modulo
 * {@link #COUNT}. It is part of stored keys, so it never changes.
 */
public final class Slot {
    public static final int COUNT = 4096;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Slot() {}

    /** Returns the slot, 0 to 4,095, of a user of an app. */
    public static int of(String app, String user) {
        long hash = add(FNV_OFFSET, app);
        hash = (hash ^ '/') * FNV_PRIME;
        hash = add(hash, user);
        return (int) (mix(hash) & (COUNT - 1));
    }

    private static long add(long hash, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return hash;
    }

    /** FNV leaves its low bits poorly mixed for short inputs; this is the 64-bit finaliser of MurmurHash3. */
    static long mix(long hash) {
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
