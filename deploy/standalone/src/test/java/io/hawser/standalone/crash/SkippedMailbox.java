package io.hawser.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.standalone.cluster.Conversation;
import io.hawser.standalone.cluster.Receiver;
import io.hawser.standalone.cluster.Sender;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A mailbox that is taken past what a client never acknowledges; then comes one that does. */
final class SkippedMailbox {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MESSAGES = 5;

    private final RunningPlatform platform;
    private final String user;
    private final Path positions;
    private final CenterApi center;
    private final Sender sender;
    /** What the first client has acknowledged. */
    private final int acknowledged;

    private SkippedMailbox(RunningPlatform platform, String user, Path positions, Sender sender) {
        this.platform = platform;
        this.user = user;
        this.positions = positions;
        this.center = new CenterApi(platform.center(), platform.apiKey());
        this.sender = sender;
        this.acknowledged = sender.accepted().size();
    }

    /** @param platform with an app of its own, which has mailboxes skipped after their first hold */
    static SkippedMailbox of(RunningPlatform platform, String user, Path positions) {
        try (Conversation conversation = Conversation.withNew(user, platform, positions)) {
            conversation.sender().sendWithKeys(1);
            conversation.awaitExactly();
            return new SkippedMailbox(platform, user, positions, conversation.sender());
        }
    }

    /** Messages are sent, and a client connects again and again that acknowledges none. */
    void failUntil(BooleanSupplier over, InetSocketAddress room) throws InterruptedException {
        sender.sendWithKeys(MESSAGES);
        String token = center.issueToken(platform.app(), user, "");
        FruitlessClient client = new FruitlessClient(room, platform.app(), user, token);
        long deadlineNanos = System.nanoTime() + SOON.toNanos();
        while (!over.getAsBoolean() && System.nanoTime() - deadlineNanos < 0) {
            client.connectOnce();
        }
    }

    /** All messages come to a client that acknowledges. */
    void awaitAll() throws IOException {
        assertThat(delivered()).isEqualTo(owed());
    }

    /** Some are dead letters, and just the others come. */
    void awaitTheRest() throws IOException {
        List<String> delivered = delivered();
        assertThat(delivered).doesNotHaveDuplicates();
        List<String> dead = new ArrayList<>(owed());
        dead.removeAll(delivered);
        assertThat(dead).isNotEmpty();
        await("dead letters")
                .atMost(SOON)
                .untilAsserted(() -> assertThat(letters()).containsExactlyInAnyOrderElementsOf(dead));
    }

    /** Names of what a client gets, up to one more message. */
    private List<String> delivered() throws IOException {
        String last = sender.sendWithKeys(1).accepted().getLast();
        try (Receiver receiver = Receiver.connect(platform, user, positions)) {
            await("what is not skipped")
                    .atMost(SOON)
                    .until(() -> receiver.texts().contains(last));
            return receiver.names();
        }
    }

    /** Names of what was sent and not acknowledged by the first client. */
    private List<String> owed() {
        return sender.names().subList(acknowledged, sender.names().size());
    }

    /** Names of the mailbox's dead letters. */
    private List<String> letters() {
        JsonNode page =
                CenterApi.required(center.get("/v1/apps/" + platform.app() + "/mailboxDeadLetters?user=" + user));
        List<String> names = new ArrayList<>();
        page.path("letters").forEach(letter -> names.add(letter.path("name").asText()));
        return names;
    }
}
