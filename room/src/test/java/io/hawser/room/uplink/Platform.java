package io.hawser.room.uplink;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.room.connection.Apps;
import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Host;
import io.hawser.room.connection.Uplinks;
import io.hawser.rpc.event.EventSink;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.CarryUplinkReply;
import io.hawser.rpc.v1.CarryUplinkRequest;
import io.hawser.rpc.v1.EventKind;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.StateEvent;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An event loop, its clients and a coordinator, all in the test's hands. */
final class Platform implements Host, UplinkCarrier, Apps, EventSink {
    /** What a coordinator was given. */
    record Carried(CarryUplinkRequest request, CompletableFuture<CarryUplinkReply> answer) {}

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Deque<Carried> carried = new ArrayDeque<>();
    final List<StateEvent> events = new ArrayList<>();
    final Set<EventKind> wanted = EnumSet.noneOf(EventKind.class);
    UplinkConfig config = UplinkConfig.defaults();
    App app = App.newBuilder().setId("demo").setMaxBodyBytes(1_000).build();
    final Uplinks uplinks = new BackEnds(this, this, this, () -> config, () -> 65_536, meters).of(this);
    private long nowMs;

    void pass(Duration time) {
        nowMs += time.toMillis();
    }

    Client client(long connection, int binding) {
        return client("demo", connection, binding);
    }

    Client client(String app, long connection, int binding) {
        return new Client(app, connection, binding);
    }

    static Uplink uplink(long number, long prev) {
        return Uplink.newBuilder()
                .setBinding(1)
                .setNumber(number)
                .setPrev(prev)
                .setRoute("orders.new")
                .setBody(ByteString.copyFromUtf8("u" + number))
                .setText(true)
                .build();
    }

    /** Answers the oldest that is with the coordinator: it is stored, and all before it. */
    long store() {
        Carried first = carried.remove();
        long number = first.request.getNumber();
        first.answer.complete(CarryUplinkReply.newBuilder().setStored(number).build());
        return number;
    }

    void fail(ErrorCode code) {
        carried.remove().answer.completeExceptionally(HawserException.refusal(code, "test: " + code));
    }

    void outOfOrder(long stored) {
        carried.remove()
                .answer
                .complete(CarryUplinkReply.newBuilder()
                        .setOutOfOrder(true)
                        .setStored(stored)
                        .build());
    }

    double count(String name, String tag, String value) {
        return meters.get(name).tag(tag, value).counter().count();
    }

    @Override
    public CompletableFuture<CarryUplinkReply> carry(CarryUplinkRequest uplink, Duration within) {
        CompletableFuture<CarryUplinkReply> answer = new CompletableFuture<>();
        carried.add(new Carried(uplink, answer));
        return answer;
    }

    @Override
    public App find(String id) {
        return app;
    }

    @Override
    public CompletableFuture<Void> refresh() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean wants(String wantingApp, EventKind kind) {
        return wanted.contains(kind);
    }

    @Override
    public void tell(StateEvent event) {
        events.add(event);
    }

    @Override
    public boolean isAsked() {
        return true;
    }

    @Override
    public boolean anyoneWantsPresence() {
        return false;
    }

    @Override
    public long missed(int slot) {
        return 0;
    }

    @Override
    public boolean isBusy() {
        return false;
    }

    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public boolean offer(Runnable task) {
        task.run();
        return true;
    }

    @Override
    public void afterOthers(Runnable task) {
        task.run();
    }

    @Override
    public <T> void hop(CompletableFuture<T> future, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        var _ = future.whenComplete(then);
    }

    @Override
    public void flush() {}

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public long wallMs() {
        return 1_000_000 + nowMs;
    }

    @Override
    public long backoffMs(int failures) {
        return 100L << failures;
    }

    @Override
    public void forEach(String ofApp, String user, Consumer<Attached> found) {}

    /** A binding, and what was said to it. */
    final class Client implements Attached {
        final Deque<UplinkAck> answers = new ArrayDeque<>();
        final Deque<Error> errors = new ArrayDeque<>();
        private final String app;
        private final long connection;
        private final int binding;
        private boolean live = true;

        private Client(String app, long connection, int binding) {
            this.app = app;
            this.connection = connection;
            this.binding = binding;
        }

        void send(Uplink uplink) {
            uplinks.onUplink(this, uplink);
        }

        void end() {
            live = false;
            uplinks.onEnded(this);
        }

        @Override
        public void send(int type, MessageLite body) {
            switch (type) {
                case FrameType.UPLINK_ACK -> answers.add((UplinkAck) body);
                case FrameType.ERROR -> errors.add((Error) body);
                default -> throw new AssertionError("came: " + FrameType.nameOf(type));
            }
        }

        @Override
        public String app() {
            return app;
        }

        @Override
        public String user() {
            return "alice";
        }

        @Override
        public String device() {
            return "d1";
        }

        @Override
        public String mailbox() {
            return "device:d1";
        }

        @Override
        public ByteString installationNonce() {
            return ByteString.copyFromUtf8("01234567");
        }

        @Override
        public int number() {
            return binding;
        }

        @Override
        public long connectionId() {
            return connection;
        }

        @Override
        public Location location() {
            return Location.newBuilder()
                    .setRoom("room-1")
                    .setConnection(connection)
                    .setBinding(binding)
                    .build();
        }

        @Override
        public boolean isLive() {
            return live;
        }

        @Override
        public boolean isWritable() {
            return true;
        }

        @Override
        public void write(ByteBuf frame) {
            throw new AssertionError("no one writes whole frames");
        }

        @Override
        public void refuse(ErrorCode code, String detail) {
            throw new AssertionError("refused: " + detail);
        }

        @Override
        public void fail(Throwable fault) {
            throw new AssertionError(fault);
        }

        @Override
        public void wakeAt(long dueMs) {}
    }
}
