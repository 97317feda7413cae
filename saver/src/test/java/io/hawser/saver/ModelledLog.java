package io.hawser.saver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.MessageStatusRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.RecallReply;
import io.hawser.rpc.v1.RecallRequest;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.saver.journal.LogId;
import io.hawser.saver.log.Lane;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One user's log: what is asked of it is told to its {@link LogModel}, and so is each answer. */
final class ModelledLog {
    /** So long a saver that goes on knows of a request, keyed or not. */
    private static final long REMEMBERED_NANOS =
            SaverHarness.quick().foldAfter().toNanos();

    private final LogCluster cluster;
    private final Clock clock;
    final LogModel model;
    private final LogId id;
    private final History history;

    ModelledLog(LogCluster cluster, Clock clock, String user, History history) {
        this.cluster = cluster;
        this.clock = clock;
        this.history = history;
        this.model = new LogModel(user);
        this.id = LogCluster.id(user);
    }

    /** Returns what tells the model of the answer. */
    CompletableFuture<Runnable> append(SentMessage message) {
        long headBefore = message.seq == 0 ? model.head() : 0;
        note("append %s".formatted(message));
        int roomTaken = model.mayBeThere(clock.millis());
        model.asked(message);
        int sentBefore = model.sent.size();
        return send(lane -> lane.append(id, request(message))).handle((reply, failure) -> {
            long answeredNanos = System.nanoTime();
            note("append %s: %s"
                    .formatted(message.text, failure == null ? History.told(reply) : "failed " + code(failure)));
            return () -> {
                model.answered(message);
                if (reply != null) {
                    accepted(message, reply, headBefore, answeredNanos);
                } else if (code(failure) == ErrorCode.MAILBOX_FULL) {
                    refused(message, roomTaken + model.sent.size() - sentBefore);
                } else {
                    checkOutage(failure);
                }
            };
        });
    }

    private void accepted(SentMessage message, AppendReply reply, long headBefore, long answeredNanos) {
        if (reply.getRepeated() && !message.keyed) {
            model.repeated(message, reply.getSeq(), clock.millis());
            return;
        }
        boolean known = message.seq != 0;
        model.accepted(message, reply.getSeq(), reply.getRepeated() ? 0 : headBefore, clock.millis());
        if (!message.keyed) {
            model.acceptedAgain(message, answeredNanos - REMEMBERED_NANOS);
        }
        if (message.maxMessages > 0 && !message.dropsOldest && !known && !reply.getRepeated()) {
            int replaced = message.collapseKey.isEmpty() ? 0 : 1;
            assertThat(model.mustBeThere(headBefore, clock.millis()) - replaced)
                    .as("messages before %s", message.text)
                    .isLessThan(message.maxMessages);
        }
    }

    private static void refused(SentMessage message, int mayBeThere) {
        assertThat(message.dropsOldest).as("%s drops others", message.text).isFalse();
        assertThat(message.maxMessages).as("most messages for %s", message.text).isBetween(1, mayBeThere);
        assertThat(message.seq)
                .as("seq of %s, which was refused later", message.text)
                .isZero();
        message.absent = true;
    }

    private AppendRequest request(SentMessage message) {
        return AppendRequest.newBuilder()
                .setApp(id.app())
                .setUser(id.user())
                .setMailbox(message.target)
                .setRequestId(message.requestId)
                .setKeyed(message.keyed)
                .setBodyHash(ByteString.copyFromUtf8("hash of the body"))
                .setContent(ByteString.copyFromUtf8(message.text))
                .setCollapseKey(message.collapseKey)
                .setExpiresMs(message.expiresMs)
                .setMaxMessages(message.maxMessages)
                .setDropOldest(message.dropsOldest)
                .build();
    }

    void recall(SentMessage message) {
        note("recall %s, %d".formatted(message.text, message.seq));
        message.maybeRecalled = true;
        RecallRequest request = RecallRequest.newBuilder()
                .setApp(id.app())
                .setUser(id.user())
                .setSeq(message.seq)
                .build();
        Optional<RecallReply> reply = call(lane -> lane.recall(id, request));
        note("recall %s: %s".formatted(message.text, History.told(reply.orElse(null))));
        message.gone |= reply.isPresent() && reply.get().getRecalled();
    }

    /** Asks what became of a message whose seq is known. */
    void status(SentMessage message) {
        MessageStatusRequest request = MessageStatusRequest.newBuilder()
                .setApp(id.app())
                .setUser(id.user())
                .setSeq(message.seq)
                .build();
        Optional<MessageStatusReply> reply = call(lane -> lane.status(id, request));
        note("status of %s, %d: %s".formatted(message.text, message.seq, History.told(reply.orElse(null))));
        reply.ifPresent(answer -> new StatusModel(message, model.readers, clock.millis()).check(answer));
    }

    void acknowledge(String mailbox, long seq) {
        Reader reader = reader(mailbox);
        reader.mayHaveAcknowledged = Math.max(reader.mayHaveAcknowledged, seq);
        model.acknowledging();
        AcknowledgeRequest request = AcknowledgeRequest.newBuilder()
                .setApp(id.app())
                .setUser(id.user())
                .setMailbox(mailbox)
                .setSeq(seq)
                .build();
        Optional<AcknowledgeReply> reply = call(lane -> lane.acknowledge(id, request));
        note("acknowledge %s up to %d: %s".formatted(mailbox, seq, History.told(reply.orElse(null))));
        reply.ifPresent(answer -> {
            assertThat(answer.getAcknowledged())
                    .as("acknowledged in %s/%s", model.user, mailbox)
                    .isBetween(Math.max(seq, reader.acknowledged), reader.mayHaveAcknowledged);
            reader.acknowledged = answer.getAcknowledged();
        });
    }

    /** Loads all that a mailbox has beyond what is acknowledged. */
    void readAll(String mailbox, int maxMessages) {
        Reader reader = open(mailbox);
        List<StoredMessage> messages = new ArrayList<>();
        long after = reader.acknowledged;
        boolean more = true;
        while (more) {
            LoadReply reply = insist(load(mailbox, after, maxMessages));
            note("load %s after %d: %s".formatted(mailbox, after, History.told(reply)));
            messages.addAll(reply.getMessagesList());
            after = reply.getTo();
            more = reply.getMore();
        }
        model.loaded(mailbox, reader.acknowledged, messages, clock.millis());
    }

    /** Reads on from where this reader stopped, as a room does for a binding. */
    void readOn(String mailbox, int maxMessages) {
        Reader reader = reader(mailbox);
        call(load(mailbox, reader.position, maxMessages)).ifPresent(answer -> {
            note("read on %s after %d: %s".formatted(mailbox, reader.position, History.told(answer)));
            for (StoredMessage stored : answer.getMessagesList()) {
                model.returned(mailbox, reader, stored, clock.millis());
                reader.seen.add(stored.getSeq());
            }
            model.readUpTo(mailbox, reader, answer.getTo(), clock.millis());
        });
    }

    private Function<Lane, CompletableFuture<LoadReply>> load(String mailbox, long after, int maxMessages) {
        LoadRequest request = LoadRequest.newBuilder()
                .setApp(id.app())
                .setUser(id.user())
                .setMailbox(mailbox)
                .setAfter(after)
                .setMaxMessages(maxMessages)
                .build();
        return lane -> lane.load(id, request);
    }

    void forget(String mailbox) {
        ForgetMailboxRequest request = ForgetMailboxRequest.newBuilder()
                .setApp(id.app())
                .setUser(id.user())
                .setMailbox(mailbox)
                .build();
        insist(lane -> lane.forget(id, request));
        note("forget %s".formatted(mailbox));
        model.forgotten(mailbox);
    }

    /** Erases all there is, however often it takes. */
    void erase() {
        insist(lane -> cluster.erase(model.user));
        note("erase");
        model.erased();
    }

    /** Returns the mailbox's reader; opens the mailbox where it was not. */
    Reader reader(String mailbox) {
        Reader known = model.readers.get(mailbox);
        return known == null ? open(mailbox) : known;
    }

    /** Opens a mailbox, again or for the first time, as a binding does that was away. */
    Reader open(String mailbox) {
        Reader known = model.readers.get(mailbox);
        OpenMailboxRequest request = OpenMailboxRequest.newBuilder()
                .setApp(id.app())
                .setUser(id.user())
                .setMailbox(mailbox)
                .setPosition(known == null ? 0 : known.position)
                .build();
        long headBefore = model.head();
        OpenMailboxReply reply = insist(lane -> lane.open(id, request));
        note("open %s: %s".formatted(mailbox, History.told(reply)));
        if (known == null) {
            return model.created(mailbox, reply, headBefore);
        }
        assertThat(reply.getReset()).as("position above the head").isFalse();
        assertThat(reply.getCreated()).as("a mailbox is created once").isFalse();
        assertThat(reply.getAcknowledged())
                .as("acknowledged in %s/%s", model.user, mailbox)
                .isBetween(known.acknowledged, known.mayHaveAcknowledged);
        known.acknowledged = reply.getAcknowledged();
        return known;
    }

    private void note(String event) {
        history.note(model.user + ": " + event);
    }

    private <R> R insist(Function<Lane, CompletableFuture<R>> work) {
        return await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> call(work), Optional::isPresent)
                .orElseThrow();
    }

    /** Empty: refused for now, or the outcome is unknown. Any other failure is a failure of the test. */
    private <R> Optional<R> call(Function<Lane, CompletableFuture<R>> work) {
        return send(work)
                .handle((reply, failure) -> {
                    if (reply == null) {
                        checkOutage(failure);
                    }
                    return Optional.ofNullable(reply);
                })
                .join();
    }

    private <R> CompletableFuture<R> send(Function<Lane, CompletableFuture<R>> work) {
        return cluster.on(model.user, work).orTimeout(20, TimeUnit.SECONDS);
    }

    private static void checkOutage(@Nullable Throwable failure) {
        if (code(failure) != ErrorCode.UNAVAILABLE && code(failure) != ErrorCode.NOT_OWNER) {
            throw new CompletionException(failure);
        }
    }

    private static @Nullable ErrorCode code(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof HawserException e ? e.code() : null;
    }
}
