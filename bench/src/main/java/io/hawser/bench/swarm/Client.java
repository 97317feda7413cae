package io.hawser.bench.swarm;

import io.hawser.wire.v1.UplinkAck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One connection. Belongs to the generator's thread. */
final class Client {
    private static final byte[] NOTHING = {};

    /** Is told what becomes of clients. */
    interface Home {
        /** For the first time on this connection. */
        void up(Client client);

        /**
         * It is over, and was in before or not.
         *
         * @param retryAfterMs when it may come again, as it was told; 0: it was told nothing
         */
        void over(Client client, String why, int retryAfterMs);

        /** The room answers what it sent up. */
        void acknowledged(Client client, UplinkAck ack);
    }

    private final int number;
    private final Member member;
    private final Speech speech;
    private final Wire.Kind wires;
    private final Home home;
    private final Cursor cursor = new Cursor();
    private final Comeback comeback = new Comeback();
    private @Nullable Wire wire;
    private @Nullable InetSocketAddress server;
    private byte[] left = NOTHING;
    private boolean up;
    private boolean greeted;
    private boolean awaitsMessage;
    private long beganNanos;
    private long awayUntilNanos;
    private long pingedNanos;
    private long position;
    private long acknowledged;
    private @Nullable UplinkQueue uplinks;

    Client(int number, Member member, Speech speech, Wire.Kind wires, Home home) {
        this.number = number;
        this.member = member;
        this.speech = speech;
        this.wires = wires;
        this.home = home;
    }

    /** Its place among the generator's clients. */
    int number() {
        return number;
    }

    Member member() {
        return member;
    }

    Cursor cursor() {
        return cursor;
    }

    Comeback comeback() {
        return comeback;
    }

    /** Where it connected to last; null: nowhere yet. */
    @Nullable
    InetSocketAddress server() {
        return server;
    }

    /** It is back, and what was due before it connected waits for it. */
    void awaitMessage() {
        awaitsMessage = true;
    }

    /** Returns true for the first message since it came back that was due before: it waited for the client. */
    boolean tookFirstThatWaited(long dueNanos) {
        boolean first = awaitsMessage && dueNanos - beganNanos < 0;
        awaitsMessage &= !first;
        return first;
    }

    /** What it sends up, all by one route. */
    UplinkQueue uplinks(String route) {
        UplinkQueue queue = uplinks;
        if (queue == null) {
            queue = new UplinkQueue(HawserSpeech.BINDING, route);
            uplinks = queue;
        }
        return queue;
    }

    void acknowledged(UplinkAck ack) {
        home.acknowledged(this, ack);
    }

    boolean isUp() {
        return up;
    }

    /** Until when it was away by its own will; 0: it never was. */
    long awayUntilNanos() {
        return awayUntilNanos;
    }

    /** When the last heartbeat was sent. */
    long pingedNanos() {
        return pingedNanos;
    }

    /** When it began to connect, or was cut off. */
    long beganNanos() {
        return beganNanos;
    }

    long position() {
        return position;
    }

    void position(long seq) {
        if (!up) {
            acknowledged = seq;
        }
        position = seq;
    }

    boolean owesAck() {
        boolean owes = position > acknowledged;
        acknowledged = position;
        return owes;
    }

    /** @param isFirst the time until it is in begins now */
    void connect(Selector selector, InetSocketAddress to, @Nullable SocketAddress source, boolean isFirst) {
        if (isFirst) {
            beganNanos = System.nanoTime();
        }
        server = to;
        left = NOTHING;
        try {
            SocketChannel opened = Wire.socket(source);
            Wire over = wires.over(opened, number, to.getHostString());
            wire = over;
            greeted = false;
            boolean connected = opened.connect(to);
            opened.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (connected) {
                begin(over);
            }
        } catch (IOException e) {
            end("cannot connect to " + to + ": " + e.getMessage());
        }
    }

    /** Goes on with what its socket is ready for. */
    void ready(SelectionKey key, ByteBuffer buffer, Counts counts) {
        Wire over = wire;
        try {
            if (over == null) {
                key.cancel();
            } else if (key.isConnectable()) {
                ((SocketChannel) key.channel()).finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                begin(over);
            } else {
                read(over, buffer, counts);
            }
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    private void begin(Wire over) throws IOException {
        over.connected();
        greetOnceOpen(over);
    }

    private void greetOnceOpen(Wire over) {
        if (!greeted && over.isOpen()) {
            greeted = true;
            send(speech.greeting(this));
        }
    }

    private void read(Wire from, ByteBuffer buffer, Counts counts) throws IOException {
        buffer.clear().put(left);
        int came = from.read(buffer);
        if (came < 0) {
            end("the other side closed the connection");
            return;
        }
        counts.read(came, System.nanoTime());
        greetOnceOpen(from);
        speech.hear(this, buffer.flip());
        keep(buffer);
    }

    private void keep(ByteBuffer rest) {
        left = rest.hasRemaining() ? new byte[rest.remaining()] : NOTHING;
        rest.get(left);
    }

    void send(byte[] frame) {
        Wire to = wire;
        if (to == null) {
            return;
        }
        try {
            to.write(frame);
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    void beat() {
        if (up) {
            pingedNanos = System.nanoTime();
            send(speech.heartbeat());
        }
    }

    void up() {
        if (!up) {
            up = true;
            home.up(this);
        }
    }

    void refused(String why, int retryAfterMs) {
        end("refused: " + why, retryAfterMs);
    }

    private void end(String why) {
        end(why, 0);
    }

    private void end(String why, int retryAfterMs) {
        close();
        home.over(this, why, retryAfterMs);
        up = false;
    }

    /** Whether it takes what its socket has. */
    void reads(Selector selector, boolean reads) {
        Wire open = wire;
        if (open != null && up) {
            open.reads(selector, reads);
        }
    }

    /** It goes by its own will, until then. */
    void drop(long untilNanos) {
        close();
        awayUntilNanos = untilNanos;
        up = false;
    }

    /** It goes for good. */
    void leave() {
        if (up) {
            send(speech.farewell());
        }
        close();
    }

    /** Its link breaks: the other side gets no more than a reset. */
    void cut() {
        Wire open = wire;
        if (open != null) {
            open.reset();
        }
        close();
        up = false;
    }

    void close() {
        Wire open = wire;
        wire = null;
        left = NOTHING;
        if (open != null) {
            open.close();
        }
    }
}
