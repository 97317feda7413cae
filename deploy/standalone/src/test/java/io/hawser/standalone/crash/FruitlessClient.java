package io.hawser.standalone.crash;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Hello;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A client that takes its messages, speaks on, and acknowledges none. Its socket takes them: nobody reads. */
final class FruitlessClient {
    private static final Duration SPEAKS_EVERY = Duration.ofMillis(100);
    private static final int SPEAKS = 12;

    private final InetSocketAddress room;
    private final String app;
    private final String user;
    private final String token;

    FruitlessClient(InetSocketAddress room, String app, String user, String token) {
        this.room = room;
        this.app = app;
        this.user = user;
        this.token = token;
    }

    /** Connects for a little over a second, or for as long as the room has it. */
    void connectOnce() throws InterruptedException {
        try (Socket socket = new Socket(room.getAddress(), room.getPort())) {
            OutputStream out = socket.getOutputStream();
            write(
                    out,
                    FrameType.HELLO,
                    Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build());
            write(out, FrameType.BIND, bind());
            for (int spoken = 0; spoken < SPEAKS; spoken++) {
                Thread.sleep(SPEAKS_EVERY);
                out.write(Frames.ping());
            }
        } catch (IOException ended) {
            // It was fruitless all the same, or is tried again.
            Thread.sleep(SPEAKS_EVERY);
        }
    }

    private Bind bind() {
        return Bind.newBuilder()
                .setBinding(1)
                .setApp(app)
                .setUser(user)
                .setDevice("test")
                .setInstallationNonce(ByteString.copyFromUtf8("fruitless"))
                .setToken(token)
                .build();
    }

    private static void write(OutputStream out, int type, MessageLite body) throws IOException {
        out.write(Frames.encode(type, body));
    }
}
