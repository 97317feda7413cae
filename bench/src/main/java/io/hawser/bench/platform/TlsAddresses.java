package io.hawser.bench.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where rooms speak TLS: a dispatcher knows it. */
final class TlsAddresses {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 200;
    private static final int MOST = 16;
    private static final int OK = 200;

    private TlsAddresses() {}

    /** Returns those of so many rooms, once the dispatcher has heard of them. */
    static List<String> of(int rooms, String dispatcher, String app) {
        URI question = URI.create("%s/v1/addresses?app=%s&transport=tls&count=%d".formatted(dispatcher, app, MOST));
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            List<String> known = ask(http, question);
            while (known.size() < Math.min(rooms, MOST)) {
                if (System.nanoTime() - giveUp > 0) {
                    throw new BenchException("the dispatcher knows of " + known.size()
                            + " rooms that speak TLS (expected: " + rooms + ")");
                }
                Pause.millis(LOOK_MILLIS);
                known = ask(http, question);
            }
            return known;
        }
    }

    private static List<String> ask(HttpClient http, URI question) {
        try {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(question).timeout(PATIENCE).GET().build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            List<String> addresses = new ArrayList<>();
            if (answer.statusCode() == OK) {
                new ObjectMapper().readTree(answer.body()).path("rooms").forEach(room -> addresses.add(room.asText()));
            }
            return addresses;
        } catch (IOException e) {
            throw new BenchException("the dispatcher does not answer: " + question, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
