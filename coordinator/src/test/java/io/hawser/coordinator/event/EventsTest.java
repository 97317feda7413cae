package io.hawser.coordinator.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.link.Caller;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.LinkSettings;
import io.hawser.rpc.link.Membership;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AppendEventsReply;
import io.hawser.rpc.v1.Callback;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.OutboxGrpc;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.rpc.v1.TellEventsRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class EventsTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EventSettings settings = new EventSettings(10, Duration.ofMinutes(5), Duration.ofSeconds(1));
    private final CompletableFuture<Duration> given = new CompletableFuture<>();

    @Test
    void aSaverIsGivenAsLongAsTheTellerWaits() throws Exception {
        try (LinkServer saver = LinkServer.builder(LinkServerSettings.defaults(), meters)
                        .handle(OutboxGrpc.getAppendEventsMethod(), (request, caller) -> {
                            given.complete(caller.remaining());
                            return CompletableFuture.completedFuture(AppendEventsReply.getDefaultInstance());
                        })
                        .start("127.0.0.1", 0);
                LinkClient savers =
                        new LinkClient("test", "saver", only(saver.port()), LinkSettings.defaults(), meters)) {
            Events events = new Events(savers, () -> true, () -> settings, item -> {}, meters);
            events.changed(App.newBuilder()
                    .setId("demo")
                    .addCallbacks(Callback.newBuilder().addEvents("bound"))
                    .build());
            TellEventsRequest bound = TellEventsRequest.newBuilder()
                    .addEvents(event(EventKind.EVENT_BOUND))
                    .build();
            long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            var _ = events.tell(bound, new Caller("register/register-1", "", deadlineNanos));
            assertThat(given.get(30, TimeUnit.SECONDS)).isBetween(Duration.ZERO, Duration.ofSeconds(20));
        }
    }

    @Test
    void onlineThatNobodyWantsByWhatIsKnownHereIsRefusedForItsTellerMayKnowMore() throws Exception {
        try (LinkClient savers = new LinkClient("test", "saver", only(1), LinkSettings.defaults(), meters)) {
            Events events = new Events(savers, () -> true, () -> settings, item -> {}, meters);
            TellEventsRequest told = TellEventsRequest.newBuilder()
                    .addEvents(event(EventKind.EVENT_ONLINE))
                    .addEvents(event(EventKind.EVENT_BOUND))
                    .addEvents(event(EventKind.EVENT_OFFLINE))
                    .build();
            long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            assertThat(events.tell(told, new Caller("register/register-1", "", deadlineNanos))
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS)
                            .getRefused())
                    .isEqualTo(2);
        }
    }

    private static StateEvent event(EventKind kind) {
        return StateEvent.newBuilder()
                .setKind(kind)
                .setApp("demo")
                .setUser("alice")
                .setDevice("phone")
                .build();
    }

    private static Membership only(int port) {
        Membership.View view = new Membership.View(1, List.of(new Peer("saver", "saver-1", "127.0.0.1", port, 1, "")));
        return new Membership() {
            @Override
            public View view() {
                return view;
            }

            @Override
            public AutoCloseable onChange(Consumer<View> listener) {
                listener.accept(view);
                return () -> {};
            }
        };
    }
}
