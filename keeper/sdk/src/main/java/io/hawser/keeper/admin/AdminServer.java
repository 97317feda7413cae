package io.hawser.keeper.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hawser.keeper.config.AdminListen;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a few small pages to people, scrapers and orchestrators, by the JDK's own HTTP server: it must answer when all
 * else is in trouble, so it shares neither event loop nor library with what it reports on.
 *
 * <p>Bounds: requests in hand and waiting, beyond which a connection is closed and counted; header bytes, connections and time a
 * request. No request body is read.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int REQUESTS_AT_ONCE = 8;
    private static final int REQUESTS_WAITING = 128;
    private static final int BACKLOG = 64;

    /** The server's own limits, which it takes from system properties only; what is set already stays. */
    private static final Map<String, String> LIMITS = Map.of(
            "jdk.httpserver.maxConnections", "256",
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "30",
            "sun.net.httpserver.idleInterval", "30");

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Map<String, Supplier<Page>> pages;
    private final Function<String, Optional<Page>> unlisted;

    private AdminServer(
            HttpServer server,
            Map<String, Supplier<Page>> pages,
            Function<String, Optional<Page>> unlisted,
            MeterRegistry meters) {
        this.server = server;
        this.pages = Map.copyOf(pages);
        this.unlisted = unlisted;
        Counter rejected = Counter.builder("hawser.admin.rejected")
                .description("Admin requests beyond those that may wait")
                .register(meters);
        this.threads = new ThreadPoolExecutor(
                REQUESTS_AT_ONCE,
                REQUESTS_AT_ONCE,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(REQUESTS_WAITING),
                Thread.ofVirtual().name("admin-", 0).factory(),
                (request, pool) -> {
                    rejected.increment();
                    throw new RejectedExecutionException("admin: " + REQUESTS_WAITING + " requests wait");
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Starts to serve.
     *
     * @param pages by path
     * @param unlisted the page at a path that is not among them and not told to whoever asks for another
     * @throws java.net.BindException when the address is in use
     */
    public static AdminServer start(
            AdminListen listen,
            Map<String, Supplier<Page>> pages,
            Function<String, Optional<Page>> unlisted,
            MeterRegistry meters)
            throws IOException {
        LIMITS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        AdminServer admin = new AdminServer(bind(listen), pages, unlisted, meters);
        admin.server.createContext("/", admin::handle);
        admin.server.setExecutor(admin.threads);
        admin.server.start();
        return admin;
    }

    private static HttpServer bind(AdminListen listen) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port());
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (BindException e) {
            BindException named =
                    new BindException("admin: " + listen.host() + ":" + listen.port() + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    /** Returns the port that is bound. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            answer(exchange, page(exchange));
        } catch (IOException e) {
            LOG.debug("An admin client went away: {}", e.toString());
        }
    }

    private Page page(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return problem(405, "Method not allowed", method + " (expected: GET)");
        }
        String path = exchange.getRequestURI().getPath();
        Supplier<Page> page = pages.get(path);
        if (page == null) {
            Optional<Page> other = unlisted.apply(path);
            if (other.isPresent()) {
                return other.get();
            }
            String known = String.join(", ", pages.keySet().stream().sorted().toList());
            return problem(404, "Not found", path + " (expected: " + known + ")");
        }
        try {
            return page.get();
        } catch (RuntimeException e) {
            LOG.error("The admin page {} failed", path, e);
            return problem(500, "Internal error", path + " could not be made; see the log");
        }
    }

    private static void answer(HttpExchange exchange, Page page) throws IOException {
        long length = page.body().length();
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.getResponseHeaders().set("Content-Type", page.contentType());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(page.status(), head || length == 0 ? -1 : length);
        if (!head) {
            page.body().writeTo(exchange.getResponseBody());
        }
    }

    /** A problem document (RFC 9457). */
    private static Page problem(int status, String title, String detail) {
        var body = JsonNodeFactory.instance
                .objectNode()
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        return Page.text(status, "application/problem+json", body + "\n");
    }
}
