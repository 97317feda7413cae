package io.hawser.stores;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Listening ports of the loopback address. */
public final class Ports {
    /** Where everything listens. */
    public static final String HOST = "127.0.0.1";

    /** A port found free may be taken by somebody else before the server binds it. */
    private static final int TRIES = 5;

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
     * Returns so many different ports, free now.
     *
     * @throws StoreException when there are not so many
     */
    public static List<Integer> free(int count) {
        if (count == 0) {
            return new ArrayList<>();
        }
        // All are held open until the last is found: else the same one could be found twice.
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
            List<Integer> ports = free(count - 1);
            ports.add(socket.getLocalPort());
            return ports;
        } catch (IOException e) {
            throw new StoreException("port: 0 (expected: a free port on " + HOST + "; none is left)", e);
        }
    }
}
