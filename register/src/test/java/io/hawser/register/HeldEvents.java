package io.hawser.register;

import io.hawser.rpc.event.EventSink;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.ListToldOnlineReply;
import io.hawser.rpc.v1.StateEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Keeps what is told, for the kinds that the test wants. */
final class HeldEvents implements EventSink {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    final List<StateEvent> told = new ArrayList<>();
    final Set<EventKind> wanted = EnumSet.noneOf(EventKind.class);
    boolean busy;
    boolean asked = true;
    long missed;
    PresenceSettings settings = settings(1_000);

    static PresenceSettings settings(int maxParked) {
        return new PresenceSettings(
                maxParked, 1_000, Duration.ofSeconds(1), Duration.ofHours(1), Duration.ofMinutes(1));
    }

    PresenceFeed feed() {
        return new PresenceFeed(
                this,
                request -> CompletableFuture.completedFuture(ListToldOnlineReply.getDefaultInstance()),
                () -> Duration.ofSeconds(30),
                () -> settings,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** "ONLINE alice", in the order told; forgets them. */
    List<String> take() {
        List<String> all = told.stream().map(HeldEvents::name).toList();
        told.clear();
        return all;
    }

    Stream<StateEvent> ofKind(EventKind kind) {
        return told.stream().filter(event -> event.getKind() == kind);
    }

    private static String name(StateEvent event) {
        return event.getKind().name().substring("EVENT_".length()) + " " + event.getUser() + " " + event.getDevice();
    }

    @Override
    public boolean wants(String app, EventKind kind) {
        return wanted.contains(kind);
    }

    @Override
    public void tell(StateEvent event) {
        told.add(event);
    }

    @Override
    public boolean isAsked() {
        return asked;
    }

    @Override
    public boolean anyoneWantsPresence() {
        return wantsPresence("demo");
    }

    @Override
    public long missed(int slot) {
        return missed;
    }

    @Override
    public boolean isBusy() {
        return busy;
    }
}
