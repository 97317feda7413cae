package io.hawser.bench.side;

import com.google.protobuf.ByteString;
import io.hawser.bench.api.Api;
import io.hawser.bench.api.GrpcApi;
import io.hawser.bench.measure.BenchException;
import io.hawser.bench.measure.Proc;
import io.hawser.bench.platform.Hawser;
import io.hawser.bench.platform.Links;
import io.hawser.bench.swarm.Member;
import io.hawser.bench.swarm.Ramp;
import io.hawser.rpc.link.LinkClient;
import io.hawser.rpc.link.Route;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.hawser.rpc.v1.PushBroadcastRequest;
import io.hawser.rpc.v1.RoomGrpc;
import io.hawser.wire.v1.Content;
import io.hawser.wire.v1.Qos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/** Hawser's rooms, with the platform around them; driven by their delivery links, as a center drives them. */
public final class RoomSide implements Side {
    private static final int ASKED_AT_ONCE = 64;
    private static final int AT_ONCE = 256;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String NAME = "Hawser";

    private final String name;
    private final boolean inflates;
    private final Hawser hawser;
    private final List<String> rooms;
    private final LinkClient links;
    private final Set<String> names;
    private final List<Route> routes;
    private final Map<String, Proc> services;
    private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    private final LongAdder dropped = new LongAdder();
    private int handedOut;

    public RoomSide(Hawser hawser) {
        this(hawser, NAME, false);
    }

    private RoomSide(Hawser hawser, String name, boolean inflates) {
        this.name = name;
        this.inflates = inflates;
        this.hawser = hawser;
        this.rooms = hawser.rooms();
        Map<String, String> addresses = hawser.linksOf("room");
        this.links = Links.to("room", addresses);
        this.names = addresses.keySet();
        this.routes = addresses.keySet().stream().map(Route::peer).toList();
        this.services = hawser.services();
    }

    /** With clients that take the bodies of broadcasts compressed. */
    public static RoomSide compressed(Hawser hawser) {
        return new RoomSide(hawser, NAME + ", compressed", true);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Ramp ramp(boolean bind) {
        Ramp ramp = Ramp.to(Ramp.Protocol.hawser, rooms, hawser.app(), AT_ONCE, bind)
                .believing(hawser.certificate());
        return inflates ? ramp.inflating() : ramp;
    }

    /** Users that nobody has sent to, with tokens from the API. */
    @Override
    public List<Member> members(int count) {
        try (Api api = new GrpcApi(hawser.center(), hawser.app(), hawser.apiKey(), 1)) {
            Semaphore atOnce = new Semaphore(ASKED_AT_ONCE);
            List<CompletableFuture<Member>> asked = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                atOnce.acquireUninterruptibly();
                String user = "bench-" + run + "-" + handedOut++;
                asked.add(api.token(user)
                        .thenApply(token -> new Member(user, token))
                        .whenComplete((member, failure) -> atOnce.release()));
            }
            return asked.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw new BenchException("the center gives no tokens: " + e.getCause(), e);
        }
    }

    @Override
    public Map<String, Proc> servers() {
        Map<String, Proc> some = new TreeMap<>(services);
        some.keySet().retainAll(names);
        return some;
    }

    @Override
    public Map<String, Proc> helpers() {
        Map<String, Proc> some = new TreeMap<>(services);
        some.keySet().removeIf(name -> name.startsWith("room-"));
        return some;
    }

    @Override
    public boolean isJava() {
        return true;
    }

    @Override
    public void broadcast(List<byte[]> bodies) {
        for (byte[] body : bodies) {
            PushBroadcastRequest request = PushBroadcastRequest.newBuilder()
                    .setApp(hawser.app())
                    .setContent(Content.newBuilder()
                            .setId("bench")
                            .setQos(Qos.TRANSIENT)
                            .setBody(ByteString.copyFrom(body))
                            .build()
                            .toByteString())
                    .build();
            for (Route room : routes) {
                var _ = links.call(room, RoomGrpc.getPushBroadcastMethod(), request, hawser.app(), PATIENCE)
                        .whenComplete(this::count);
            }
        }
    }

    /** Writes that rooms refused, since a client's buffer was full or too many broadcasts were under way. */
    public long dropped() {
        return dropped.sum();
    }

    private void count(PushBroadcastReply reply, Throwable failure) {
        dropped.add(failure == null ? reply.getDropped() : 1);
    }

    @Override
    public void close() {
        links.close();
    }
}
