package io.hawser.bench.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Clients that were cut off, on their way back as the protocol has it: full jitter, then a dispatcher is asked, then the
 * first address of its list is tried.
 */
final class Returning implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_ASKING = 256;
    private static final int OK = 200;

    private record Due(int client, long atNanos) {}

    private record Answer(int client, String address) {}

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI question;
    private final BiConsumer<Integer, InetSocketAddress> connect;
    private final SplittableRandom random = new SplittableRandom();
    private final PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private final Map<Integer, Long> cutOff = new HashMap<>();
    private int asking;

    Returning(Ramp ramp, BiConsumer<Integer, InetSocketAddress> connect) {
        this.question = URI.create(ramp.dispatcher() + "/v1/addresses?app=" + ramp.app());
        this.connect = connect;
    }

    /** A client was cut off, or came back in vain. */
    void later(int client, boolean wasUp) {
        long nowNanos = System.nanoTime();
        if (wasUp) {
            cutOff.put(client, nowNanos);
            attempts.put(client, 0);
        }
        int attempt = attempts.merge(client, 1, Integer::sum) - 1;
        long mostNanos = FIRST_NANOS << Math.min(attempt, MOST_DOUBLINGS);
        waiting.add(new Due(client, nowNanos + random.nextLong(mostNanos)));
    }

    long cutOffNanos(int client) {
        return cutOff.getOrDefault(client, System.nanoTime());
    }

    void goOn() {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            asking--;
            if (answer.address().isEmpty()) {
                later(answer.client(), false);
            } else {
                connect.accept(answer.client(), Crowd.address(answer.address()));
            }
        }
        long nowNanos = System.nanoTime();
        while (asking < MOST_ASKING && !waiting.isEmpty() && waiting.peek().atNanos() <= nowNanos) {
            ask(waiting.remove().client());
        }
    }

    private void ask(int client) {
        asking++;
        HttpRequest request =
                HttpRequest.newBuilder(question).timeout(PATIENCE).GET().build();
        var _ = http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .handle((response, failure) -> answers.add(new Answer(client, failure == null ? first(response) : "")));
    }

    /** Empty: it has none, or says to come later. */
    private String first(HttpResponse<byte[]> response) {
        try {
            JsonNode answer = json.readTree(response.body());
            return response.statusCode() == OK ? answer.path("rooms").path(0).asText() : "";
        } catch (IOException notJson) {
            return "";
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
