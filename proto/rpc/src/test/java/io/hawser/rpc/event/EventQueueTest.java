package io.hawser.rpc.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.StateEvent;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class EventQueueTest {
    private static final int MAX = 10;

    private final EventQueue queue = new EventQueue();

    private static StateEvent online(String app, long number) {
        return StateEvent.newBuilder()
                .setKind(EventKind.EVENT_ONLINE)
                .setApp(app)
                .setUser("alice")
                .setSeq(number)
                .build();
    }

    private void flood(String app, int events) {
        LongStream.rangeClosed(1, events).forEach(number -> queue.add(online(app, number), MAX));
    }

    @Test
    void anAppAloneHasAllPlacesAndLosesItsOldest() {
        flood("noisy", MAX + 2);
        assertThat(queue.take(100))
                .extracting(StateEvent::getSeq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(3, MAX + 2).boxed().toList());
    }

    @Test
    void aFloodOfOneAppCostsAnotherNothing() {
        queue.add(online("quiet", 1), MAX);
        flood("noisy", 1_000);
        queue.add(online("quiet", 2), MAX);
        assertThat(queue.size()).isEqualTo(MAX);
        assertThat(queue.take(100)).contains(online("quiet", 1), online("quiet", 2));
        assertThat(queue.size()).isZero();
    }

    @Test
    void whoComesToAFullQueueTakesThePlaceOfWhoHasMost() {
        flood("noisy", MAX);
        assertThat(queue.add(online("quiet", 1), MAX)).isEqualTo(online("noisy", 1));
        assertThat(queue.take(2)).containsExactly(online("noisy", 2), online("quiet", 1));
    }

    @Test
    void whatIsPutBackComesFirstOfItsApp() {
        flood("noisy", 3);
        queue.putBack(queue.take(2));
        assertThat(queue.take(100)).containsExactly(online("noisy", 1), online("noisy", 2), online("noisy", 3));
    }
}
