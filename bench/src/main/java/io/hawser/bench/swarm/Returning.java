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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Clients that were cut off, on their way back as the protocol has it: full jitter, then the address where they were, where
 * they would go on there; then a dispatcher is asked, then the addresses of its list one after the other, each at once when
 * the one before failed.
 */
final class Returning implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_ASKING = 256;
    private static final int OK = 200;

    private record Due(int client, long atNanos) {}

    private record Answer(int client, List<InetSocketAddress> addresses) {}

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI question;
    private final BiConsumer<Integer, InetSocketAddress> connect;
    private final SplittableRandom random = new SplittableRandom();
    private final PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> attempts = new HashMap<>();
    private final Map<Integer, Queue<InetSocketAddress>> untried = new HashMap<>();
    /** Those who look first where they were, and know of no other address. */
    private final Set<Integer> whereTheyWere = new HashSet<>();

    private final Map<Integer, Long> cutOff = new HashMap<>();
    private int asking;

    Returning(Ramp ramp, BiConsumer<Integer, InetSocketAddress> connect) {
        this.question = URI.create(
                ramp.dispatcher() + "/v1/addresses?app=" + ramp.app() + (ramp.speaksTls() ? "&transport=tls" : ""));
        this.connect = connect;
    }

    /**
     * A client was cut off, or came back in vain.
     *
     * @param last where it goes on where it was cut off; null: nowhere
     */
    void later(int client, boolean wasUp, @Nullable InetSocketAddress last) {
        long nowNanos = System.nanoTime();
        if (wasUp) {
            away(client, nowNanos, last);
        } else if (tryNext(client)) {
            return;
        } else if (whereTheyWere.remove(client)) {
            waiting.add(new Due(client, nowNanos));
            return;
        }
        int attempt = attempts.merge(client, 1, Integer::sum) - 1;
        long mostNanos = FIRST_NANOS << Math.min(attempt, MOST_DOUBLINGS);
        waiting.add(new Due(client, nowNanos + random.nextLong(mostNanos)));
    }

    /**
     * A client went by its own will: it comes back then, and counts as cut off from then on.
     *
     * @param last where it goes on; null: it asks a dispatcher
     */
    void leave(int client, long untilNanos, @Nullable InetSocketAddress last) {
        away(client, untilNanos, last);
        waiting.add(new Due(client, untilNanos));
    }

    private void away(int client, long sinceNanos, @Nullable InetSocketAddress last) {
        cutOff.put(client, sinceNanos);
        attempts.put(client, 0);
        whereTheyWere.remove(client);
        untried.remove(client);
        if (last != null) {
            whereTheyWere.add(client);
            untried.put(client, new ArrayDeque<>(List.of(last)));
        }
    }

    /** Returns false where its list is at its end. */
    private boolean tryNext(int client) {
        Queue<InetSocketAddress> left = untried.get(client);
        InetSocketAddress next = left == null ? null : left.poll();
        if (next == null) {
            return false;
        }
        connect.accept(client, next);
        return true;
    }

    long cutOffNanos(int client) {
        return cutOff.getOrDefault(client, System.nanoTime());
    }

    void goOn() {
        for (Answer answer = answers.poll(); answer != null; answer = answers.poll()) {
            asking--;
            untried.put(answer.client(), new ArrayDeque<>(answer.addresses()));
            later(answer.client(), false, null);
        }
        long nowNanos = System.nanoTime();
        while (asking < MOST_ASKING && !waiting.isEmpty() && waiting.peek().atNanos() <= nowNanos) {
            int client = waiting.remove().client();
            if (!tryNext(client)) {
                ask(client);
            }
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
    private List<InetSocketAddress> addresses(HttpResponse<byte[]> response) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        try {
            if (response.statusCode() == OK) {
                json.readTree(response.body())
                        .path("rooms")
                        .forEach(room -> addresses.add(Crowd.address(room.asText())));
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
