package io.hawser.room;

import com.google.protobuf.ByteString;
import io.hawser.room.broadcast.TrueLog;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.AcknowledgeReply;
import io.hawser.rpc.v1.AcknowledgeRequest;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Ban;
import io.hawser.rpc.v1.BanStoreGrpc;
import io.hawser.rpc.v1.BodyStoreGrpc;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.EndpointStoreGrpc;
import io.hawser.rpc.v1.ForgetMailboxReply;
import io.hawser.rpc.v1.ForgetMailboxRequest;
import io.hawser.rpc.v1.LoadReply;
import io.hawser.rpc.v1.LoadRequest;
import io.hawser.rpc.v1.OpenMailboxReply;
import io.hawser.rpc.v1.OpenMailboxRequest;
import io.hawser.rpc.v1.ReadBansReply;
import io.hawser.rpc.v1.ReadBansRequest;
import io.hawser.rpc.v1.ReadBodyReply;
import io.hawser.rpc.v1.ReadBodyRequest;
import io.hawser.rpc.v1.ReadDirectoryReply;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.StoredMessage;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/** A saver that keeps logs in memory, one mailbox a user, and can be told to fail. */
final class StubSaver implements AutoCloseable {
    /** One user's log and its only mailbox. */
    static final class Log {
        final TreeMap<Long, ByteString> messages = new TreeMap<>();
        long head;
        long acknowledged;
    }

    volatile boolean failing;
    volatile boolean logSilent;
    /** What is asked for of bodies is answered once this is complete. */
    volatile CompletableFuture<Void> bodiesAtHand = CompletableFuture.completedFuture(null);
    /** Of broadcasts, whatever the app. */
    final TrueLog log = new TrueLog();

    final Map<String, App> apps = new ConcurrentSkipListMap<>();

    /** By user and key; ASCII. */
    final Map<String, String> bodies = new ConcurrentHashMap<>();

    private final List<Ban> bans = new ArrayList<>();
    private long banVersion;
    private final Map<String, Log> logs = new ConcurrentHashMap<>();
    private final LinkServer server;

    StubSaver() {
        server = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(SaverGrpc.getOpenMailboxMethod(), (request, caller) -> answer(() -> open(request)))
                .handle(SaverGrpc.getLoadMethod(), (request, caller) -> answer(() -> load(request)))
                .handle(SaverGrpc.getAcknowledgeMethod(), (request, caller) -> answer(() -> acknowledge(request)))
                .handle(SaverGrpc.getForgetMailboxMethod(), (request, caller) -> answer(() -> forget(request)))
                .handle(
                        SaverGrpc.getReadDirectoryMethod(),
                        (request, caller) -> CompletableFuture.completedFuture(ReadDirectoryReply.newBuilder()
                                .addAllApps(apps.values())
                                .setVersion(apps.size())
                                .build()))
                .handle(BanStoreGrpc.getReadBansMethod(), (request, caller) -> answer(() -> bans(request)))
                .handle(
                        BodyStoreGrpc.getReadBodyMethod(),
                        (request, caller) -> bodiesAtHand.thenCompose(now -> answer(() -> body(request))))
                .handle(EndpointStoreGrpc.getOpenEndpointMethod(), (request, caller) -> tell(() -> log.open(request)))
                .handle(EndpointStoreGrpc.getChangeGroupsMethod(), (request, caller) -> tell(() -> log.change(request)))
                .handle(EndpointStoreGrpc.getSaveCursorsMethod(), (request, caller) -> tell(() -> log.save(request)))
                .handle(
                        BroadcastStoreGrpc.getFollowBroadcastsMethod(),
                        (request, caller) -> tell(() -> log.follow(request)))
                .handle(
                        BroadcastStoreGrpc.getReadBroadcastsMethod(),
                        (request, caller) -> tell(() -> log.read(request)))
                .handle(
                        BroadcastStoreGrpc.getReportProgressMethod(),
                        (request, caller) -> tell(() -> log.report(request)))
                .start("127.0.0.1", 0);
    }

    /** What there is of broadcasts may be away by itself. */
    private <T> CompletableFuture<T> tell(Supplier<T> answer) {
        return logSilent ? new CompletableFuture<>() : answer(answer);
    }

    Peer peer() {
        return new Peer("saver", "saver-1", "127.0.0.1", server.port(), 1, "");
    }

    static ByteString content(String text) {
        return Content.newBuilder()
                .setId("id-" + text)
                .setQos(Qos.DURABLE)
                .setBody(ByteString.copyFromUtf8(text))
                .setText(true)
                .build()
                .toByteString();
    }

    /** Stores a message and returns its seq; the push is the test's business. */
    synchronized long append(String user, String text) {
        Log log = log(user);
        log.head++;
        log.messages.put(log.head, content(text));
        return log.head;
    }

    /** Counts one more message that is not kept: for those who only push. */
    synchronized long advance(String user) {
        return ++log(user).head;
    }

    /** Bans what it names, under an id of its own, or lifts it. */
    synchronized void ban(Ban ban) {
        bans.removeIf(other -> other.getId() == ban.getId());
        bans.add(ban.toBuilder().setVersion(++banVersion).build());
    }

    private synchronized ReadBansReply bans(ReadBansRequest request) {
        return ReadBansReply.newBuilder()
                .addAllBans(bans.stream()
                        .filter(ban -> ban.getVersion() > request.getSinceVersion())
                        .toList())
                .setVersion(banVersion)
                .setWhole(request.getSinceVersion() == 0)
                .build();
    }

    private ReadBodyReply body(ReadBodyRequest request) {
        String body = bodies.get(request.getUser() + "/" + request.getKey());
        if (body == null) {
            throw HawserException.refusal(ErrorCode.NOT_FOUND, "key: " + request.getKey());
        }
        int from = (int) Math.min(request.getOffset(), body.length());
        int to = Math.min(body.length(), from + request.getMaxBytes());
        return ReadBodyReply.newBuilder()
                .setData(ByteString.copyFromUtf8(body.substring(from, to)))
                .setTotal(body.length())
                .setText(true)
                .setVersion(1)
                .build();
    }

    void clear() {
        logs.clear();
    }

    synchronized long acknowledged(String user) {
        return log(user).acknowledged;
    }

    private Log log(String user) {
        return logs.computeIfAbsent(user, key -> new Log());
    }

    private <T> CompletableFuture<T> answer(Supplier<T> answer) {
        if (failing) {
            return CompletableFuture.failedFuture(HawserException.refusal(ErrorCode.UNAVAILABLE, "saver: out"));
        }
        try {
            return CompletableFuture.completedFuture(answer.get());
        } catch (HawserException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    private synchronized OpenMailboxReply open(OpenMailboxRequest request) {
        Log log = log(request.getUser());
        boolean reset = request.getPosition() > log.head;
        long position = reset ? log.acknowledged : Math.max(log.acknowledged, request.getPosition());
        return OpenMailboxReply.newBuilder()
                .setPosition(position)
                .setHead(log.head)
                .setReset(reset)
                .setAcknowledged(log.acknowledged)
                .build();
    }

    private synchronized LoadReply load(LoadRequest request) {
        Log log = log(request.getUser());
        LoadReply.Builder reply = LoadReply.newBuilder().setTo(log.head);
        for (Map.Entry<Long, ByteString> message :
                log.messages.tailMap(request.getAfter(), false).entrySet()) {
            if (reply.getMessagesCount() == request.getMaxMessages()) {
                return reply.setMore(true)
                        .setTo(reply.getMessages(reply.getMessagesCount() - 1).getSeq())
                        .build();
            }
            reply.addMessages(
                    StoredMessage.newBuilder().setSeq(message.getKey()).setContent(message.getValue()));
        }
        return reply.build();
    }

    private synchronized AcknowledgeReply acknowledge(AcknowledgeRequest request) {
        Log log = log(request.getUser());
        log.acknowledged = Math.max(log.acknowledged, Math.min(request.getSeq(), log.head));
        log.messages.headMap(log.acknowledged, true).clear();
        return AcknowledgeReply.newBuilder().setAcknowledged(log.acknowledged).build();
    }

    private synchronized ForgetMailboxReply forget(ForgetMailboxRequest request) {
        return ForgetMailboxReply.newBuilder()
                .setForgotten(logs.remove(request.getUser()) != null)
                .build();
    }

    @Override
    public void close() {
        server.close();
    }
}
