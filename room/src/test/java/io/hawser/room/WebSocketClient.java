package io.hawser.room;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that speaks WebSocket by the JDK's own implementation. */
final class WebSocketClient implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final HttpClient http;
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final WebSocket socket;

    /** @param uri as {@code ws://127.0.0.1:7003/v1/connect} */
    WebSocketClient(String uri) {
        this(HttpClient.newHttpClient(), uri);
    }

    WebSocketClient(HttpClient http, String uri) {
        this.http = http;
        this.socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(uri), new Listener())
                .join();
    }

    private final class Listener implements WebSocket.Listener {
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            parts.writeBytes(bytes);
            if (last) {
                messages.add(parts.toByteArray());
                parts.reset();
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
            byte[] bytes = new byte[message.remaining()];
            message.get(bytes);
            pongs.add(new String(bytes, StandardCharsets.UTF_8));
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete(code);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket from, Throwable fault) {
            closed.completeExceptionally(fault);
        }
    }

    void send(int type, MessageLite body) {
        sendRaw(Frames.encode(type, body), true);
    }

    void sendRaw(byte[] bytes, boolean last) {
        socket.sendBinary(ByteBuffer.wrap(bytes), last).join();
    }

    void sendText(String text) {
        socket.sendText(text, true).join();
    }

    String ping(String payload) {
        socket.sendPing(ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)))
                .join();
        return await(pongs);
    }

    void close(int code) {
        socket.sendClose(code, "").join();
    }

    /** Reads the one frame of the next message. */
    <T extends MessageLite> T expect(int type, Parser<T> parser) {
        Frame frame = read();
        if (frame.type() != type) {
            throw new AssertionError("came: " + frame + " (expected: " + FrameType.nameOf(type) + ")");
        }
        return Frames.parse(parser, frame.body());
    }

    Frame read() {
        try {
            FrameReader frames =
                    new FrameReader(new ByteArrayInputStream(await(messages)), FrameLimits.MAX_ROOM_FRAME_BYTES);
            Frame frame = frames.read();
            if (frame == null || frames.read() != null) {
                throw new AssertionError("a message of none or several frames");
            }
            return frame;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T await(BlockingQueue<T> queue) {
        try {
            T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing came");
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for the room's close, and returns its code. */
    int closeCode() {
        return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
