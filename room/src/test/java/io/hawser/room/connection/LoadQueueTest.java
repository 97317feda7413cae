package io.hawser.room.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.room.Tokens;
import io.hawser.room.token.Permit;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.wire.v1.Bind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One app's crowd does not stand before another's one. */
final class LoadQueueTest {
    private final Desk desk = new Desk();

    private Stream stream(String app) {
        Bind bind = Desk.bind(1, "alice");
        Binding binding =
                new Binding(desk.connection, desk.loop, bind, Tokens.app(app), "user", new Permit(0, List.of()));
        Stream stream = new Stream(binding, desk.connection.out(), desk.loop);
        stream.open(0, OpenMailboxReply.getDefaultInstance());
        return stream;
    }

    @Test
    void theAppsTakeTurnsAndSoManyLoadAtOnce() {
        LoadQueue queue = new LoadQueue(() -> 2);
        for (int i = 0; i < 4; i++) {
            queue.submit(stream("crowd"));
        }
        queue.submit(stream("other"));
        assertThat(desk.mailboxes.loads).hasSize(2);
        List<String> apps = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            queue.finished();
        }
        desk.mailboxes.loads.forEach(load -> apps.add(load.request().getApp()));
        assertThat(apps).containsExactly("crowd", "crowd", "crowd", "other", "crowd");
    }

    @Test
    void aStreamThatClosedMeanwhileTakesNoTurn() {
        LoadQueue queue = new LoadQueue(() -> 1);
        queue.submit(stream("demo"));
        Stream gone = stream("demo");
        queue.submit(gone);
        queue.submit(stream("other"));
        gone.close();
        queue.finished();
        queue.finished();
        assertThat(desk.mailboxes.loads).hasSize(2);
    }
}
