package io.hawser.center.platform;

import io.hawser.rpc.id.Seq;
import io.hawser.rpc.link.LinkServer;
import io.hawser.rpc.link.LinkServerSettings;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.rpc.v1.Durability;
import io.hawser.rpc.v1.ListMailboxesReply;
import io.hawser.rpc.v1.MailboxChain;
import io.hawser.rpc.v1.MailboxInfo;
import io.hawser.rpc.v1.MessageState;
import io.hawser.rpc.v1.MessageStatusReply;
import io.hawser.rpc.v1.RecallReply;
import io.hawser.rpc.v1.SaverGrpc;
import io.hawser.rpc.v1.SaverTotalsReply;
import io.hawser.rpc.v1.SettleReply;
import io.hawser.rpc.v1.SettleRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Stores messages in memory, and fails as it is told. */
public final class FakeSaver implements AutoCloseable {
    public static final long ACCEPTED_MS = 1_790_000_000_123L;

    public final FakeDirectory directory = new FakeDirectory();
    public final FakeOutbox outbox = new FakeOutbox();
    public final FakePeople people = new FakePeople();
    public final FakeLetters letters = new FakeLetters();
    public final FakeBroadcasts broadcasts = new FakeBroadcasts();
    public final Queue<AppendRequest> appends = new ConcurrentLinkedQueue<>();
    public final Queue<SettleRequest> settled = new ConcurrentLinkedQueue<>();
    public final Set<String> recalled = ConcurrentHashMap.newKeySet();
    private final Map<String, Queue<HawserException>> refusals = new ConcurrentHashMap<>();
    private final Map<String, AppendRequest> requests = new HashMap<>();
    private final Map<String, Integer> waiting = new ConcurrentHashMap<>();
    private final Set<String> spooling = ConcurrentHashMap.newKeySet();
    private final Set<String> silent = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> seqs = new HashMap<>();
    private final Map<String, Long> heads = new HashMap<>();
    private final LinkServer server;

    public FakeSaver() {
        LinkServer.Builder builder = LinkServer.builder(LinkServerSettings.defaults(), new SimpleMeterRegistry())
                .handle(SaverGrpc.getAppendMethod(), (request, caller) -> append(request))
                .handle(SaverGrpc.getSettleMethod(), (request, caller) -> {
                    settled.add(request);
                    return done(SettleReply.getDefaultInstance());
                })
                .handle(SaverGrpc.getMessageStatusMethod(), (request, caller) -> {
                    boolean past = Seq.generation(request.getSeq()) == 0;
                    return done(MessageStatusReply.newBuilder()
                            .setState(past ? MessageState.ACKNOWLEDGED : MessageState.PENDING)
                            .build());
                })
                .handle(SaverGrpc.getRecallMethod(), (request, caller) -> {
                    recalled.add(request.getUser());
                    return done(RecallReply.newBuilder().setRecalled(true).build());
                })
                .handle(SaverGrpc.getListMailboxesMethod(), (request, caller) -> done(mailboxes(request.getUser())))
                .handle(
                        SaverGrpc.getSaverTotalsMethod(),
                        (request, caller) -> done(SaverTotalsReply.newBuilder()
                                .setAppended(appends.size())
                                .build()));
        directory.serve(builder);
        outbox.serve(builder);
        people.serve(builder);
        letters.serve(builder);
        broadcasts.serve(builder);
        new FakeGroups().serve(builder);
        server = builder.start("127.0.0.1", 0);
    }

    public int port() {
        return server.port();
    }

    /** The user's next appends fail, one by one, after they were stored. */
    public void refuseNext(String user, HawserException... next) {
        refusals.put(user, new ConcurrentLinkedQueue<>(List.of(next)));
    }

    /** The user has never bound: so many messages wait for the first mailbox. */
    public void neverBound(String user, int messages) {
        waiting.put(user, messages);
    }

    /** MySQL is out: what may be is spooled. */
    public void spools(String user) {
        spooling.add(user);
    }

    /** The user's appends are not answered any more. */
    public void silence(String user) {
        silent.add(user);
    }

    @Override
    public void close() {
        server.close();
    }

    private CompletionStage<AppendReply> append(AppendRequest request) {
        appends.add(request);
        if (silent.contains(request.getUser())) {
            return new CompletableFuture<>();
        }
        if (request.getAvailable() && spooling.contains(request.getUser())) {
            return done(AppendReply.newBuilder()
                    .setAcceptedMs(ACCEPTED_MS)
                    .setDurability(Durability.SPOOLED)
                    .build());
        }
        AppendReply reply = store(request);
        Queue<HawserException> next = refusals.get(request.getUser());
        HawserException refusal = next == null ? null : next.poll();
        return refusal == null ? done(reply) : CompletableFuture.failedFuture(refusal);
    }

    private synchronized AppendReply store(AppendRequest request) {
        String key = request.getUser() + "/" + request.getRequestId();
        AppendRequest first = requests.putIfAbsent(key, request);
        if (first != null && !first.getBodyHash().equals(request.getBodyHash())) {
            throw HawserException.refusal(ErrorCode.IDEMPOTENCY_CONFLICT, "request_id: " + request.getRequestId());
        }
        long prev = head(request.getUser());
        if (first == null) {
            heads.put(request.getUser(), prev == 0 ? Seq.of(1, 1) : prev + 1);
            seqs.put(key, head(request.getUser()));
        }
        return AppendReply.newBuilder()
                .setSeq(seqs.getOrDefault(key, 0L))
                .setAcceptedMs(ACCEPTED_MS)
                .setDurability(Durability.STRICT)
                .setRepeated(first != null)
                .addMailboxes(MailboxChain.newBuilder()
                        .setMailbox(request.getMailbox().isEmpty() ? "user" : request.getMailbox())
                        .setPrev(first == null ? prev : 0))
                .build();
    }

    private ListMailboxesReply mailboxes(String user) {
        Integer messages = waiting.get(user);
        MailboxInfo.Builder mailbox =
                MailboxInfo.newBuilder().setMailbox("user").setHead(head(user));
        return messages == null
                ? ListMailboxesReply.newBuilder().addMailboxes(mailbox).build()
                : ListMailboxesReply.newBuilder().setMessages(messages).build();
    }

    private synchronized long head(String user) {
        return heads.getOrDefault(user, 0L);
    }

    private static <R> CompletionStage<R> done(R reply) {
        return CompletableFuture.completedFuture(reply);
    }
}
