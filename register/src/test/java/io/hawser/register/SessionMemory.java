package io.hawser.register;

import com.google.protobuf.ByteString;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * Measures the heap that a session takes: a million of them, with ids as apps use them (an 11-digit user, a UUID as
 * device), a nonce of 16 bytes, 200 rooms, 50 apps.
 *
 * <p>Prints bytes a session. README.md tells how to run it.
 */
final class SessionMemory {
    private static final int SESSIONS = 1_000_000;

    private SessionMemory() {}

    public static void main(String[] args) {
        System.out.printf(Locale.ROOT, "bytes a session: %.0f%n", bytesPerSession(SESSIONS));
    }

    /** Returns how much the heap in use grows by each of so many sessions. */
    static double bytesPerSession(int sessions) {
        Registry registry = filled(0);
        long before = usedHeap();
        fill(registry, sessions);
        long after = usedHeap();
        if (registry.lane.size() != sessions) {
            throw new IllegalStateException(registry.lane.size() + " sessions (expected: " + sessions + ")");
        }
        return (double) (after - before) / sessions;
    }

    static Registry filled(int sessions) {
        Registry registry = new Registry(Registry.limits(10_000_000, 64)).ownsAll();
        fill(registry, sessions);
        return registry;
    }

    static String user(int n) {
        return String.format(Locale.ROOT, "%011d", 13_800_000_000L + n);
    }

    static String app(int n) {
        return "app-" + n % 50;
    }

    private static void fill(Registry registry, int sessions) {
        Random random = new Random(1);
        byte[] nonce = new byte[16];
        for (int n = 0; n < sessions; n++) {
            random.nextBytes(nonce);
            registry.enter(session(n, random, nonce));
        }
        registry.kicks.clear();
    }

    private static Session session(int n, Random random, byte[] nonce) {
        Peer room = Registry.room("room-" + n % 200, n % 200);
        return Session.newBuilder()
                .setApp(app(n))
                .setUser(user(n))
                .setDevice(new UUID(random.nextLong(), random.nextLong()).toString())
                .setDeviceClass("phone")
                .setMailbox("class:phone")
                .setLocation(Location.newBuilder()
                        .setRoom(room.name())
                        .setRoomIncarnation(room.incarnation())
                        .setConnection(n)
                        .setBinding(1))
                .setInstallationNonce(ByteString.copyFrom(nonce))
                .setBoundMs(1_700_000_000_000L + n)
                .setClientVersion("hawser-java/0.1.0")
                .build();
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
