package io.hawser.standalone.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How {@code erase} goes on until a user is gone. */
final class EraserTest {
    private static final Reply GONE = new Reply(200, "{\"erased\":true,\"unknownRooms\":[]}");
    private static final Reply NOTHING = new Reply(200, "{\"erased\":false,\"unknownRooms\":[]}");
    private static final Reply ROOM_UNKNOWN = new Reply(200, "{\"erased\":true,\"unknownRooms\":[\"room-2\"]}");
    private static final Reply AWAY = new Reply(503, "{\"code\":\"UNAVAILABLE\",\"detail\":\"saver: away\"}");
    private static final Reply REFUSED = new Reply(403, "{\"code\":\"PERMISSION_DENIED\",\"detail\":\"key: no\"}");

    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private final PassedTime time = new PassedTime();
    private HttpServer center;

    private record Reply(int status, String body) {}

    @BeforeEach
    void startACenter() throws IOException {
        center = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        center.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getRawPath());
            Reply reply = replies.remove();
            byte[] body = reply.body.getBytes(UTF_8);
            exchange.sendResponseHeaders(reply.status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        center.start();
    }

    @AfterEach
    void stopTheCenter() {
        center.stop(0);
    }

    @Test
    void anAnswerThatAllIsGoneEndsIt() {
        replies.add(GONE);
        replies.add(NOTHING);

        assertThat(eraser(10).erase("a/b c")).isTrue();
        assertThat(eraser(10).erase("bob")).isFalse();
        assertThat(asked).containsExactly("/v1/apps/demo/users/a%2Fb%20c:erase", "/v1/apps/demo/users/bob:erase");
    }

    @Test
    void whatFailsIsAskedForAgainUntilItIsDone() {
        replies.add(AWAY);
        replies.add(AWAY);
        replies.add(GONE);

        assertThat(eraser(10).erase("ann")).isTrue();
        assertThat(asked).hasSize(3);
    }

    @Test
    void aRoomThatCouldNotBeAskedMayStillHaveTheClient() {
        replies.add(ROOM_UNKNOWN);
        replies.add(NOTHING);

        assertThat(eraser(10).erase("ann")).isTrue();
        assertThat(asked).hasSize(2);
    }

    @Test
    void whoIsNotErasedInTimeIsNamedWithTheReason() {
        replies.add(AWAY);
        replies.add(AWAY);
        assertThatThrownBy(() -> eraser(1).erase("ann"))
                .isInstanceOf(CommandException.class)
                .hasMessage("ann: not erased within 1 s: the center refused: UNAVAILABLE: saver: away"
                        + " (give the command again; what is gone stays gone)");

        replies.add(ROOM_UNKNOWN);
        assertThatThrownBy(() -> eraser(0).erase("ann"))
                .hasMessageContaining("rooms that may still have its client: room-2");
    }

    @Test
    void whatAnAttemptThatFailedMayHaveRemovedCountsAsErased() {
        replies.add(AWAY);
        replies.add(NOTHING);

        assertThat(eraser(10).erase("ann")).isTrue();
    }

    @Test
    void whoAnswersAsNoCenterDoesHasErasedNobody() {
        for (String body : List.of("<html>It works!</html>", "{}", "")) {
            replies.add(new Reply(200, body));
            assertThatThrownBy(() -> eraser(10).erase("ann"))
                    .isInstanceOfSatisfying(
                            CommandException.class,
                            e -> assertThat(e.isForGood()).isTrue())
                    .hasMessageContaining(" did not answer as one ");
        }
        assertThat(asked).hasSize(3);
    }

    @Test
    void aRefusalForGoodIsNotAskedForAgain() {
        replies.add(REFUSED);

        assertThatThrownBy(() -> eraser(10).erase("ann")).hasMessage("the center refused: PERMISSION_DENIED: key: no");
        assertThat(asked).hasSize(1);
    }

    @Test
    void aCenterThatIsGoneIsAskedForAgainAndAnAddressThatIsNoneIsNot() {
        center.stop(0);
        assertThatThrownBy(() -> eraser(3).erase("ann"))
                .hasMessageStartingWith("ann: not erased within 3 s: the center does not answer at ")
                .isInstanceOfSatisfying(
                        CommandException.class,
                        e -> assertThat(e.isForGood()).as("for all others too").isTrue());
        assertThat(time.nanos()).isEqualTo(Duration.ofSeconds(3).toNanos());

        var nowhere = new Eraser(new CenterApi("no url", "key"), "demo", Duration.ofSeconds(3), time);
        assertThatThrownBy(() -> nowhere.erase("ann"))
                .hasMessage("center: no url (expected: a URL such as http://127.0.0.1:8080)");
    }

    private Eraser eraser(int withinSeconds) {
        String url = "http://127.0.0.1:" + center.getAddress().getPort();
        return new Eraser(new CenterApi(url, "key"), "demo", Duration.ofSeconds(withinSeconds), time);
    }

    /** Time that passes when it is waited for. */
    private static final class PassedTime implements Eraser.Time {
        private long nanos;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void pass(Duration time) {
            nanos += time.toNanos();
        }
    }
}
