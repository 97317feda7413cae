package io.hawser.bench.chaos.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A center that says what it is told to, and the history of what is made of that. */
final class ScriptedCenter implements AutoCloseable {
    /** Each a status and a body, {@code 200 {}}. */
    final Queue<String> answers = new ConcurrentLinkedQueue<>();
    /** Paths, with their queries. */
    final Queue<String> asked = new ConcurrentLinkedQueue<>();

    final Center center;
    final History history;
    private final HttpServer server;

    ScriptedCenter(Path directory) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        center = new Center(List.of("http://127.0.0.1:" + server.getAddress().getPort()));
        history = new History(directory.resolve("history.jsonl"), 1_000);
    }

    <T extends Event> List<T> events(Class<T> type) {
        return history.events().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public void close() {
        center.close();
        server.stop(0);
        history.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().toString());
        String answer = answers.remove();
        byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
