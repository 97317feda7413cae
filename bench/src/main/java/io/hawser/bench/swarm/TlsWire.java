package io.hawser.bench.swarm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/** TLS between frames and the socket. */
final class TlsWire extends Wire {
    private static final byte[] NOTHING = {};

    private final SSLEngine engine;
    private final TlsWires shared;
    /** The beginning of a record. */
    private byte[] left = NOTHING;

    private boolean open;
    private boolean released;

    TlsWire(SocketChannel socket, SSLEngine engine, TlsWires shared) {
        super(socket);
        this.engine = engine;
        this.shared = shared;
    }

    @Override
    void connected() throws IOException {
        engine.beginHandshake();
        goOn(ByteBuffer.wrap(NOTHING), ByteBuffer.wrap(NOTHING));
    }

    @Override
    boolean isOpen() {
        return open;
    }

    @Override
    int read(ByteBuffer into) throws IOException {
        ByteBuffer records = shared.records().clear().put(left);
        int came = socket.read(records);
        if (came > 0) {
            goOn(records.flip(), into);
            left = records.hasRemaining() ? new byte[records.remaining()] : NOTHING;
            records.get(left);
        }
        return came;
    }

    @Override
    void write(byte[] frame) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(frame);
        while (rest.hasRemaining()) {
            var _ = wrap(rest);
        }
    }

    /** Takes records, and does what the handshake asks for, until there is nothing left to do. */
    private void goOn(ByteBuffer records, ByteBuffer into) throws IOException {
        HandshakeStatus next = engine.getHandshakeStatus();
        while (true) {
            switch (next) {
                case NEED_WRAP -> next = after(wrap(ByteBuffer.wrap(NOTHING)));
                case NEED_TASK -> next = afterTasks();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
                    if (!records.hasRemaining()) {
                        return;
                    }
                    SSLEngineResult result = engine.unwrap(records, into);
                    next = after(result);
                    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                        throw new IOException("more than a client takes at once: " + into);
                    }
                    if (result.getStatus() != Status.OK) {
                        return;
                    }
                }
            }
        }
    }

    private HandshakeStatus after(SSLEngineResult result) {
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            open = true;
            shared.opened();
            return engine.getHandshakeStatus();
        }
        return result.getHandshakeStatus();
    }

    private HandshakeStatus afterTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    private SSLEngineResult wrap(ByteBuffer from) throws IOException {
        ByteBuffer record = shared.record().clear();
        SSLEngineResult result = engine.wrap(from, record);
        write(socket, record.flip());
        if (result.getStatus() == Status.CLOSED) {
            throw new IOException("the other side has closed TLS");
        }
        return result;
    }

    @Override
    void close() {
        if (!released) {
            released = true;
            shared.release(engine);
        }
        super.close();
    }
}
