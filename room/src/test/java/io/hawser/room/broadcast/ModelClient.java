package io.hawser.room.broadcast;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.hawser.room.Tokens;
import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Broadcasts;
import io.hawser.rpc.v1.Location;
import io.hawser.wire.BodyInflater;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Broadcast;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.Sync;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client as docs/protocol.md would have it, with a durable cursor, over a connection that takes its time and may break:
 * what is on its way is lost then. It is its own binding, too, as the room sees it.
 */
final class ModelClient implements Attached {
    final String user;
    /** What its listener was given, in that order. */
    final List<Long> heard = new ArrayList<>();

    final List<String> groups = new ArrayList<>();
    int mostNamed;
    long lostTo;

    @Nullable
    Groups lastGroups;

    boolean writable = true;
    /** Writing to it fails by a fault of the room's. */
    boolean failing;

    @Nullable
    Throwable fault;

    /** How often it was written to. */
    int writes;

    /** Takes compressed bodies. */
    boolean inflates;
    /** What came to it, in that order, with bodies as they were sent. */
    final List<Broadcast> came = new ArrayList<>();
    /** Those of them that came compressed. */
    final List<Long> compressed = new ArrayList<>();

    private final Queue<MessageLite> toClient = new ArrayDeque<>();
    private final Queue<MessageLite> toRoom = new ArrayDeque<>();
    private final Queue<Long> inHand = new ArrayDeque<>();
    private final HandHost host;
    private Broadcasts.@Nullable Listener listener;
    private boolean live;
    private boolean bound;
    private boolean hasCursor;
    private long wakeMs;
    private long low;
    private final TreeSet<Long> seen = new TreeSet<>();
    private final TreeSet<Long> missing = new TreeSet<>();
    /** Where it began, at its first binding. */
    long began = -1;

    ModelClient(String user, HandHost host) {
        this.user = user;
        this.host = host;
    }

    boolean isConnected() {
        return listener != null;
    }

    void connect(Broadcasts room) {
        writable = true;
        Bind.Builder bind =
                Bind.newBuilder().setBinding(1).setApp("demo").setUser(user).setDevice("d1");
        bind.addAllGroups(groups);
        if (hasCursor) {
            bind.setCursor(cursor());
        }
        host.bindings.add(this);
        Broadcasts.Listener begun = room.admit(this, Tokens.app("demo"), bind.build(), List.of("*"));
        listener = begun;
        if (begun != null) {
            begun.ask(() -> onReady(begun));
        }
    }

    private void onReady(Broadcasts.Listener begun) {
        Bound.Builder bound = Bound.newBuilder().setBinding(1);
        begun.describe(bound);
        live = true;
        toClient.add(bound.build());
        begun.begin();
    }

    /** Its connection drops, and it is back at once; what was on its way is lost. Not before it has heard BOUND. */
    void resume() {
        if (!bound) {
            return;
        }
        writable = true;
        toClient.clear();
        toRoom.clear();
        inHand.clear();
        Broadcasts.Listener here = listenerHere();
        here.resume(hasCursor ? cursor() : null);
        Bound.Builder again = Bound.newBuilder().setBinding(1);
        here.describe(again);
        toClient.add(again.build());
        here.onWritable();
    }

    void disconnect() {
        bound = false;
        Broadcasts.Listener ending = listener;
        listener = null;
        live = false;
        wakeMs = 0;
        host.bindings.remove(this);
        toClient.clear();
        toRoom.clear();
        inHand.clear();
        if (ending != null) {
            ending.end();
        }
    }

    Broadcasts.Listener listenerHere() {
        Broadcasts.Listener here = listener;
        if (here == null) {
            throw new AssertionError(user + " is not bound");
        }
        return here;
    }

    // The client's side.

    /** Takes the next frame that has come. */
    boolean receive() {
        MessageLite frame = toClient.poll();
        switch (frame) {
            case null -> {
                return false;
            }
            case Bound bound -> onBound(bound);
            case Broadcast broadcast -> inHand.add(broadcast.getBseq());
            case Sync sync -> onCursor(sync.getCursor());
            case Groups told -> lastGroups = told;
            default -> throw new AssertionError(frame);
        }
        return true;
    }

    private void onBound(Bound bound) {
        this.bound = true;
        lostTo = bound.getBroadcastsLostTo();
        if (bound.hasCursor()) {
            remember(bound.getCursor());
            begin();
        }
    }

    /** A copy of the cursor may be of a binding whose BOUND never came. */
    private void begin() {
        if (began < 0) {
            began = missing.isEmpty() ? low : missing.first() - 1;
        }
    }

    private void onCursor(BroadcastCursor cursor) {
        low = cursor.getLow();
        seen.headSet(low, true).clear();
        missing.clear();
        missing.addAll(cursor.getMissingList());
        hasCursor = true;
        begin();
    }

    /** Hands the next one to its listener, unless its cursor says that it was. */
    boolean hand() {
        Long bseq = inHand.poll();
        if (bseq == null) {
            return false;
        }
        boolean lacks = bseq > low ? !seen.contains(bseq) : missing.contains(bseq);
        if (lacks) {
            heard.add(bseq);
            missing.remove(bseq);
            if (bseq > low) {
                seen.add(bseq);
            }
            mostNamed = Math.max(mostNamed, Math.max(seen.size(), missing.size()));
        }
        return true;
    }

    void sync() {
        if (live && hasCursor) {
            toRoom.add(Sync.newBuilder().setBinding(1).setCursor(cursor()).build());
        }
    }

    void join(String group) {
        if (!groups.contains(group)) {
            groups.add(group);
        }
        if (live) {
            toRoom.add(
                    Join.newBuilder().setBinding(1).setRequest(1).addJoin(group).build());
        }
    }

    /** Takes this for its cursor. */
    void remember(BroadcastCursor cursor) {
        hasCursor = true;
        low = cursor.getLow();
        seen.clear();
        seen.addAll(cursor.getSeenList());
        missing.clear();
        missing.addAll(cursor.getMissingList());
    }

    /** Forgets its cursor, as a client does that keeps none. */
    void forget() {
        hasCursor = false;
    }

    void leave(String group) {
        groups.remove(group);
        toRoom.add(Join.newBuilder().setBinding(1).setRequest(2).addLeave(group).build());
    }

    BroadcastCursor cursor() {
        return BroadcastCursor.newBuilder()
                .setLow(low)
                .addAllSeen(seen)
                .addAllMissing(missing)
                .build();
    }

    /** The room takes the next frame of the client. */
    boolean arrive() {
        Broadcasts.Listener here = listener;
        MessageLite frame = toRoom.poll();
        if (frame == null || here == null) {
            return false;
        }
        if (frame instanceof Sync sync) {
            here.onSync(sync);
        } else if (frame instanceof Join join) {
            here.onJoin(join);
        }
        return true;
    }

    void writable(boolean now) {
        writable = now;
        Broadcasts.Listener here = listener;
        if (now && here != null) {
            here.onWritable();
        }
    }

    void tick() {
        Broadcasts.Listener here = listener;
        if (here != null && wakeMs != 0 && wakeMs <= host.nowMs) {
            wakeMs = 0;
            long next = here.onDue(host.nowMs);
            if (next != Long.MAX_VALUE) {
                wakeAt(next);
            }
        }
    }

    @Override
    public String toString() {
        return user + " low " + low + " seen " + seen + " missing " + missing + " heard " + heard + "; in the room: "
                + listener;
    }

    // The room's side.

    @Override
    public String app() {
        return "demo";
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String device() {
        return "d1";
    }

    @Override
    public String mailbox() {
        return "user";
    }

    @Override
    public ByteString installationNonce() {
        return ByteString.EMPTY;
    }

    @Override
    public int number() {
        return 1;
    }

    @Override
    public long connectionId() {
        return System.identityHashCode(this);
    }

    @Override
    public Location location() {
        return Location.getDefaultInstance();
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void send(int type, MessageLite body) {
        toClient.add(body);
    }

    @Override
    public void write(ByteBuf frame) {
        if (failing) {
            frame.release();
            throw new IllegalStateException("broken");
        }
        try (ByteBufInputStream in = new ByteBufInputStream(frame, true)) {
            writes++;
            FrameReader frames = new FrameReader(in, FrameLimits.MAX_ROOM_FRAME_BYTES);
            for (Frame read = frames.read(); read != null; read = frames.read()) {
                toClient.add(restored(Frames.parse(Broadcast.parser(), read.body())));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Broadcast restored(Broadcast broadcast) {
        Broadcast restored = BodyInflater.restored(broadcast);
        if (!restored.equals(broadcast)) {
            compressed.add(broadcast.getBseq());
        }
        came.add(restored);
        return restored;
    }

    @Override
    public boolean inflates() {
        return inflates;
    }

    @Override
    public void refuse(ErrorCode code, String detail) {
        throw new AssertionError(code + " " + detail);
    }

    @Override
    public void fail(Throwable why) {
        if (!failing) {
            throw new AssertionError(why);
        }
        fault = why;
    }

    @Override
    public void wakeAt(long dueMs) {
        wakeMs = wakeMs == 0 ? dueMs : Math.min(wakeMs, dueMs);
    }

    @Override
    public Broadcasts.@Nullable Listener listener() {
        return listener;
    }
}
