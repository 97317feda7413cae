package io.hawser.bench.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.chaos.history.Outcome;
import io.hawser.bench.chaos.history.Terms;
import io.hawser.bench.chaos.load.Manner.Afterwards;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sender makes of the answers of a center that says what it is told to. */
final class SendingTest {
    private static final Audience ALICE = Audience.user("app", "alice");
    private static final String SPOOLED = "200 {\"durability\": \"SPOOLED\"}";
    private static final String REFUSED = "503 {\"code\": \"UNAVAILABLE\"}";

    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private Center center;
    private History history;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        center = new Center(List.of("http://127.0.0.1:" + server.getAddress().getPort()));
        history = new History(directory.resolve("history.jsonl"), 1_000);
    }

    @AfterEach
    void stop() {
        center.close();
        server.stop(0);
        history.close();
    }

    @Test
    void whatASpoolHasIsSentAgainWhenSomethingNewerHasAName() {
        Sending sending = sending(SPOOLED, SPOOLED, named(8), named(7));
        sending.send("one", ALICE, new Manner(Terms.PLAIN, Afterwards.AGAIN));
        sending.send("two", ALICE, new Manner(Terms.PLAIN, Afterwards.NOTHING));
        assertThat(answered()).extracting(Event.Answered::spooled).containsExactly(true, false);
        assertThat(answered()).extracting(Event.Answered::seq).containsExactly(0L, 8L);
        assertThat(repeated()).extracting(Event.Repeated::text).containsExactly("one", "one");
        assertThat(repeated()).extracting(Event.Repeated::spooled).containsExactly(true, false);
        assertThat(repeated()).extracting(Event.Repeated::seq).containsExactly(0L, 7L);
    }

    @Test
    void whatHasNoNameIsNotAskedForBack() {
        sending(SPOOLED).send("one", ALICE, new Manner(Terms.PLAIN, Afterwards.RECALL));
        assertThat(asked).containsExactly("/v1/apps/app/messages:send");
    }

    @Test
    void whatIsRefusedIsSentAgainUntilASpoolHasIt() {
        sending(REFUSED, SPOOLED).send("one", ALICE, new Manner(Terms.PLAIN, Afterwards.NOTHING));
        assertThat(answered()).singleElement().satisfies(answer -> {
            assertThat(answer.attempts()).isEqualTo(2);
            assertThat(answer.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(answer.spooled()).isTrue();
        });
    }

    private Sending sending(String... all) {
        answers.addAll(List.of(all));
        return new Sending(center, Map.of(), history);
    }

    private static String named(int seq) {
        return "200 {\"durability\": \"STRICT\", \"name\": \"apps/app/users/alice/messages/" + seq + "\"}";
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().getPath());
        String answer = answers.remove();
        byte[] body = answer.substring(4).getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(Integer.parseInt(answer.substring(0, 3)), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private List<Event.Answered> answered() {
        return history.events().stream()
                .filter(Event.Answered.class::isInstance)
                .map(Event.Answered.class::cast)
                .toList();
    }

    private List<Event.Repeated> repeated() {
        return history.events().stream()
                .filter(Event.Repeated.class::isInstance)
                .map(Event.Repeated.class::cast)
                .toList();
    }
}
