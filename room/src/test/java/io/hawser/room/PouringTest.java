package io.hawser.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.Session;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A room has a new register wait, where it holds more sessions than may be told at once. */
final class PouringTest {
    private static final int SESSIONS = 9;
    private static final int SESSIONS_A_SECOND = 8;
    /** Of a request's session, until the next may go: so the last goes no sooner than eight times this after the first. */
    private static final Duration TURN = Duration.ofSeconds(1).dividedBy(SESSIONS_A_SECOND);

    @Test
    void sessionsAreToldNoFasterThanTheyMayBe() {
        try (TestPlatform platform = new TestPlatform(oneARequest());
                StubRegister successor = new StubRegister("register-2");
                TestClient client = platform.connect().greet()) {
            for (int binding = 1; binding <= SESSIONS; binding++) {
                client.bound(TestClient.bind("user-" + binding).toBuilder()
                        .setBinding(binding)
                        .build());
            }
            long beganNanos = System.nanoTime();
            platform.context.membership("register").set(successor.peer(1));

            await().until(() -> successor.complete.size() == Slot.COUNT);

            assertThat(Duration.ofNanos(System.nanoTime() - beganNanos))
                    .isGreaterThanOrEqualTo(TURN.multipliedBy(SESSIONS - 1));
            assertThat(successor.poured)
                    .extracting(Session::getUser)
                    .doesNotHaveDuplicates()
                    .hasSize(SESSIONS);
            assertThat(platform.context.count("hawser.room.pours.paced")).isPositive();
        }
    }

    private static RoomConfig oneARequest() {
        return TestPlatform.config(
                "pour: {slotsAtOnce: %d, sessionsPerRequest: 1, sessionsPerSecond: %d, timeout: 30s}"
                        .formatted(Slot.COUNT, SESSIONS_A_SECOND),
                // Who is bound is registered, and nobody is sent away, however slow the machine is.
                "enterWithin: 30s",
                "overload: {lagMs: {busy: 3600000, overloaded: 3600000, critical: 3600000}}");
    }
}
