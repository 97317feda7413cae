package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.wire.HawserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Writes down what it is told; states apart from the rest. */
class RecordingListener implements PushListener {
    private static final long PATIENCE_SECONDS = 30;

    private final BlockingQueue<StateChange> states = new LinkedBlockingQueue<>();
    private final BlockingQueue<PushMessage> messages = new LinkedBlockingQueue<>();
    final List<HawserException> errors = new CopyOnWriteArrayList<>();
    final List<String> gaps = new CopyOnWriteArrayList<>();
    final List<Set<String>> groups = new CopyOnWriteArrayList<>();

    @Override
    public void onMessage(PushMessage message) throws Exception {
        messages.add(message);
    }

    @Override
    public void onGap(long positionBefore, long position) {
        gaps.add(positionBefore + " to " + position);
    }

    @Override
    public void onBroadcastsLost(long lostTo) {
        gaps.add("broadcasts to " + lostTo);
    }

    @Override
    public void onGroups(Set<String> told) {
        groups.add(told);
    }

    @Override
    public void onState(StateChange change) {
        states.add(change);
    }

    @Override
    public void onError(HawserException error) {
        errors.add(error);
    }

    /** Returns all errors once there are so many: they are told by another thread than what they are about. */
    List<HawserException> awaitErrors(int count) {
        Awaitility.await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(() -> errors.size() >= count);
        return errors;
    }

    PushMessage awaitMessage() throws InterruptedException {
        return Objects.requireNonNull(messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "no message came");
    }

    List<String> awaitTexts(int count) throws InterruptedException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(awaitMessage().text());
        }
        return texts;
    }

    boolean hasNoMoreMessages() {
        return messages.isEmpty();
    }

    StateChange awaitState(ClientState state) throws InterruptedException {
        StateChange change;
        do {
            change = Objects.requireNonNull(states.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), state + " did not come");
        } while (change.state() != state);
        assertThat(change.state()).isEqualTo(state);
        return change;
    }
}
