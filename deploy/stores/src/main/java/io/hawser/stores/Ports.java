package io.hawser.stores;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.function.IntFunction;

/** Listening ports of the loopback address. */
final class Ports {
    static final String HOST = "127.0.0.1";

    /** A port found free may be taken by somebody else before the server binds it. */
    private static final int TRIES = 5;

    private Ports() {}

    /** Starts a server on the port, or on a free one where it is 0. */
    static <T> T bind(int port, IntFunction<T> start) {
        if (port != 0) {
            requireFree(port);
            return start.apply(port);
        }
        for (int tried = 1; ; tried++) {
            int chosen = free();
            try {
                return start.apply(chosen);
            } catch (StoreException e) {
                if (tried == TRIES || isFree(chosen)) {
                    throw e;
                }
            }
        }
    }

    private static void requireFree(int port) {
        if (!isFree(port)) {
            throw new StoreException("port: " + port + " (expected: a free one; another process listens on it)");
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(HOST), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StoreException("port: 0 (expected: a free port on " + HOST + "; none is left)", e);
        }
    }
}
