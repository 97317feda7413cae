package io.hawser.coordinator.uplink;

import com.google.protobuf.ByteString;
import io.hawser.coordinator.webhook.Reply;
import io.hawser.rpc.directory.MaxTtl;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.LookupReply;
import io.hawser.rpc.v1.LookupRequest;
import io.hawser.rpc.v1.MailboxChain;
import io.hawser.rpc.v1.OutboxItem;
import io.hawser.rpc.v1.PushReply;
import io.hawser.rpc.v1.PushRequest;
import io.hawser.rpc.v1.RegisterGrpc;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.UserKey;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replies as messages: DURABLE in the mailbox of the uplink's endpoint under a request id of the webhook's, so that a back
 * end that is asked twice answers once; TRANSIENT where the uplink was not stored.
 */
final class MailboxReplies implements Replies {
    private static final Logger LOG = LoggerFactory.getLogger(MailboxReplies.class);

    private static final String IN_REPLY_TO = "in-reply-to";
    private static final int DEFAULT_TTL_SECONDS = 86_400;
    private static final int HASH_BYTES = 16;
    private static final int FIRST_BACKOFF_MS = 100;
    private static final int MAX_BACKOFF_MS = 5_000;

    private final LinkClient savers;
    private final LinkClient registers;
    private final LinkClient rooms;
    private final Callbacks callbacks;
    private final Supplier<ForwardSettings> settings;
    private final OwnerLoop loop;
    private final Clock clock;

    MailboxReplies(
            LinkClient savers,
            LinkClient registers,
            LinkClient rooms,
            Callbacks callbacks,
            Supplier<ForwardSettings> settings,
            OwnerLoop loop,
            Clock clock) {
        this.savers = savers;
        this.registers = registers;
        this.rooms = rooms;
        this.callbacks = callbacks;
        this.settings = settings;
        this.loop = loop;
        this.clock = clock;
    }

    @Override
    public CompletableFuture<Void> store(OutboxItem uplink, Reply reply) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (uplink.getUplink().getCorrelation().isEmpty()
                || uplink.getUplink().getMailbox().isEmpty()) {
            done.complete(null);
        } else {
            store(request(uplink, reply), done, FIRST_BACKOFF_MS);
        }
        return done;
    }

    /** Writes a reply to where the uplink came from, if its client is still there. */
    CompletableFuture<PushReply> push(OutboxItem uplink, Reply reply, Location location) {
        PushRequest push = PushRequest.newBuilder()
                .setApp(uplink.getApp())
                .setUser(uplink.getUser())
                .setMailbox(uplink.getUplink().getMailbox())
                .setLocation(location)
                .setContent(content(uplink, reply, Qos.TRANSIENT).toByteString())
                .build();
        return rooms.call(Route.peer(location.getRoom()), RoomGrpc.getPushMethod(), push, uplink.getApp(), timeout());
    }

    private void store(AppendRequest request, CompletableFuture<Void> done, int backoffMs) {
        var _ = savers.call(slot(request), SaverGrpc.getAppendMethod(), request, request.getApp(), timeout())
                .whenComplete((stored, failure) -> {
                    if (failure == null) {
                        done.complete(null);
                        if (stored.getSeq() != 0) {
                            push(request, stored);
                        }
                    } else if (isForGood(failure)) {
                        LOG.info("A reply is not stored: {}", failure.toString());
                        done.complete(null);
                    } else {
                        int next = Math.min(MAX_BACKOFF_MS, 2 * backoffMs);
                        loop.after(backoffMs, () -> store(request, done, next));
                    }
                });
    }

    private AppendRequest request(OutboxItem uplink, Reply reply) {
        App app = callbacks.app(uplink.getApp());
        Content content = content(uplink, reply, Qos.DURABLE);
        AppendRequest.Builder request = AppendRequest.newBuilder()
                .setApp(uplink.getApp())
                .setUser(uplink.getUser())
                .setMailbox(uplink.getUplink().getMailbox())
                .setRequestId(content.getId())
                .setKeyed(true)
                .setBodyHash(hash(reply))
                .setContent(content.toByteString())
                .setExpiresMs(content.getExpiresMs());
        if (app != null) {
            request.setMaxMessages(app.getMaxMailboxMessages())
                    .setMaxBytes(app.getMaxMailboxBytes())
                    .setDropOldest(app.getDropOldest())
                    .setAvailable(app.getAvailable());
        }
        return request.build();
    }

    private Content content(OutboxItem uplink, Reply reply, Qos qos) {
        long nowMs = clock.millis();
        Content.Builder content = Content.newBuilder()
                .setId("reply-" + uplink.getWebhookId())
                .setQos(qos)
                .setBody(reply.body())
                .setText(reply.text())
                .setSentMs(nowMs)
                .putAllHeaders(reply.headers())
                .putHeaders(IN_REPLY_TO, uplink.getUplink().getCorrelation());
        return qos == Qos.TRANSIENT
                ? content.build()
                : content.setExpiresMs(nowMs + 1_000L * ttlSeconds(uplink.getApp(), reply))
                        .build();
    }

    /** As asked, or as the app's messages; in no case longer than these may. */
    private int ttlSeconds(String id, Reply reply) {
        App app = callbacks.app(id);
        int most = app == null ? MaxTtl.LONGEST_SECONDS : MaxTtl.seconds(app);
        int byDefault = positive(app == null ? 0 : app.getDefaultTtlSeconds(), DEFAULT_TTL_SECONDS);
        return Math.min(positive(reply.ttlSeconds(), byDefault), most);
    }

    private static int positive(int seconds, int otherwise) {
        return seconds > 0 ? seconds : otherwise;
    }

    /** A hint (R1): what is lost here is owed by the saver, which drives it again. */
    private void push(AppendRequest request, AppendReply stored) {
        LookupRequest lookup = LookupRequest.newBuilder()
                .addUsers(UserKey.newBuilder().setApp(request.getApp()).setUser(request.getUser()))
                .build();
        var _ = registers
                .call(slot(request), RegisterGrpc.getLookupMethod(), lookup, request.getApp(), timeout())
                .thenAccept(found -> push(request, stored, found))
                .exceptionally(failure -> {
                    LOG.debug("A reply is not pushed; its saver will", failure);
                    return null;
                });
    }

    private void push(AppendRequest request, AppendReply stored, LookupReply found) {
        for (Session session : found.getUsers(0).getSessionsList()) {
            for (MailboxChain chain : stored.getMailboxesList()) {
                if (session.getMailbox().equals(chain.getMailbox())) {
                    push(request, stored.getSeq(), chain, session);
                }
            }
        }
    }

    private void push(AppendRequest request, long seq, MailboxChain chain, Session session) {
        PushRequest push = PushRequest.newBuilder()
                .setApp(request.getApp())
                .setUser(request.getUser())
                .setMailbox(chain.getMailbox())
                .setLocation(session.getLocation())
                .setSeq(seq)
                .setPrev(chain.getPrev())
                .setContent(request.getContent())
                .build();
        Route room = Route.peer(session.getLocation().getRoom());
        var _ = rooms.call(room, RoomGrpc.getPushMethod(), push, request.getApp(), timeout())
                .whenComplete((reply, failure) -> LOG.trace("A reply was pushed: {}", reply, failure));
    }

    private Duration timeout() {
        return settings.get().storeTimeout();
    }

    private static Route slot(AppendRequest request) {
        return Route.slot(Slot.of(request.getApp(), request.getUser()));
    }

    /** Asking again would change nothing. */
    private static boolean isForGood(Throwable failure) {
        return failure instanceof HawserException refusal
                && switch (refusal.code()) {
                    case INVALID_ARGUMENT, NOT_FOUND, BODY_TOO_LARGE, MAILBOX_FULL, IDEMPOTENCY_CONFLICT -> true;
                    default -> false;
                };
    }

    private static ByteString hash(Reply reply) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(reply.body().asReadOnlyByteBuffer());
            return ByteString.copyFrom(Arrays.copyOf(sha256.digest(), HASH_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
