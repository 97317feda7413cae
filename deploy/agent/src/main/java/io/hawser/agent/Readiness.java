package io.hawser.agent;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * How it is known that a process serves: {@code http://host:port/readyz} answers with 200, {@code tcp://host:port} takes a
 * connection, or nothing says so and it counts as ready as soon as it runs.
 */
public sealed interface Readiness {
    /** How long an answer may take. */
    int TIMEOUT_MILLIS = 1_000;

    /** Whether it serves now; waits for {@link #TIMEOUT_MILLIS} at most. */
    boolean check();

    /** Counts as ready as soon as it runs. */
    static Readiness whenRunning() {
        return new WhenRunning();
    }

    static Readiness http(URI page) {
        return new Http(page);
    }

    static Readiness tcp(String host, int port) {
        return new Tcp(host, port);
    }

    /** Reads the forms that are named above. */
    static Readiness parse(String text) {
        try {
            URI uri = new URI(text);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
                return http(uri);
            }
            if ("tcp".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0) {
                return tcp(uri.getHost(), uri.getPort());
            }
        } catch (URISyntaxException e) {
            throw new HawserException(ErrorCode.INVALID_ARGUMENT, text + EXPECTED, e);
        }
        throw HawserException.refusal(ErrorCode.INVALID_ARGUMENT, text + EXPECTED);
    }

    String EXPECTED = " (expected: http://HOST:PORT/PATH or tcp://HOST:PORT)";

    /** See {@link #whenRunning}. */
    record WhenRunning() implements Readiness {
        @Override
        public boolean check() {
            return true;
        }
    }

    /** A page that answers with 200. */
    record Http(URI page) implements Readiness {
        @Override
        public boolean check() {
            try {
                var connection = (HttpURLConnection) page.toURL().openConnection();
                connection.setConnectTimeout(TIMEOUT_MILLIS);
                connection.setReadTimeout(TIMEOUT_MILLIS);
                try {
                    return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
                } finally {
                    connection.disconnect();
                }
            } catch (IOException notYet) {
                return false;
            }
        }
    }

    /** A port that takes connections. */
    record Tcp(String host, int port) implements Readiness {
        @Override
        public boolean check() {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        }
    }
}
