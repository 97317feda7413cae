package io.hawser.bench.swarm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Clients that were cut off, on their way back as the protocol has it: full jitter, then a dispatcher is asked, then the
 * addresses of its list one after the other, each at once when the one before failed.
 */
final class Returning implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_ASKING = 256;
    private static final int OK = 200;

    private record Due(int client, long atNanos) {}

    private record Answer(int client, List<String> addresses) {}

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI question;
    private final BiConsumer<Integer, InetSocketAddress> connect;
    private final SplittableRandom random = new SplittableRandom();
    private final PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private final Map<Integer, Queue<String>> untried = new HashMap<>();
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
            untried.remove(client);
        }
        if (tryNext(client)) {
            return;
        }
        int attempt = attempts.merge(client, 1, Integer::sum) - 1;
        long mostNanos = FIRST_NANOS << Math.min(attempt, MOST_DOUBLINGS);
        waiting.add(new Due(client, nowNanos + random.nextLong(mostNanos)));
    }

    /** A client went by its own will: it asks a dispatcher then, and counts as cut off from then on. */
    void leave(int client, long untilNanos) {
        cutOff.put(client, untilNanos);
        attempts.put(client, 0);
        untried.remove(client);
        waiting.add(new Due(client, untilNanos));
    }

    /** Returns false where its list is at its end. */
    private boolean tryNext(int client) {
        Queue<String> left = untried.get(client);
        String next = left == null ? null : left.poll();
        if (next == null) {
            return false;
        }
        connect.accept(client, Crowd.address(next));
        return true;
    }

    long cutOffNanos(int client) {
        return cutOff.getOrDefault(client, System.nanoTime());
    }

    void goOn() {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            asking--;
            untried.put(answer.client(), new ArrayDeque<>(answer.addresses()));
            later(answer.client(), false);
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
                .handle((response, failure) ->
                        answers.add(new Answer(client, failure == null ? addresses(response) : List.of())));
    }

    /** Empty: it has none, or says to come later. */
    private List<String> addresses(HttpResponse<byte[]> response) {
        List<String> addresses = new ArrayList<>();
        try {
            if (response.statusCode() == OK) {
                json.readTree(response.body()).path("rooms").forEach(room -> addresses.add(room.asText()));
            }
            return addresses;
        } catch (IOException notJson) {
            return List.of();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
