package io.hawser.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.standalone.cluster.Sender.Refusal;
import io.hawser.standalone.command.CenterApi;
import io.hawser.standalone.command.RunningPlatform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An app's back end that sends to one user, and this user's client. */
public final class Conversation implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Sender sender;
    private final Receiver receiver;

    private Conversation(Sender sender, Receiver receiver) {
        this.sender = sender;
        this.receiver = receiver;
    }

    /** Connects the client, and returns when it is bound; how far it has read is kept in the directory. */
    public static Conversation with(String user, RunningPlatform platform, Path positions) throws IOException {
        Receiver receiver = Receiver.connect(platform, user, positions);
        await(user + " is bound").atMost(SOON).until(receiver::isBound);
        return new Conversation(new Sender(platform, user), receiver);
    }

    /**
     * As {@link #with}, for an app that was just made: centers and rooms learn of it a little later, and a client believes
     * the first that does not know it.
     */
    public static Conversation withNew(String user, RunningPlatform platform, Path positions) {
        Receiver receiver = await(user + " is bound")
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> settled(Receiver.connect(platform, user, positions)), Receiver::isBound);
        return new Conversation(new Sender(platform, user), receiver);
    }

    private static Receiver settled(Receiver receiver) {
        await().atMost(SOON).until(() -> receiver.isBound() || receiver.isClosed());
        return receiver;
    }

    /** Does the same in all of them at once. */
    public static CompletableFuture<Void> inParallel(List<Conversation> all, Consumer<Conversation> deed) {
        return CompletableFuture.allOf(all.stream()
                .map(one -> CompletableFuture.runAsync(() -> deed.accept(one), Thread::startVirtualThread))
                .toArray(CompletableFuture[]::new));
    }

    /** In each of them so many messages were accepted. */
    public static void awaitAccepted(List<Conversation> all, int count) {
        await().atMost(SOON)
                .until(() -> all.stream().allMatch(one -> one.sender.accepted().size() >= count));
    }

    /** In each of them a message was refused. */
    public static void awaitRefusals(List<Conversation> all) {
        await().atMost(SOON)
                .until(() -> all.stream().noneMatch(one -> one.sender.refusals().isEmpty()));
    }

    public Sender sender() {
        return sender;
    }

    public Receiver receiver() {
        return receiver;
    }

    /** All that was accepted has come, in the order of sending; what was refused may have come too, in its place. */
    public void awaitAll() {
        await().atMost(SOON).untilAsserted(() -> assertThat(receiver.texts()).containsAll(sender.accepted()));
        assertThat(receiver.texts()).doesNotHaveDuplicates();
        assertThat(receiver.texts().stream().map(Conversation::number)).isSorted();
    }

    /** All that was accepted has come, in the order of sending, once, and nothing else. */
    public void awaitExactly() {
        await().atMost(SOON).untilAsserted(() -> assertThat(receiver.texts()).isEqualTo(sender.accepted()));
    }

    /** All that was accepted has come, once, and nothing else. */
    public void awaitExactlyInAnyOrder() {
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(receiver.texts()).containsExactlyInAnyOrderElementsOf(sender.accepted()));
    }

    /** As {@link #awaitExactly}, and what was refused was accepted once: one more repeat is still the same send. */
    public void awaitExactlyThoughRefused() {
        awaitExactly();
        assertThat(sender.names()).doesNotHaveDuplicates();
        assertThat(sender.refusals()).extracting(Refusal::status).isSubsetOf(503, 504);
        String refused = sender.refusals().getFirst().text();
        JsonNode again = CenterApi.required(sender.repeat(refused));
        assertThat(again.path("repeated").asBoolean()).isTrue();
        assertThat(again.path("name").asText())
                .isEqualTo(sender.names().get(sender.accepted().indexOf(refused)));
    }

    /** Whether what {@link #awaitExactly} waits for is so now. */
    public boolean isComplete() {
        return receiver.texts().equals(sender.accepted());
    }

    @Override
    public void close() {
        receiver.close();
    }

    private static Integer number(String text) {
        return Integer.valueOf(text.substring(text.indexOf('-') + 1));
    }
}
