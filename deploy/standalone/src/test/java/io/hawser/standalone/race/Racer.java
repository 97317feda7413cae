package io.hawser.standalone.race;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Unbind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;

/** One device's connection to a room, which tells what comes to it, and does nothing by itself. */
final class Racer implements AutoCloseable {
    /** What came to whom; {@code frame} PING: the connection ended. */
    record Came(Racer to, Frame frame) {}

    final String room;
    private final String device;
    private final Socket socket;
    private final BlockingQueue<Came> all;

    private Racer(String room, String device, Socket socket, BlockingQueue<Came> all) {
        this.room = room;
        this.device = device;
        this.socket = socket;
        this.all = all;
    }

    static Racer connect(String room, int port, String device, BlockingQueue<Came> all) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        Racer racer = new Racer(room, device, socket, all);
        racer.send(
                FrameType.HELLO,
                Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build());
        Thread.ofVirtual().start(racer::read);
        return racer;
    }

    private void read() {
        try {
            FrameReader frames = new FrameReader(socket.getInputStream(), FrameLimits.MAX_ROOM_FRAME_BYTES);
            for (Frame frame = frames.read(); frame != null; frame = frames.read()) {
                if (frame.type() != FrameType.WELCOME) {
                    all.add(new Came(this, frame));
                }
            }
        } catch (IOException ended) {
            // Who waits for a frame is told below.
        }
        all.add(new Came(this, new Frame(FrameType.PING, new byte[0])));
    }

    /** The device's class is called as the device is. */
    void bind(String app, String user) throws IOException {
        send(
                FrameType.BIND,
                Bind.newBuilder()
                        .setBinding(1)
                        .setApp(app)
                        .setUser(user)
                        .setDevice(device)
                        .setDeviceClass(device)
                        .setInstallationNonce(ByteString.copyFromUtf8("nonce of " + room + device))
                        .setToken(EmptySaver.token(app, user))
                        .build());
    }

    boolean isLike(Racer other) {
        return device.equals(other.device);
    }

    void unbind() throws IOException {
        send(FrameType.UNBIND, Unbind.newBuilder().setBinding(1).build());
    }

    private void send(int type, MessageLite body) throws IOException {
        socket.getOutputStream().write(Frames.encode(type, body));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return device + " at " + room;
    }
}
