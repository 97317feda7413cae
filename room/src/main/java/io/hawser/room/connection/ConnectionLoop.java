package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import io.hawser.room.access.Access;
import io.hawser.room.access.Reason;
import io.hawser.room.access.Refusal;
import io.hawser.room.access.Source;
import io.hawser.room.overload.Level;
import io.hawser.room.token.TokenVerifier;
import io.hawser.wire.MessageFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One event loop and all that lives on it: connections, their deadlines, their turns at loading. Everything here but
 * {@link #offer}, {@link #hop} and {@link #configure} is for the loop itself.
 *
 * <p>What other threads have for it waits in one bounded queue, and one task takes all that waits: the connections
 * written to are flushed once, after it.
 */
public final class ConnectionLoop implements Host {
    /** Connection ids end in the number of their loop, in so many bits. */
    static final int INDEX_BITS = 8;

    private static final int DEADLINES_A_TURN = 256;

    private final EventLoop executor;
    private final int index;
    private final Surroundings surroundings;
    private final long startNanos;
    private final Wheel wheel = new Wheel();
    private final Members members = new Members();
    private final Conversation conversation = new Conversation(this);
    private final AddressChecks addresses;
    private final Relief relief = new Relief(this);
    private final Diagnoses diagnoses = new Diagnoses();
    private final Inbox inbox;
    private final List<Outlet> unflushed = new ArrayList<>();
    private final SharedStrings sharedStrings = new SharedStrings();
    private final byte[] messageHead = new byte[MessageFrame.MAX_HEAD_BYTES];
    private final LoadQueue loads;
    private final AcknowledgementRounds acknowledgementRounds = new AcknowledgementRounds(this);
    private final Broadcasts broadcasts;
    private final Uplinks uplinks;
    private final Pulls pulls;
    private final Parking parking;
    private final Resumption resumption;
    private final Waits waits;
    private ConnectionConfig config;
    private WriteBufferWaterMark writeBuffer;
    private long lastConnection;
    private @Nullable Future<?> ticking;

    ConnectionLoop(
            EventLoop executor, int index, ConnectionConfig config, Surroundings surroundings, ConnectionLoops loops) {
        this.executor = executor;
        this.inbox = new Inbox(executor, this::attempt, this::flush);
        this.index = index;
        this.config = config;
        this.surroundings = surroundings;
        this.addresses = new AddressChecks(surroundings.access(), surroundings.bans(), surroundings.meters());
        this.startNanos = surroundings.nanoTime().getAsLong();
        this.waits = new Waits(surroundings.randoms().get(), this::config);
        this.writeBuffer = writeBuffer();
        this.loads = new LoadQueue(() -> relief.loads(this.config.loads().maxInFlightPerLoop()));
        this.broadcasts = surroundings.services().broadcasts().apply(this);
        this.uplinks = surroundings.services().uplinks().apply(this);
        this.pulls = surroundings.services().pulls().apply(this);
        this.parking = new Parking(this, loops.count());
        this.resumption = new Resumption(this, loops);
    }

    /** Starts the wheel. */
    public void start() {
        ticking = executor.scheduleAtFixedRate(this::tick, Wheel.TICK_MILLIS, Wheel.TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Stops the wheel and closes what is connected. The bindings leave the register. */
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        members.connections().forEach(connection -> connection.close(CloseReason.DRAINED));
    }

    /** Has the clients go to other rooms. */
    public void drain(DrainPlan plan) {
        executor.execute(new Emptying(this, plan)::begin);
    }

    /** What the loop gives up from now on. */
    public void strain(Level level) {
        executor.execute(() -> {
            relief.enter(level);
            boundAll();
        });
    }

    /** Has some connections go, as what is short at present has it. */
    public void shed(Level present, int atMost) {
        executor.execute(() -> {
            attempt(() -> relief.shed(present, atMost, lastConnection));
            flush();
        });
    }

    /** Has another configuration hold from now on. */
    public void configure(ConnectionConfig newConfig) {
        executor.execute(() -> {
            config = newConfig;
            boundAll();
        });
    }

    private void boundAll() {
        writeBuffer = writeBuffer();
        Walk.over(members.connections(), this, connection -> {
            connection.out().bound(writeBuffer);
            relief.look(connection);
        });
    }

    private WriteBufferWaterMark writeBuffer() {
        int highBytes = relief.writeBufferBytes(config.writeBuffer().toInt());
        return new WriteBufferWaterMark(highBytes / 2, highBytes);
    }

    /** What holds for the address that somebody connects from: to be asked before they are accepted. */
    public AddressChecks addresses() {
        return addresses;
    }

    /** Takes in a new connection; null where there is no room for it, which is counted. */
    public @Nullable Connection accept(Channel channel, Source source, Carrier carrier) {
        assert inEventLoop();
        if (!admission().enter()) {
            access().leave(source);
            meters().turnedAway(refusal().reason());
            return null;
        }
        return connect(channel, source, carrier);
    }

    /** Makes the connection of a channel that was let in. */
    Connection connect(Channel channel, Source source, Carrier carrier) {
        Connection connection = new Connection(this, channel, source, carrier, ++lastConnection << INDEX_BITS | index);
        connection.out().bound(writeBuffer);
        members.add(connection);
        return connection;
    }

    /** Returns why {@link #accept} took one not in: one word for all, but each at a time of its own. */
    public Refusal refusal() {
        Refusal all = admission().shut();
        return all == null ? access().refusal(Reason.FULL) : all.after(waits.aboutMs(all.retryAfterMs()));
    }

    /** Does what is due now. Thrown from here, a fault would end the ticking for good, and Netty would not say so. */
    void tick() {
        attempt(this::turnWheel);
        attempt(broadcasts::onTick);
        attempt(this::flush);
    }

    private void turnWheel() {
        if (!wheel.turn(nowMs(), DEADLINES_A_TURN)) {
            executor.execute(this::tick);
        }
    }

    /** A fault ends this task, not what the loop does besides. */
    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error fault) {
            meters().taskFailed(fault);
        }
    }

    // From other threads.

    @Override
    public boolean offer(Runnable task) {
        boolean taken = inbox.offer(task);
        if (!taken) {
            meters().inboxFull();
        }
        return taken;
    }

    @Override
    public <T> void hop(CompletableFuture<T> future, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        var _ = future.whenComplete((result, failure) -> executor.execute(() -> {
            attempt(() -> then.accept(result, unwrapped(failure)));
            flush();
        }));
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Tasks that are executed follow one another for long before Netty looks at its sockets again; timers do not. */
    @Override
    public void afterOthers(Runnable task) {
        var _ = executor.schedule(() -> attempt(task), 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public void forEach(String app, String user, Consumer<Attached> found) {
        members.forEach(app, user, found::accept);
    }

    @Override
    public boolean inEventLoop() {
        return executor.inEventLoop();
    }

    // Writing.

    /** A MESSAGE frame around content that is not parsed, in one buffer. */
    ByteBuf encode(
            ByteBufAllocator allocator, int binding, long prev, long seq, boolean redelivered, ByteString content) {
        int headBytes = MessageFrame.writeHead(messageHead, 0, binding, prev, seq, redelivered, content.size());
        ByteBuf frame = allocator.directBuffer(headBytes + content.size());
        frame.writeBytes(messageHead, 0, headBytes);
        content.copyTo(frame.internalNioBuffer(headBytes, content.size()));
        return frame.writerIndex(headBytes + content.size());
    }

    void flushLater(Outlet outlet) {
        unflushed.add(outlet);
    }

    @Override
    public void flush() {
        // A flush may make a channel writable, and what is written then is flushed as well.
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    // What connections need.

    ChannelFuture register(Channel channel) {
        return executor.register(channel);
    }

    void remove(Connection connection) {
        members.remove(connection);
        access().leave(connection.source());
        admission().leave(connection.everBound());
    }

    /** One instance of a string that many bindings hold. */
    String shared(String text) {
        return sharedStrings.of(text);
    }

    @Override
    public long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(surroundings.nanoTime().getAsLong() - startNanos);
    }

    @Override
    public long wallMs() {
        return surroundings.wall().millis();
    }

    @Override
    public long backoffMs(int failures) {
        return waits.backoffMs(failures);
    }

    /** What is drawn by lot. */
    Waits waits() {
        return waits;
    }

    /** Has something done later; timers are few. */
    void after(long delayMs, Runnable task) {
        var _ = executor.schedule(() -> attempt(task), delayMs, TimeUnit.MILLISECONDS);
    }

    ConnectionConfig config() {
        return config;
    }

    Wheel wheel() {
        return wheel;
    }

    Diagnoses diagnoses() {
        return diagnoses;
    }

    Relief relief() {
        return relief;
    }

    /** Returns the connection that came as so manieth; null where it is gone. */
    @Nullable
    Connection nth(long number) {
        return members.connection(number << INDEX_BITS | index);
    }

    Members members() {
        return members;
    }

    Conversation conversation() {
        return conversation;
    }

    Broadcasts broadcasts() {
        return broadcasts;
    }

    Uplinks uplinks() {
        return uplinks;
    }

    Pulls pulls() {
        return pulls;
    }

    Parking parking() {
        return parking;
    }

    Resumption resumption() {
        return resumption;
    }

    LoadQueue loads() {
        return loads;
    }

    AcknowledgementRounds acknowledgementRounds() {
        return acknowledgementRounds;
    }

    Identity identity() {
        return surroundings.identity();
    }

    Apps apps() {
        return surroundings.apps();
    }

    TokenVerifier tokens() {
        return surroundings.tokens();
    }

    Sessions sessions() {
        return surroundings.sessions();
    }

    Mailboxes mailboxes() {
        return surroundings.mailboxes();
    }

    Redelivery redelivery() {
        return surroundings.redelivery();
    }

    Bans bans() {
        return surroundings.bans();
    }

    Access access() {
        return surroundings.access();
    }

    Admission admission() {
        return surroundings.admission();
    }

    ConnectionMeters meters() {
        return surroundings.meters();
    }
}
