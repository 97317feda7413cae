package io.hawser.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.standalone.cluster.Conversation;
import io.hawser.standalone.cluster.Receiver;
import io.hawser.standalone.cluster.Sender;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.CenterApi.Answer;
import io.hawser.standalone.command.CommandException;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A user in a group, who has read some messages and not others, is erased, and begins anew. */
final class ErasedUser {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int READ = 3;
    private static final int UNREAD = 4;

    private final RunningPlatform platform;
    private final String user;
    private final Path positions;
    private final CenterApi center;
    private final UserRows rows;
    /** What was sent before. */
    private final Sender before;

    private ErasedUser(RunningPlatform platform, String user, Path positions, Sender before) {
        this.platform = platform;
        this.user = user;
        this.positions = positions;
        this.center = new CenterApi(platform.center(), platform.apiKey());
        this.rows = new UserRows(platform.mysql(), platform.app(), user);
        this.before = before;
    }

    /** Returns when MySQL has messages, their keys and the membership in tables of their own. */
    static ErasedUser of(RunningPlatform platform, String user, Path positions) throws IOException {
        Sender before;
        try (Conversation conversation = Conversation.with(user, platform, positions.resolve("before"))) {
            before = conversation.sender().sendWithKeys(READ);
            conversation.awaitExactly();
        }
        ErasedUser erased = new ErasedUser(platform, user, positions, before);
        erased.keepSomething();
        return erased;
    }

    private void keepSomething() {
        before.sendWithKeys(UNREAD);
        CenterApi.required(center.post(
                "/v1/apps/" + platform.app() + "/groups/" + user + "/members:add",
                Map.of("members", List.of(Map.of("user", user)))));
        await(user + " is in MySQL")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(rows.tables()).contains("message", "request", "membership"));
    }

    /** Begins; what fails is asked for again, as docs/api.md says. */
    CompletableFuture<Void> erase() {
        String path = "/v1/apps/" + platform.app() + "/users/" + user + ":erase";
        return CompletableFuture.runAsync(() -> await(user + " is erased")
                .atMost(SOON)
                .ignoreExceptionsInstanceOf(CommandException.class)
                .until(() -> isErased(center.post(path, Map.of()))));
    }

    private static boolean isErased(Answer answer) {
        if (!answer.isOk()) {
            assertThat(answer.status()).as(answer.problem()).isIn(503, 504);
        }
        return answer.isOk();
    }

    void requireThatNothingIsLeft() throws SQLException {
        assertThat(rows.tables()).as("tables with rows of " + user).isEmpty();
    }

    /** The same keys stand for new messages, and these are all that there is. */
    void beginAnew() throws IOException {
        Sender anew = new Sender(platform, user).sendWithKeys(READ + UNREAD);
        assertThat(anew.names()).doesNotContainAnyElementsOf(before.names());
        try (Receiver receiver = Receiver.connect(platform, user, positions.resolve("anew"))) {
            await("all that is new")
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(receiver.names()).isEqualTo(anew.names()));
        }
    }
}
