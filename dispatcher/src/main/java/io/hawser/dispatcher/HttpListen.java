package io.hawser.dispatcher;

import java.time.Duration;

/**
 * Where clients ask, and how much of their asking is borne.
 *
 * @param host the address to bind, {@code 0.0.0.0} for all
 * @param port 0 for any free one
 * @param advertisedHost what operators and tools are told; empty: the same as for links
 * @param threads event loops; 0: as many as the machine has processors
 * @param maxConnections open at once; more are closed as they come
 * @param requestTimeout how long a request and its answer may take
 * @param idleTimeout how long a connection without requests stays
 */
public record HttpListen(
        String host,
        int port,
        String advertisedHost,
        int threads,
        int maxConnections,
        Duration requestTimeout,
        Duration idleTimeout) {
    public HttpListen {
        Checks.within("host", host.length(), 1, 255);
        Checks.within("port", port, 0, 65_535);
        Checks.within("threads", threads, 0, 256);
        Checks.within("maxConnections", maxConnections, 1, 10_000_000);
        Checks.within("requestTimeout", requestTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
        Checks.within("idleTimeout", idleTimeout, Duration.ofMillis(100), Duration.ofHours(1));
    }

    public static HttpListen defaults() {
        return new HttpListen("127.0.0.1", 0, "", 0, 20_000, Duration.ofSeconds(5), Duration.ofSeconds(15));
    }

    int threadCount() {
        return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
    }
}
