package io.hawser.bench.chaos.load;

import io.hawser.bench.chaos.history.Audience;
import io.hawser.bench.chaos.history.Cast;
import io.hawser.bench.chaos.history.Endpoint;
import io.hawser.bench.chaos.history.Event;
import io.hawser.bench.chaos.history.History;
import io.hawser.bench.measure.BenchException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** Who is there, as the platform says. */
final class LiveSessions {
    /** For all users' sessions together, and for each one's answer. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Center center;
    private final Map<String, String> keys;
    private final Cast cast;
    private final Predicate<Endpoint> isBound;
    private final History history;
    private final Mishaps mishaps;
    private final long giveUpNanos = System.nanoTime() + PATIENCE.toNanos();

    /**
     * Begins to wait.
     *
     * @param keys of apps
     * @param isBound what the endpoint's client says
     */
    LiveSessions(
            Center center,
            Map<String, String> keys,
            Cast cast,
            Predicate<Endpoint> isBound,
            History history,
            Mishaps mishaps) {
        this.isBound = isBound;
        this.center = center;
        this.keys = keys;
        this.cast = cast;
        this.history = history;
        this.mishaps = mishaps;
    }

    /** Asks until each of the user's mailboxes has one that is there, or patience ends: that is what the history has. */
    void of(Audience user) {
        String path = "/v1/apps/" + user.app() + "/users/" + user.user();
        String key = keys.getOrDefault(user.app(), "");
        List<List<Endpoint>> mailboxes = cast.readers().stream()
                .filter(readers -> cast.isFor(user, readers.getFirst()))
                .toList();
        AtomicReference<Center.Answer> last = new AtomicReference<>();
        var _ = mishaps.await(PATIENCE, () -> {
            last.set(center.get(key, path));
            Map<String, Integer> live = byDevice(last.get());
            return last.get().isAccepted()
                    && (isOver() || mailboxes.stream().allMatch(readers -> isOneThere(readers, live)));
        });
        if (!last.get().isAccepted()) {
            throw new BenchException("GET " + path + ": " + last.get() + " (expected: who is there)");
        }
        Map<String, Integer> live = byDevice(last.get());
        mailboxes.forEach(readers -> readers.forEach(device ->
                history.add(new Event.Sessions(System.nanoTime(), device, live.getOrDefault(device.device(), 0)))));
    }

    /** What is not there by now is missing. */
    private boolean isOver() {
        return System.nanoTime() - giveUpNanos > 0;
    }

    private static Map<String, Integer> byDevice(Center.Answer answer) {
        Map<String, Integer> live = new HashMap<>();
        answer.body()
                .path("connections")
                .forEach(one -> live.merge(one.path("device").asText(), 1, Integer::sum));
        return live;
    }

    private boolean isOneThere(List<Endpoint> readers, Map<String, Integer> live) {
        return readers.stream()
                                .mapToInt(device -> live.getOrDefault(device.device(), 0))
                                .sum()
                        == 1
                && readers.stream()
                        .filter(device -> live.containsKey(device.device()))
                        .allMatch(isBound);
    }
}
