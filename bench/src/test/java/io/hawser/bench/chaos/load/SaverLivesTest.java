package io.hawser.bench.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of savers by a center that says what it is told to. */
final class SaverLivesTest {
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private Center center;
    private History history;
    private SaverLives lives;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        center = new Center(List.of("http://127.0.0.1:" + server.getAddress().getPort()));
        history = new History(directory.resolve("history.jsonl"), 1_000);
        lives = new SaverLives(center, "key", history);
    }

    @AfterEach
    void stop() {
        center.close();
        server.stop(0);
        history.close();
    }

    @Test
    void aSaverThatIsSeenInAnotherLifeWasReborn() {
        look(saver("saver-1", 7) + "," + saver("saver-2", 8));
        long before = System.nanoTime();
        look(saver("saver-1", 7));
        long between = System.nanoTime();
        look(saver("saver-2", 8));
        look(saver("saver-2", 8) + "," + saver("saver-1", 9));
        assertThat(asked).containsOnly("/v1/instances?service=saver");
        assertThat(reborn()).singleElement().satisfies(one -> {
            assertThat(one.saver()).isEqualTo("saver-1");
            assertThat(one.seenNanos()).isBetween(before, between);
            assertThat(one.atNanos()).isGreaterThan(between);
        });
    }

    @Test
    void whoIsSeenInAnOlderLifeIsSeenByACenterThatHasNotHeard() {
        look(saver("saver-1", 7));
        look(saver("saver-1", 9));
        look(saver("saver-1", 7));
        look(saver("saver-1", 9));
        assertThat(reborn()).hasSize(1);
    }

    private static String saver(String name, long incarnation) {
        return "{\"service\": \"saver\", \"name\": \"%s\", \"incarnation\": \"%d\"}".formatted(name, incarnation);
    }

    private void look(String savers) {
        answers.add("{\"instances\": [" + savers + "]}");
        lives.look();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().toString());
        byte[] body = answers.remove().getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private List<Event.Reborn> reborn() {
        return history.events().stream()
                .filter(Event.Reborn.class::isInstance)
                .map(Event.Reborn.class::cast)
                .toList();
    }
}
