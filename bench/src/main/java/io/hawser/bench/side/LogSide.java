package io.hawser.bench.side;

import com.google.protobuf.ByteString;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Pause;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.platform.Links;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Ramp;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.AppendBroadcastReply;
import io.hawser.rpc.v1.AppendBroadcastRequest;
import io.hawser.rpc.v1.BroadcastStoreGrpc;
import io.hawser.rpc.v1.ListBroadcastsRequest;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Rooms again, with broadcasts that are stored: appended to the app's log, which rooms follow; clients acknowledge. */
public final class LogSide implements Side {
    /** An app may have 64 unfinished ones. */
    private static final int MOST_AT_ONCE = 60;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_MILLIS = 50;
    private static final long TTL_MILLIS = 600_000;

    private final RoomSide rooms;
    private final Hawser hawser;
    private final LinkClient savers;

    public LogSide(Hawser hawser) {
        this.rooms = new RoomSide(hawser);
        this.hawser = hawser;
        this.savers = Links.to("saver", hawser.linksOf("saver"));
    }

    @Override
    public String name() {
        return "Hawser, stored";
    }

    @Override
    public Ramp ramp(boolean bind) {
        return rooms.ramp(bind).syncing();
    }

    @Override
    public List<Member> members(int count) {
        return rooms.members(count);
    }

    @Override
    public Map<String, Proc> servers() {
        return rooms.servers();
    }

    @Override
    public Map<String, Proc> helpers() {
        return rooms.helpers();
    }

    @Override
    public boolean isJava() {
        return true;
    }

    /** Rooms look at the log every few hundred milliseconds. */
    @Override
    public boolean isFollowed() {
        return true;
    }

    @Override
    public void broadcast(List<byte[]> bodies) {
        if (bodies.size() > MOST_AT_ONCE) {
            throw new BenchException("--waiting: " + bodies.size() + " (expected: at most " + MOST_AT_ONCE
                    + " that are stored: an app may have 64 unfinished)");
        }
        awaitAllDone();
        List<CompletableFuture<AppendBroadcastReply>> appended =
                bodies.stream().map(this::append).toList();
        appended.forEach(CompletableFuture::join);
    }

    private CompletableFuture<AppendBroadcastReply> append(byte[] body) {
        AppendBroadcastRequest request = AppendBroadcastRequest.newBuilder()
                .setApp(hawser.app())
                .setRequestId(UUID.randomUUID().toString())
                .setBodyHash(ByteString.copyFrom(new byte[32]))
                .setContent(Content.newBuilder()
                        .setId("bench")
                        .setQos(Qos.DURABLE)
                        .setBody(ByteString.copyFrom(body))
                        .build()
                        .toByteString())
                .setExpiresMs(System.currentTimeMillis() + TTL_MILLIS)
                .setUrgent(true)
                .setCreatedBy("bench")
                .build();
        return savers.call(
                Route.leastLoaded(), BroadcastStoreGrpc.getAppendBroadcastMethod(), request, hawser.app(), PATIENCE);
    }

    private void awaitAllDone() {
        ListBroadcastsRequest unfinished = ListBroadcastsRequest.newBuilder()
                .setApp(hawser.app())
                .setMaxEntries(1)
                .setUnfinished(true)
                .build();
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (savers.call(
                                Route.leastLoaded(),
                                BroadcastStoreGrpc.getListBroadcastsMethod(),
                                unfinished,
                                hawser.app(),
                                PATIENCE)
                        .join()
                        .getTasksCount()
                > 0) {
            if (System.nanoTime() - giveUp > 0) {
                throw new BenchException("broadcasts of before are not done within " + PATIENCE);
            }
            Pause.millis(LOOK_MILLIS);
        }
    }

    @Override
    public void close() {
        savers.close();
        rooms.close();
    }
}
