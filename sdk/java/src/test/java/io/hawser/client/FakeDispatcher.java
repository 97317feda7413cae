package io.hawser.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hawser.wire.v1.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A dispatcher that answers what the test says, over real HTTP. */
final class FakeDispatcher implements AutoCloseable {
    private final HttpServer server;
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile byte[] answer = {};
    private volatile byte[] json = {};

    private FakeDispatcher(HttpServer server) {
        this.server = server;
    }

    static FakeDispatcher open() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        FakeDispatcher dispatcher = new FakeDispatcher(server);
        server.createContext("/v1/addresses", dispatcher::handle);
        server.start();
        return dispatcher;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void answer(String... rooms) {
        status = 200;
        answer = Addresses.newBuilder()
                .addAllRooms(List.of(rooms))
                .setMaxAgeSeconds(300)
                .build()
                .toByteArray();
        json = ("{\"rooms\": [\"" + String.join("\", \"", rooms) + "\"], \"maxAgeSeconds\": 300, \"zone\": \"\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    void refuse(int status) {
        this.status = status;
    }

    void answerBytes(byte[] bytes) {
        answer = bytes;
    }

    List<String> queries() {
        return queries;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            queries.add(exchange.getRequestURI().getRawQuery());
            if (status != 200) {
                exchange.getResponseHeaders().add("Retry-After", "3");
            }
            boolean protobuf =
                    "application/x-protobuf".equals(exchange.getRequestHeaders().getFirst("Accept"));
            byte[] body = protobuf ? answer : json;
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
