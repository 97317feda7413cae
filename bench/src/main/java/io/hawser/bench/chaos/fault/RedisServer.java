package io.hawser.bench.chaos.fault;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A server of Redis, or a sentinel.
 *
 * @param address {@code host:port}
 */
record RedisServer(String address) {
    private static final int MILLIS = 10_000;

    /**
     * Asks it a command, and returns what it says, as it comes.
     *
     * @throws IOException where it refuses, or is not there
     */
    String ask(String command) throws IOException {
        URI at = URI.create("redis://" + address);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(at.getHost(), at.getPort()), MILLIS);
            socket.setSoTimeout(MILLIS);
            socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.US_ASCII));
            String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            if (said.isEmpty() || said.startsWith("-")) {
                throw new IOException(address + ": " + command + ": " + said.strip());
            }
            return said;
        }
    }

    /** What it says of itself. */
    Info info() throws IOException {
        return new Info(ask("INFO"));
    }

    /** The answer to INFO: a line each, {@code name:value}. */
    record Info(String text) {
        boolean says(String line) {
            return text.contains("\r\n" + line + "\r\n");
        }

        boolean isMaster() {
            return says("role:master");
        }

        /** How much has been changed since it began, or was copied by a replica that begins. */
        long changes() throws IOException {
            String name = "rdb_changes_since_last_save:";
            String line = text.lines()
                    .filter(one -> one.startsWith(name))
                    .findFirst()
                    .orElseThrow(() -> new IOException("INFO: no " + name));
            return Long.parseLong(line.substring(name.length()));
        }
    }
}
