package io.hawser.stores;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/** Listening ports of the loopback address. */
public final class Ports {
    /** Where everything listens. */
    public static final String HOST = "127.0.0.1";

    /** A port found free may be taken by somebody else before the server binds it. */
    private static final int TRIES = 5;

    private static final int LOWEST_FREE = 20_000;
    private static final int HIGHEST_FREE = 32_000;
    /** The system's own begin behind it. */
    private static final int LAST = 32_767;

    private static final int MAX_DRAWS = 10_000;

    private Ports() {}

    /** Starts the server of this name on the port, or on a free one where it is 0. */
    static <T> T bind(String name, int port, IntFunction<T> start) {
        if (port != 0) {
            requireFree(name, port);
            return start.apply(port);
        }
        for (int tried = 1; ; tried++) {
            int chosen = free(1).getFirst();
            try {
                return start.apply(chosen);
            } catch (StoreException e) {
                if (tried == TRIES || isFree(chosen)) {
                    throw e;
                }
            }
        }
    }

    private static void requireFree(String name, int port) {
        if (!isFree(port)) {
            throw new StoreException(
                    name + " port: " + port + " (expected: a free one; another process listens on it)");
        }
    }

    /** Whether nobody listens on the port now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /**
     * Returns so many different ports, free now. They lie below those that the system gives to outgoing connections
     * (from 32,768 on Linux): one of these could take a port between here and the server's start.
     *
     * @throws StoreException when they are not found
     */
    public static List<Integer> free(int count) {
        return free(count, 0, Set.of());
    }

    /**
     * As {@link #free(int)}, for servers that listen on two ports.
     *
     * @param apart how far above each there is another one that is free, below those of the system's, too; 0: none is needed
     * @param except what is neither of the two
     */
    public static List<Integer> free(int count, int apart, Set<Integer> except) {
        Set<Integer> found = new LinkedHashSet<>();
        for (int tried = 0; found.size() < count; tried++) {
            if (tried == MAX_DRAWS) {
                throw new StoreException("port: 0 (expected: " + count + " free ports from " + LOWEST_FREE + " to "
                        + HIGHEST_FREE + "; " + found.size() + " were found)");
            }
            int drawn = ThreadLocalRandom.current().nextInt(LOWEST_FREE, Math.min(HIGHEST_FREE, LAST - apart) + 1);
            if (isFree(drawn, except) && (apart == 0 || isFree(drawn + apart, except))) {
                found.add(drawn);
            }
        }
        return new ArrayList<>(found);
    }

    private static boolean isFree(int port, Set<Integer> except) {
        return !except.contains(port) && isFree(port);
    }
}
