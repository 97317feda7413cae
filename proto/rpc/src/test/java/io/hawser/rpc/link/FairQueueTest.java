package io.hawser.rpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shares and turns of apps. */
final class FairQueueTest {
    private final FairQueue queue = new FairQueue(100, 1_000_000);

    @Test
    void oneAppGetsHalf() {
        assertThat(admit("a", 200)).isEqualTo(50);
    }

    @Test
    void whatIsLeftAfterAFloodIsThereForOthers() {
        admit("a", 200);
        assertThat(admit("b", 200)).isEqualTo(25);
        assertThat(admit("c", 1)).isEqualTo(1);
        assertThat(queue.pending()).isEqualTo(76);
    }

    @Test
    void floodsThatRefillConvergeToEqualShares() {
        List<PendingCall<?>> held = new ArrayList<>();
        for (int round = 0; round < 100; round++) {
            for (String app : List.of("a", "b", "c")) {
                PendingCall<?> call = call(app, 1);
                if (queue.admit(call)) {
                    held.add(call);
                }
            }
            if (held.size() > 70) {
                queue.release(held.removeFirst());
            }
        }
        Map<String, Integer> shares = new HashMap<>();
        held.forEach(call -> shares.merge(call.app, 1, Integer::sum));
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(22, 27));
    }

    @Test
    void appsAreServedInTurn() {
        admit("a", 3);
        admit("b", 2);
        admit("c", 1);
        assertThat(drain()).containsExactly("a", "b", "c", "a", "b", "a");
    }

    @Test
    void aCallThatIsReleasedWhileQueuedIsNotServed() {
        PendingCall<?> first = call("a", 1);
        PendingCall<?> second = call("a", 1);
        PendingCall<?> third = call("a", 1);
        assertThat(List.of(first, second, third))
                .allSatisfy(call -> assertThat(queue.admit(call)).isTrue());
        queue.release(second);
        assertThat(queue.poll()).isSameAs(first);
        assertThat(queue.poll()).isSameAs(third);
        assertThat(queue.poll()).isNull();
        assertThat(queue.pending()).isEqualTo(2);
    }

    @Test
    void bytesAreSharedLikeCalls() {
        FairQueue small = new FairQueue(1_000, 1_000);
        assertThat(small.admit(call("a", 600))).isTrue();
        assertThat(small.admit(call("a", 1))).isFalse();
        assertThat(small.admit(call("b", 300))).isTrue();
        assertThat(small.admit(call("c", 101))).isFalse();
    }

    /** Against a model: lists. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void countsStayRightWhateverHappens(long seed) {
        Random random = new Random(seed);
        List<PendingCall<?>> waiting = new ArrayList<>();
        List<PendingCall<?>> inFlight = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    PendingCall<?> call = call("app" + random.nextInt(5), random.nextInt(10));
                    if (queue.admit(call)) {
                        waiting.add(call);
                    }
                }
                case 2 -> {
                    @Nullable PendingCall<?> call = queue.poll();
                    assertThat(call == null).as("seed %d", seed).isEqualTo(waiting.isEmpty());
                    if (call != null) {
                        assertThat(call).as("seed %d", seed).isSameAs(oldestOf(call.app, waiting));
                        waiting.remove(call);
                        inFlight.add(call);
                    }
                }
                default -> {
                    List<PendingCall<?>> from = random.nextBoolean() ? waiting : inFlight;
                    if (!from.isEmpty()) {
                        queue.release(from.remove(random.nextInt(from.size())));
                    }
                }
            }
            assertThat(queue.queued()).as("seed %d", seed).isEqualTo(waiting.size());
            assertThat(queue.pending()).as("seed %d", seed).isEqualTo(waiting.size() + inFlight.size());
        }
    }

    private static @Nullable PendingCall<?> oldestOf(String app, List<PendingCall<?>> calls) {
        return calls.stream().filter(call -> call.app.equals(app)).findFirst().orElse(null);
    }

    private int admit(String app, int count) {
        int admitted = 0;
        for (int i = 0; i < count; i++) {
            admitted += queue.admit(call(app, 1)) ? 1 : 0;
        }
        return admitted;
    }

    private List<String> drain() {
        List<String> apps = new ArrayList<>();
        for (PendingCall<?> call = queue.poll(); call != null; call = queue.poll()) {
            apps.add(call.app);
        }
        return apps;
    }

    @SuppressWarnings("NullAway") // A call that is never answered needs no stream.
    private static PendingCall<AcknowledgeReply> call(String app, int bytes) {
        return new PendingCall<>(null, Echo.METHOD, app, ByteString.copyFrom(new byte[bytes]), 0);
    }
}
