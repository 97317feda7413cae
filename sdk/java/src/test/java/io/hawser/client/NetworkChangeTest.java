package io.hawser.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A device that tells of its network while the client connects, as phones do several times for one change. */
class NetworkChangeTest extends PushClientHarness {
    private final CompletableFuture<PushClient> client = new CompletableFuture<>();
    private final AtomicBoolean changing = new AtomicBoolean(true);

    @Test
    void doesNotTakeTheRoomItConnectsToForBroken() throws Exception {
        try (FakeRoom other = FakeRoom.open()) {
            client.complete(start(
                    alice().rooms(List.of(room.address(), other.address())).network(() -> {
                        change(changing.getAndSet(false));
                        return "wifi";
                    })));
            room.accept().awaitClosed();

            room.acceptBound(0);
        }
    }

    @Test
    void bindsThoughItChangesMoreOftenThanAConnectTakesAndForgetsThatThen() throws Exception {
        client.complete(start(alice().network(() -> {
                    change(changing.get());
                    return "wifi";
                })
                .tokenSource(() -> {
                    change(changing.get());
                    return "token";
                })));
        room.accept().awaitClosed();
        FakeRoom.Line line = room.accept();
        line.greet(30);
        line.awaitBind();
        changing.set(false);
        line.bound(0);
        listener.awaitState(ClientState.BOUND);
        line.close();

        room.acceptBound(0);
        // The first wait was cut short, the one behind the binding was not: none was made for the changes before it.
        assertThat(ticker.pausesMs()).containsExactly(500L, 500L);
    }

    @Test
    void aBoundConnectionThatWasSparedEndsWithTheNextChange() throws Exception {
        client.complete(start(alice().network(() -> {
            change(changing.get());
            return "wifi";
        })));
        room.accept().awaitClosed();
        FakeRoom.Line line = room.accept();
        line.greet(30);
        line.awaitBind();
        changing.set(false);
        line.bound(0);
        listener.awaitState(ClientState.BOUND);
        change(true);

        line.awaitClosed();
        room.acceptBound(0);
    }

    private void change(boolean changes) {
        if (changes) {
            client.join().networkChanged();
        }
    }
}
